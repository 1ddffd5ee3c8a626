/** The JSON beside a figure: everything needed to trace each number and to make the figure again. */
import { createHash } from 'node:crypto';
import { toldSpec } from '#shared/domain/imported-rules';
import type { Diagram } from '#shared/domain/diagram';
import type { FigureRequest } from './figure-request';

/** Version of the layout of the provenance file. */
const provenanceVersion = 1;

/** @param texts - the figure and its data as written, to tie the files together by their digests */
export function figureProvenance(
  request: FigureRequest,
  diagram: Diagram,
  texts: { readonly svg: string; readonly csv: string },
): string {
  const { results, source, ...settings } = request;
  const { kind, thresholds: _stated, statistic = 'mean', ...chosen } = settings;
  const document = {
    provenanceVersion,
    experiment: results.experiment,
    figure: {
      kind,
      metrics: diagram.panels.map((panel) => panel.scalar.name),
      ...chosen,
      statistic,
      slices: diagram.slices.map(({ path, values, position }) => ({
        path,
        value: values[position],
      })),
    },
    thresholds: diagram.thresholds,
    createdAt: source.createdAt,
    versions: source.versions,
    engines: source.engines,
    ...(source.convolutions ? { convolutions: source.convolutions } : {}),
    spec: source.spec && toldSpec(source.spec),
    ...(source.additions.length === 0 ? {} : { additions: source.additions }),
    ...(source.imported ? { imported: source.imported } : {}),
    tasks: source.taskIds,
    sha256: { svg: sha256(texts.svg), csv: sha256(texts.csv) },
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function sha256(content: string): string {
  return createHash('sha256').update(content).digest('hex');
}
