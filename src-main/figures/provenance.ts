/** The JSON beside a figure: everything needed to trace each number and to make the figure again. A copy stands inside the picture. */
import { createHash } from 'node:crypto';
import { canonicalJson } from '#shared/domain/canonical-json';
import type { Diagram } from '#shared/domain/diagram';
import { provenanceVersion } from '#shared/domain/figure-settings';
import { toldSpec } from '#shared/domain/imported-rules';
import type { FigureRequest } from './figure-request';

/** @param texts - the figure and its data as written, to tie the files together by their digests */
export function figureProvenance(
  request: FigureRequest,
  diagram: Diagram,
  texts: { readonly svg: string; readonly csv: string },
): string {
  const document = {
    ...describe(request, diagram),
    tasks: request.source.taskIds,
    sha256: { svg: sha256(texts.svg), csv: sha256(texts.csv) },
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/**
 * The same for the inside of the picture, in one line: in place of the tasks, which may be thousands, their number and the SHA-256 of
 * their list (the ids joined by line feeds).
 */
export function embeddedProvenance(request: FigureRequest, diagram: Diagram): string {
  const { taskIds } = request.source;
  const tasks = { count: taskIds.length, sha256: sha256(taskIds.join('\n')) };
  return JSON.stringify({ ...describe(request, diagram), tasks });
}

function describe(request: FigureRequest, diagram: Diagram) {
  const { results, source, ...settings } = request;
  const { kind, thresholds: _stated, statistic = 'mean', ...chosen } = settings;
  return {
    provenanceVersion,
    experiment: results.experiment,
    figure: {
      kind,
      metrics: diagram.panels.map((panel) => panel.scalar.name),
      // In one order, however they were put together: a figure that is drawn again has the same bytes.
      ...(JSON.parse(canonicalJson(chosen)) as object),
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
  };
}

function sha256(content: string): string {
  return createHash('sha256').update(content).digest('hex');
}
