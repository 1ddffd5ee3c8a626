/** The figure of what is shown, rendered by the workbench, as files to save. */
import { shallowRef } from 'vue';
import type { FigureSettings } from '#shared/domain/figure-settings';
import type { ErrorReport } from '#shared/errors';
import { useBackend } from '../../backend/use-backend';
import { useCurrentExperiment } from '../current-experiment';
import type { SavedFile } from '../save-file';
import { useThresholds } from '../thresholds';

export const pictureFormats = ['svg', 'pdf', 'png'] as const;
export type PictureFormat = (typeof pictureFormats)[number];

export interface FigureFile extends SavedFile {
  readonly title: string;
}

const pictureTypes: Readonly<Record<PictureFormat, string>> = {
  svg: 'image/svg+xml',
  pdf: 'application/pdf',
  png: 'image/png',
};

/** Renders a figure and keeps its files until the next one. */
export function useExport(settings: () => FigureSettings) {
  const backend = useBackend();
  const current = useCurrentExperiment();
  const thresholds = useThresholds();
  const pictures = shallowRef<Partial<Record<PictureFormat, FigureFile>>>({});
  /** Data, provenance, methods. */
  const texts = shallowRef<readonly FigureFile[]>([]);
  /** The size of its smallest text, and words that have no room. */
  const notes = shallowRef<readonly string[]>([]);
  const error = shallowRef<ErrorReport | null>(null);
  const isBusy = shallowRef(false);

  const request = (experimentId: string) => ({
    ...settings(),
    experimentId,
    thresholds: thresholds.thresholds,
  });
  const picture = (format: PictureFormat, content: FigureFile['content']): FigureFile => ({
    name: `${stem()}.${format}`,
    title: 'Figure',
    type: pictureTypes[format],
    content,
  });
  function stem(): string {
    const { kind, metric = '', across = '', statistic = 'mean' } = settings();
    const parts = [current.name ?? 'figure', kind, metric, across];
    return [...parts, statistic === 'mean' ? '' : statistic].filter(Boolean).join('-');
  }

  /** Answers to an older question are dropped: the settings may change while one is under way. */
  let asked = 0;
  async function guarded(
    work: (experimentId: string, isLatest: () => boolean) => Promise<ErrorReport | null>,
  ) {
    if (current.id === null) return;
    asked += 1;
    const own = asked;
    const isLatest = () => own === asked;
    isBusy.value = true;
    const problem = await work(current.id, isLatest);
    if (!isLatest()) return;
    error.value = problem;
    isBusy.value = false;
  }

  return {
    pictures,
    texts,
    notes,
    error,
    isBusy,
    /** The figure as SVG and its texts. */
    render: () =>
      guarded(async (experimentId, isLatest) => {
        const outcome = await backend.call('figure.render', request(experimentId));
        if (!outcome.ok || !isLatest()) return outcome.ok ? null : outcome.error;
        const { svg, csv, provenance, methods } = outcome.value;
        notes.value = outcome.value.notes;
        pictures.value = { svg: picture('svg', svg) };
        const text = (ending: string, title: string, type: string, content: string) => {
          return { name: `${stem()}.${ending}`, title, type, content };
        };
        texts.value = [
          text('csv', 'Data', 'text/csv', csv),
          text('json', 'Provenance', 'application/json', provenance),
          text('md', 'Methods paragraph', 'text/markdown', methods),
        ];
        return null;
      }),
    /** The figure in another format, once. */
    paint: (format: PictureFormat) =>
      guarded(async (experimentId, isLatest) => {
        if (format === 'svg' || pictures.value[format]) return null;
        const outcome = await backend.call('figure.paint', { ...request(experimentId), format });
        if (!outcome.ok || !isLatest()) return outcome.ok ? null : outcome.error;
        const bytes = Uint8Array.from(atob(outcome.value.base64), (c) => c.charCodeAt(0));
        pictures.value = { ...pictures.value, [format]: picture(format, bytes) };
        return null;
      }),
  };
}

/** Bytes of a file. */
export function sizeOf({ content }: FigureFile): number {
  return new Blob([content]).size;
}
