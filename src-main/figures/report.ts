/** A report of an experiment: one HTML file that needs nothing from outside and prints well. */
import { createHash } from 'node:crypto';
import { correlationKinds } from '#shared/domain/correlation';
import { correlationLevel, correlationTable } from '#shared/domain/correlation-table';
import { axisTitle, formatScalar } from '#shared/domain/diagram-axis';
import type { NamedFigure } from '#shared/domain/every-figure';
import { toldSpec } from '#shared/domain/imported-rules';
import { metricOf } from '#shared/domain/metric-registry';
import { hasNumber } from '#shared/domain/missing-values';
import { mainScore } from '#shared/domain/problem-scalars';
import { scalarDefinitions, findScalar } from '#shared/domain/scalars';
import { formatNumber } from './axes';
import { renderFigure } from './figure';
import type { FigureRequest } from './figure-request';
import { escapeHtml, htmlOfMethods, htmlTable, reportStyle } from './report-html';

/**
 * The report: what was designed, the figures, correlations, all numbers, methods and provenance. The same request gives the same bytes.
 *
 * @param figures - to be drawn, each with the settings that the request has for all
 * @throws PhasescapeError as `renderFigure`
 */
export function renderReport(request: FigureRequest, figures: readonly NamedFigure[]): string {
  const { results, source } = request;
  const drawn = figures.map(({ name, settings }) => ({
    name,
    ...renderFigure({ ...request, ...settings, page: { ...request.page, caption: true } }),
  }));
  const sections = [
    ['Design', designSection(request)],
    ['Figures', figuresSection(drawn)],
    ['Correlations with the score', correlationSection(request)],
    ['Numbers', numbersSection(request)],
    ['Methods', methodsSection(drawn[0]?.methods ?? '', request)],
    ['Provenance', provenanceSection(request)],
  ] as const;
  const title = escapeHtml(results.experiment);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}: report</title>
<style>${reportStyle}</style>
</head>
<body>
<h1>${title}</h1>
<p>${summaryOf(request)} Newest result of ${escapeHtml(source.createdAt)}.</p>
${sections
  .filter(([, body]) => body !== '')
  .map(([heading, body]) => `<section>\n<h2>${heading}</h2>\n${body}\n</section>`)
  .join('\n')}
</body>
</html>
`;
}

function summaryOf({ results, source }: FigureRequest): string {
  const diverged = results.cells.reduce((sum, cell) => sum + cell.diverged, 0);
  const finished = results.cells.filter((cell) => cell.n !== 0).length;
  const seeds = source.spec ? `, ${source.spec.seeds.length} seeds each` : '';
  return `${results.cells.length} cells${seeds}; ${finished} with results, ${diverged} diverged runs.`;
}

function figuresSection(drawn: readonly { readonly svg: string; readonly name: string }[]): string {
  if (drawn.length === 0) return '';
  const blocks = drawn.map(({ svg, name }) => figureBlock(svg, name)).join('\n');
  return `<div class="figures">\n${blocks}\n</div>`;
}

function figureBlock(svg: string, name: string): string {
  // The picture's own provenance is that of the report, which says it once.
  const plain = svg.replace(/<metadata>.*<\/metadata>\n/, '');
  // Names of gradients are of one picture: several stand on one page here.
  const own = plain
    .replaceAll(/ id="([^"]+)"/g, ` id="${name}-$1"`)
    .replaceAll(/url\(#([^)]+)\)/g, `url(#${name}-$1)`);
  return `<figure>\n${own}</figure>`;
}

function designSection({ results, source }: FigureRequest): string {
  const axes = results.axes.map(({ path, role, values }) => [
    axisTitle(path),
    path,
    role === 'none' ? '' : role,
    values.map(formatScalar).join(', '),
  ]);
  const table = htmlTable(['varied', 'path', 'role', 'values'], axes);
  if (source.spec === null) return `${table}\n<p>Imported results: there is no spec.</p>`;
  const metrics = [
    ...source.spec.metrics.map((metric) => [metricOf(metric).title, JSON.stringify(metric), '']),
    ...source.additions.map(({ metric, addedAt }) => [
      metricOf(metric).title,
      JSON.stringify(metric),
      `added ${addedAt.slice(0, 10)}`,
    ]),
  ];
  return `${table}
<p>Seeds: ${escapeHtml(source.spec.seeds.join(', '))}</p>
${htmlTable(['measured', 'settings', ''], metrics)}`;
}

function correlationSection({ results }: FigureRequest): string {
  const score = mainScore(results.cells);
  const rows = correlationTable(results).filter(({ coefficients }) =>
    correlationKinds.some((kind) => coefficients[kind] !== null),
  );
  if (rows.length === 0) return '';
  const percent = Math.round(100 * correlationLevel);
  const cellsOf = rows.map(({ metric, form, n, coefficients, intervals }) => [
    findScalar(metric)?.title ?? metric,
    form === 'plain' ? '' : form,
    String(n),
    ...correlationKinds.map((kind) => {
      const interval = intervals[kind];
      const range = interval
        ? ` [${formatNumber(interval.low)}, ${formatNumber(interval.high)}]`
        : '';
      return coefficients[kind] === null ? '' : `${formatNumber(coefficients[kind])}${range}`;
    }),
  ]);
  return `<p>With ${escapeHtml(findScalar(score)?.title ?? score)}, over means of cells; ${percent}% bootstrap intervals over cells.</p>
${htmlTable(['metric', 'form', 'cells', ...correlationKinds], cellsOf)}`;
}

/** Metrics in one table: as many as a printed page has room for. */
const mostColumns = 6;

/** Every cell with its phase and the means, their standard errors behind them. */
function numbersSection({ results }: FigureRequest): string {
  const names = scalarDefinitions
    .map(({ name }) => name)
    .filter((name) => results.cells.some(({ metrics }) => hasNumber(metrics[name])));
  const count = Math.max(1, Math.ceil(names.length / mostColumns));
  const tables = Array.from({ length: count }, (_, part) =>
    numbersTable(results, names.slice(part * mostColumns, (part + 1) * mostColumns)),
  );
  return `<p>Means over seeds or pairs of seeds, with their standard errors.</p>\n${tables.join('\n')}`;
}

function numbersTable(results: FigureRequest['results'], names: readonly string[]): string {
  const titles = names.map((name) => {
    const { title = name, unit = '' } = findScalar(name) ?? {};
    return unit === '' ? title : `${title} (${unit})`;
  });
  const rows = results.cells.map((cell) => [
    ...results.axes.map(({ path }) => formatScalar(cell.axes[path] ?? '')),
    cell.phase,
    cell.n === null ? '' : String(cell.n),
    ...names.map((name) => {
      const { mean = null, se = null } = cell.metrics[name] ?? {};
      if (mean === null) return '';
      return se === null ? formatNumber(mean) : `${formatNumber(mean)} \u00b1 ${formatNumber(se)}`;
    }),
  ]);
  const head = [...results.axes.map(({ path }) => axisTitle(path)), 'phase', 'n', ...titles];
  return htmlTable(head, rows);
}

function methodsSection(methods: string, request: FigureRequest): string {
  const text = methods === '' ? renderMethods(request) : methods;
  return htmlOfMethods(text);
}

/** Where nothing is drawn, nothing was measured that a paragraph could tell of. */
function renderMethods({ source }: FigureRequest): string {
  return source.spec === null ? 'Imported results without numbers.' : 'Nothing was measured yet.';
}

function provenanceSection({ source }: FigureRequest): string {
  const { taskIds, engines, versions, imported } = source;
  const digest = createHash('sha256').update(taskIds.join('\n')).digest('hex');
  const rows = [
    ['Engines', engines.join('; ')],
    [
      'Versions',
      Object.entries(versions)
        .map(([name, own]) => `${name} ${own}`)
        .join(', '),
    ],
    ['Data', source.dataset ? `${source.dataset.title}: ${source.dataset.attribution}` : ''],
    ...(imported
      ? [['Imported from', `${imported.file}, ${imported.rows} rows, SHA-256 ${imported.sha256}`]]
      : [['Tasks', `${taskIds.length}, SHA-256 of their ids joined by line feeds ${digest}`]]),
  ];
  const spec =
    source.spec === null
      ? ''
      : `\n<details open><summary>The whole spec</summary>
<pre>${escapeHtml(JSON.stringify(toldSpec(source.spec), null, 2))}</pre></details>`;
  return `${htmlTable(['', ''], rows)}${spec}`;
}
