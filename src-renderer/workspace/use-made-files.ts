/** Files that the workbench makes for a screen: fetched piece by piece, saved with the downloads. */
import { onScopeDispose, shallowRef } from 'vue';
import type { ErrorReport, Outcome } from '#shared/errors';
import { useBackend } from '../backend/use-backend';
import { saveFile } from './save-file';

/** What the workbench says of files that it has made. */
interface MadeFiles {
  readonly exportId: string;
  readonly files: readonly { readonly name: string; readonly sizeBytes: number }[];
}

const types: Readonly<Record<string, string>> = {
  csv: 'text/csv',
  json: 'application/json',
  parquet: 'application/vnd.apache.parquet',
};

/** One export at a time. */
export function useMadeFiles<Made extends MadeFiles>() {
  const backend = useBackend();
  const error = shallowRef<ErrorReport | null>(null);
  const isBusy = shallowRef(false);
  /** Share of the bytes that are here; null while the files are made. */
  const fetched = shallowRef<number | null>(null);
  const saved = shallowRef<{ readonly names: readonly string[]; readonly made: Made } | null>(null);
  let isGone = false;
  onScopeDispose(() => {
    isGone = true;
  });

  /** @param stem - put before the names of the files */
  async function save(make: () => Promise<Outcome<Made>>, stem: string): Promise<void> {
    if (isBusy.value) return;
    isBusy.value = true;
    fetched.value = null;
    saved.value = null;
    error.value = await fetchAll(make, stem);
    isBusy.value = false;
  }

  async function fetchAll(
    make: () => Promise<Outcome<Made>>,
    stem: string,
  ): Promise<ErrorReport | null> {
    const outcome = await make();
    if (!outcome.ok) return outcome.error;
    const { exportId, files } = outcome.value;
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
        name: `${stem}${name}`,
        type: types[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream',
        content,
      }),
    );
    saved.value = { names, made: outcome.value };
    return null;
  }
  return { error, fetched, isBusy, save, saved };
}
