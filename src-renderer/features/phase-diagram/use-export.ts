/** The figure of what is shown, rendered by the workbench, as files to save. */
import { shallowRef } from 'vue';
import type { ProcedureInput } from '#shared/contract/procedures';
import type { DiagramStatistic } from '#shared/domain/diagram-statistic';
import type { ErrorReport } from '#shared/errors';
import { useBackend } from '../../backend/use-backend';
import { useCurrentExperiment } from '../../workspace/current-experiment';
import type { SavedFile } from '../../workspace/save-file';
import { useThresholds } from '../../workspace/thresholds';
import type { FixedRanges } from './look';

export const pictureFormats = ['svg', 'pdf', 'png'] as const;
export type PictureFormat = (typeof pictureFormats)[number];

export interface FigureFile extends SavedFile {
  readonly title: string;
}

export type FigureKind = ProcedureInput<'figure.render'>['kind'];

/** What is exported: what the screen shows. */
export interface FigureChoice {
  readonly kind: FigureKind;
  /** The scalar of a slice or the sharpness of a scatter; null where the kind has none. */
  readonly metric: string | null;
  readonly statistic: DiagramStatistic;
  readonly ranges: FixedRanges;
}

const pictureTypes: Readonly<Record<PictureFormat, string>> = {
  svg: 'image/svg+xml',
  pdf: 'application/pdf',
  png: 'image/png',
};

/** Renders a figure and keeps its files until the next one. */
export function useExport(choice: () => FigureChoice) {
  const backend = useBackend();
  const current = useCurrentExperiment();
  const thresholds = useThresholds();
  const pictures = shallowRef<Partial<Record<PictureFormat, FigureFile>>>({});
  /** Data, provenance, methods. */
  const texts = shallowRef<readonly FigureFile[]>([]);
  const error = shallowRef<ErrorReport | null>(null);
  const isBusy = shallowRef(false);

  const request = (experimentId: string) => {
    const { kind, metric, statistic, ranges } = choice();
    const about = {
      experimentId,
      kind,
      statistic,
      thresholds: thresholds.thresholds,
      ...(Object.keys(ranges).length === 0 ? {} : { ranges }),
    };
    return metric === null ? about : { ...about, metric };
  };
  const picture = (format: PictureFormat, content: FigureFile['content']): FigureFile => ({
    name: `${stem()}.${format}`,
    title: 'Figure',
    type: pictureTypes[format],
    content,
  });
  function stem(): string {
    const { kind, metric, statistic } = choice();
    const parts = [
      current.name ?? 'figure',
      kind,
      metric ?? '',
      statistic === 'mean' ? '' : statistic,
    ];
    return parts.filter(Boolean).join('-');
  }

  async function guarded(work: (experimentId: string) => Promise<ErrorReport | null>) {
    if (current.id === null || isBusy.value) return;
    isBusy.value = true;
    error.value = await work(current.id);
    isBusy.value = false;
  }

  return {
    pictures,
    texts,
    error,
    isBusy,
    /** The figure as SVG and its texts. */
    render: () =>
      guarded(async (experimentId) => {
        const outcome = await backend.call('figure.render', request(experimentId));
        if (!outcome.ok) return outcome.error;
        const { svg, csv, provenance, methods } = outcome.value;
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
      guarded(async (experimentId) => {
        if (format === 'svg' || pictures.value[format]) return null;
        const outcome = await backend.call('figure.paint', { ...request(experimentId), format });
        if (!outcome.ok) return outcome.error;
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
