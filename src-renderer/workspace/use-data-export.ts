/** Results of the experiment as a table: made by the workbench, fetched piece by piece, saved with the downloads. */
import { onScopeDispose, shallowRef } from 'vue';
import type { ExportFormat, ExportLevel } from '#shared/domain/data-export';
import type { ErrorReport } from '#shared/errors';
import { useBackend } from '../backend/use-backend';
import { useCurrentExperiment } from './current-experiment';
import { saveFile } from './save-file';

const types: Readonly<Record<string, string>> = {
  csv: 'text/csv',
  json: 'application/json',
  parquet: 'application/vnd.apache.parquet',
};

/** One export at a time. */
export function useDataExport() {
  const backend = useBackend();
  const current = useCurrentExperiment();
  const error = shallowRef<ErrorReport | null>(null);
  const isBusy = shallowRef(false);
  /** Share of the bytes that are here; null while the table is made. */
  const fetched = shallowRef<number | null>(null);
  const saved = shallowRef<{ readonly names: readonly string[]; readonly rows: number } | null>(
    null,
  );
  let isGone = false;
  onScopeDispose(() => {
    isGone = true;
  });

  async function save(level: ExportLevel, format: ExportFormat): Promise<void> {
    const { id, name } = current;
    if (id === null || isBusy.value) return;
    isBusy.value = true;
    fetched.value = null;
    saved.value = null;
    error.value = await fetchAll({ experimentId: id, level, format }, `${name ?? 'experiment'}`);
    isBusy.value = false;
  }

  async function fetchAll(
    request: { experimentId: string; level: ExportLevel; format: ExportFormat },
    stem: string,
  ): Promise<ErrorReport | null> {
    const made = await backend.call('data.export', request);
    if (!made.ok) return made.error;
    const { exportId, files, rowCount } = made.value;
    const total = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const whole: { readonly name: string; readonly content: Uint8Array<ArrayBuffer> }[] = [];
    let bytes = 0;
    for (const { name, sizeBytes } of files) {
      const content = new Uint8Array(sizeBytes);
      for (let offset = 0; offset < sizeBytes;) {
        const piece = await backend.call('data.read', { exportId, name, offset });
        if (!piece.ok) return piece.error;
        if (isGone) return null;
        const part = Uint8Array.from(atob(piece.value.base64), (c) => c.charCodeAt(0));
        if (part.length === 0) break;
        content.set(part, offset);
        offset += part.length;
        bytes += part.length;
        fetched.value = bytes / total;
      }
      whole.push({ name, content });
    }
    const names = whole.map(({ content, name }) =>
      saveFile({
        name: `${stem}-${name}`,
        type: types[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream',
        content,
      }),
    );
    saved.value = { names, rows: rowCount };
    return null;
  }
  return { error, fetched, isBusy, save, saved };
}
