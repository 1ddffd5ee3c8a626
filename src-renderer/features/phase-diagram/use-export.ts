/** The figure of what is shown, rendered by the workbench, as files to save. */
import { shallowRef } from 'vue';
import type { ProcedureInput } from '#shared/contract/procedures';
import type { ErrorReport } from '#shared/errors';
import { useBackend } from '../../backend/use-backend';
import { useCurrentExperiment } from '../../workspace/current-experiment';
import { useThresholds } from '../../workspace/thresholds';

export interface FigureFile {
  readonly name: string;
  readonly title: string;
  readonly type: string;
  readonly text: string;
}

export type FigureKind = ProcedureInput<'figure.render'>['kind'];

/** Renders a figure and keeps its files until the next one. */
export function useExport() {
  const backend = useBackend();
  const current = useCurrentExperiment();
  const thresholds = useThresholds();
  const files = shallowRef<readonly FigureFile[]>([]);
  const error = shallowRef<ErrorReport | null>(null);
  const isBusy = shallowRef(false);

  async function render(kind: FigureKind, metric: string | null): Promise<void> {
    if (current.id === null || isBusy.value) return;
    isBusy.value = true;
    const outcome = await backend.call('figure.render', {
      experimentId: current.id,
      kind,
      thresholds: thresholds.thresholds,
      ...(metric === null ? {} : { metric }),
    });
    isBusy.value = false;
    error.value = outcome.ok ? null : outcome.error;
    if (!outcome.ok) {
      files.value = [];
      return;
    }
    const stem = `${current.view?.summary.name ?? 'figure'}-${metric === null ? kind : `${kind}-${metric}`}`;
    const { svg, csv, provenance, methods } = outcome.value;
    files.value = [
      { name: `${stem}.svg`, title: 'Figure', type: 'image/svg+xml', text: svg },
      { name: `${stem}.csv`, title: 'Data', type: 'text/csv', text: csv },
      { name: `${stem}.json`, title: 'Provenance', type: 'application/json', text: provenance },
      { name: `${stem}.md`, title: 'Methods paragraph', type: 'text/markdown', text: methods },
    ];
  }
  return { files, error, isBusy, render };
}

/** Saves a text as a file of the browser or the desktop window. */
export function saveFile(file: FigureFile): void {
  const url = URL.createObjectURL(new Blob([file.text], { type: `${file.type};charset=utf-8` }));
  const link = document.createElement('a');
  link.href = url;
  link.download = file.name.replaceAll(/[\\/:*?"<>|]/g, '_');
  link.click();
  // The download reads the address after this turn of the event loop.
  setTimeout(() => {
    URL.revokeObjectURL(url);
  }, 10_000);
}
