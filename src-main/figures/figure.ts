/**
 * Figures: from the results of an experiment to a picture for a paper, with its data, provenance and methods beside it.
 * `renderFigure` is pure (texts in, texts out); `writeFigure` puts them into files.
 */
import { extname } from 'node:path';
import { buildDiagram, placeCells, type Diagram } from '#shared/domain/diagram';
import { usualPage, type FigurePage } from '#shared/domain/figure-page';
import type { FigureSettings } from '#shared/domain/figure-settings';
import type { DiagramPanel } from '#shared/domain/diagram-panel';
import { scatterPoints, type ScatterPanels } from '#shared/domain/diagram-scatter';
import { hasNumber } from '#shared/domain/missing-values';
import { isMainScore, mainScore } from '#shared/domain/problem-scalars';
import { defaultThresholds } from '#shared/domain/phases';
import { findScalar, scalarDefinitions } from '#shared/domain/scalars';
import { partnerOf } from '#shared/domain/slice-choice';
import { PhasescapeError } from '#shared/errors';
import { showValue } from '#shared/show-value';
import {
  describeClipping,
  describeCounts,
  describeEmptyPanels,
  describeLeftOut,
  describeSamples,
  describeStatistic,
  describeThresholds,
  describeUnits,
  drawsLevels,
} from './caption';
import { figureTable } from './data-table';
import { specWithAdditions } from './describe-additions';
import type { FigureRequest, FigureTexts } from './figure-request';
import { signLegend } from './heat-panel';
import { drawHeatmap } from './heatmap-figure';
import { figureMethods } from './methods';
import { layOutPage } from './page';
import { pageSize } from './page-size';
import { unitOf, type Sheet } from './sheet';
import { drawPhaseDiagram } from './phase-diagram-figure';
import { embeddedProvenance, figureProvenance } from './provenance';
import { drawScatter } from './scatter-figure';
import { describeLines, drawSlices } from './slice-figure';
import { svgDocument, type Drawing } from './svg';
import { spareOtherFiles } from './spare-other-files';
import { textBoxes, textClashes } from './text-clashes';
import { writeTogether, type FileToWrite } from './write-together';

/**
 * The four texts of a figure. The same request gives the same bytes.
 *
 * @throws PhasescapeError `invalid-input` for a metric that does not exist, that no cell has, or that the kind does not take
 */
export function renderFigure(request: FigureRequest): FigureTexts {
  const { results, kind, metric } = request;
  if (kind === 'phase-diagram' && metric !== undefined)
    throw new PhasescapeError(
      'invalid-input',
      `figure: a phase-diagram must be without a metric, got ${showValue(metric)}; leave it out, or draw a heatmap or slice of it`,
    );
  const diagram = diagramOf(request);
  const { page = {} } = request;
  const drawing = layOutPage(page, captionOf(request, diagram), (sheet) =>
    draw(request, diagram, sheet),
  );
  const svg = svgDocument(drawing, {
    title: figureTitle(request),
    description: `${kind} of ${results.experiment}, ${diagram.cells.length} cells, ${diagram.undecidedCount} undecided.`,
    metadata: embeddedProvenance(request, diagram),
    font: page.font ?? usualPage.font,
    unit: unitOf(page),
    lineWeight: page.lineWeight ?? usualPage.lineWeight,
  });
  const csv = figureTable(results, diagram);
  return {
    svg,
    csv,
    provenance: figureProvenance(request, diagram, { svg, csv }),
    methods: figureMethods(request, diagram),
    notes: figureNotes(svg, page),
  };
}

/** Words that clash, told before the rest is counted only. */
const mostClashes = 3;

function figureNotes(svg: string, { font = usualPage.font }: FigurePage): readonly string[] {
  const boxes = textBoxes(svg, font);
  const size = pageSize(svg);
  const clashes = textClashes(boxes, size);
  const millimetres = (points: number) => Number(((points * 25.4) / 72).toFixed(1));
  const smallest = Math.min(...boxes.map(({ size }) => size));
  const more = clashes.length > mostClashes ? `, and ${clashes.length - mostClashes} more` : '';
  return [
    `The page is ${millimetres(size.width)} by ${millimetres(size.height)} mm; the smallest text is ${Number(smallest.toFixed(2))} pt.`,
    ...(clashes.length === 0
      ? []
      : [
          `Words lack room: ${clashes.slice(0, mostClashes).join('; ')}${more}. Make the page wider or higher, or the text smaller.`,
        ]),
  ];
}

/** What the picture calls itself. */
function figureTitle({ kind, page, results }: FigureRequest): string {
  const { title = '' } = page ?? {};
  return title.trim() === '' ? `${results.experiment}: ${kind}` : title.trim();
}

export interface WriteFigureOptions {
  /** Folder of the files that ship with the app: the font is in it. */
  readonly resourcesFolder: string;
}

/** What was written, and what to know of it. */
export interface WrittenFigure {
  readonly paths: readonly string[];
  readonly notes: FigureTexts['notes'];
}

/**
 * Writes a figure as `.svg`, `.pdf` or `.png` by the ending of `file`, and its `.csv`, `.json` and `.md` beside it.
 *
 * @returns the paths written, the figure first, and its notes
 * @throws PhasescapeError for another ending, names of other files, or a folder that cannot be written; then no file has changed
 */
export async function writeFigure(
  file: string,
  request: FigureRequest,
  options: WriteFigureOptions,
): Promise<WrittenFigure> {
  const { files, notes } = await figureFiles(file, request, options);
  await writeTogether('figure', files);
  const paths = files.map(({ path }) => path);
  return { paths: [file, ...paths.filter((path) => path !== file)], notes };
}

/**
 * The files of a figure, the picture last: where it is, the rest is too.
 *
 * @throws PhasescapeError as `writeFigure`, before anything is written
 */
export async function figureFiles(
  file: string,
  request: FigureRequest,
  { resourcesFolder }: WriteFigureOptions,
): Promise<{ readonly files: readonly FileToWrite[]; readonly notes: FigureTexts['notes'] }> {
  const ending = extname(file).toLowerCase();
  if (ending !== '.svg' && ending !== '.pdf' && ending !== '.png')
    throw new PhasescapeError(
      'invalid-input',
      `figure: file must end in .svg, .pdf or .png, got ${showValue(file)}; change its ending`,
    );
  const stem = file.slice(0, -ending.length);
  const names = { csv: `${stem}.csv`, provenance: `${stem}.json`, methods: `${stem}.md` };
  await spareOtherFiles(names.provenance, Object.values(names));
  const { svg, csv, provenance, methods, notes } = renderFigure(request);
  const picture =
    ending === '.svg'
      ? svg
      : await paint(ending === '.pdf' ? 'pdf' : 'png', svg, { request, resourcesFolder });
  const files = [
    { path: names.csv, content: csv },
    { path: names.provenance, content: provenance },
    { path: names.methods, content: methods },
    { path: file, content: picture },
  ];
  return { files, notes };
}

/** The figure as a picture that is no text. @throws as `renderFigure` */
export function paintFigure(
  format: 'pdf' | 'png',
  request: FigureRequest,
  { resourcesFolder }: WriteFigureOptions,
): Promise<Uint8Array> {
  return paint(format, renderFigure(request).svg, { request, resourcesFolder });
}

/** The painters are loaded when a figure needs them: they are slow to load. */
async function paint(
  format: 'pdf' | 'png',
  svg: string,
  { request, resourcesFolder }: { request: FigureRequest; resourcesFolder: string },
): Promise<Uint8Array> {
  const { font = usualPage.font, dpi = usualPage.dpi } = request.page ?? {};
  const provenance = embeddedProvenance(request, diagramOf(request));
  const title = figureTitle(request);
  switch (format) {
    case 'png': {
      const { renderPng } = await import('./png');
      return renderPng(svg, { resourcesFolder, font, dpi, title, provenance });
    }
    case 'pdf': {
      const { renderPdf } = await import('./pdf');
      const createdAt = new Date(request.source.createdAt);
      return renderPdf(svg, { resourcesFolder, font, title, provenance, createdAt });
    }
    default:
      return format satisfies never;
  }
}

/** The plane of the scatter by default. */
const plane = { x: 'modeConnectivity', y: 'hessianTrace' } as const;

function diagramOf(request: FigureRequest): Diagram {
  const { results, statistic = 'mean', thresholds = defaultThresholds } = request;
  const { ranges = {}, shared = {}, look = {}, page = {} } = request;
  const names = scalarsOf(request);
  return buildDiagram(results, {
    statistic,
    thresholds,
    ranges,
    shared,
    look,
    sequential: page.colourMap ?? usualPage.colourMap,
    slice: heldPositions(request),
    ...(names === null ? {} : { metrics: names }),
  });
}

/** The scalars that a figure draws, each once; null for the panels of the paper. */
function scalarsOf({ results, kind, metric, across, panels, lines }: FigureRequest) {
  const score = mainScore(results.cells);
  switch (kind) {
    case 'phase-diagram':
      return panels ?? null;
    case 'connectivity-sharpness':
      return [...new Set([across ?? plane.x, metric ?? plane.y, score])];
    case 'heatmap':
      return [metric ?? score];
    case 'slice': {
      const drawn = panels ?? [metric ?? score];
      const partners =
        lines?.training === true ? drawn.flatMap((name) => partnerOf(name) ?? []) : [];
      return [...new Set([...drawn, ...partners])];
    }
    default:
      return kind satisfies never;
  }
}

/** Positions in the values of the axes that are held. @throws PhasescapeError for an axis that is not held, or a value that it does not have */
function heldPositions({ results, held = {}, look = {} }: FigureRequest): Record<string, number> {
  const { slices } = placeCells(results, { look });
  return Object.fromEntries(
    Object.entries(held).map(([path, value]) => {
      const axis = slices.find((slice) => slice.path === path);
      const position = axis?.values.indexOf(value) ?? -1;
      if (axis && position >= 0) return [path, position];
      const known = axis
        ? `one of its values, ${axis.values.map(String).join(', ')}`
        : slices.length === 0
          ? 'left out, as both axes are drawn'
          : `of an axis that is not drawn, ${slices.map((slice) => slice.path).join(', ')}`;
      throw new PhasescapeError(
        'invalid-input',
        `figure: held ${path} must be ${known}, got ${showValue(value)}; change or leave it out`,
      );
    }),
  );
}

function draw(request: FigureRequest, diagram: Diagram, sheet: Sheet): Drawing {
  const { kind, metric, results, errorBars = true } = request;
  const score = mainScore(results.cells);
  switch (kind) {
    case 'phase-diagram':
      for (const name of request.panels ?? []) requireScalar(name);
      return drawPhaseDiagram(diagram, sheet);
    case 'connectivity-sharpness':
      return drawScatter(diagram, scatterPanels(diagram, request), {
        withErrors: errorBars,
        sheet,
      });
    case 'heatmap':
      return drawHeatmap(diagram, requirePanel(diagram, metric ?? score, request), sheet);
    case 'slice': {
      const names = request.panels ?? [metric ?? score];
      const panels = names.map((name) => requirePanel(diagram, name, request));
      return drawSlices(diagram, panels, { lines: request.lines, sheet });
    }
    default:
      return kind satisfies never;
  }
}

/** @throws PhasescapeError for a name that is no scalar */
function requireScalar(name: string): void {
  if (findScalar(name) !== undefined) return;
  throw new PhasescapeError(
    'invalid-input',
    `figure: metric must be a scalar, got ${showValue(name)}; use one of: ${scalarDefinitions.map((s) => s.name).join(', ')}`,
  );
}

function requirePanel(diagram: Diagram, name: string, request: FigureRequest): DiagramPanel {
  requireScalar(name);
  const panel = diagram.panels.find((p) => p.scalar.name === name);
  if (panel !== undefined && panel.range !== null) return panel;
  if (panel === undefined || panel.cells.every((cell) => cell.n === 0))
    throw new PhasescapeError(
      'invalid-input',
      `figure: ${name} must be measured in some cell, got none${whyNone(panel)}; ${insteadOf(request)}`,
    );
  throw new PhasescapeError(
    'invalid-input',
    `figure: ${panel.statistic} of ${name} must have a value to draw in some cell, got none${whyNone(panel)}; choose another metric or statistic`,
  );
}

/** What to do where a scalar has no value: the accuracy of a problem, say, never has one. */
function insteadOf({ results, source }: FigureRequest): string {
  const measured = scalarDefinitions
    .map(({ name }) => name)
    .filter((name) => results.cells.some((cell) => hasNumber(cell.metrics[name])));
  const others = measured.length === 0 ? '' : `, or use one of: ${measured.join(', ')}`;
  const most = source.spec ? 'add its metric to the spec and run it' : 'import a table that has it';
  return `${most}${others}`;
}

/** The reasons of a panel without any value, each once. */
function whyNone(panel: DiagramPanel | undefined): string {
  const reasons = new Set(panel?.cells.flatMap(({ reason }) => (reason === null ? [] : [reason])));
  return reasons.size === 0 ? '' : ` (${[...reasons].slice(0, 3).join('; ')})`;
}

/** The panels of the scatter. @throws PhasescapeError when no cell has both numbers */
function scatterPanels(diagram: Diagram, request: FigureRequest): ScatterPanels {
  const { across = plane.x, metric = plane.y } = request;
  const x = requirePanel(diagram, across, request);
  const y = requirePanel(diagram, metric, request);
  const score = diagram.panels.find((p) => isMainScore(p.scalar.name) && p.range !== null);
  const panels = { x, y, score };
  if (scatterPoints(diagram, panels).length > 0) return panels;
  throw new PhasescapeError(
    'invalid-input',
    `figure: some cell must have ${across} and ${metric}, got none with both; choose another metric, or run the rest of the spec`,
  );
}

function captionOf(request: FigureRequest, diagram: Diagram): string {
  const names = diagram.panels.map((panel) => panel.scalar.name);
  const held = diagram.slices.map(
    ({ title, values, position }) => `${title} held at ${String(values[position])}.`,
  );
  return [
    ...signsOf(request, diagram),
    ...held,
    describeCounts(diagram, names),
    describeSamples(specWithAdditions(request.source), names),
    describeUnits(diagram),
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');
}

/** What the marks of each kind of figure mean. */
function signsOf(settings: FigureSettings, diagram: Diagram): string[] {
  const { kind, metric = plane.y, across = plane.x, lines = {}, errorBars = true } = settings;
  const rule = [describeThresholds(diagram), describeStatistic(diagram)];
  const hasErrors = diagram.panels.some(({ cells }) => cells.some(({ error }) => error !== null));
  const bars = hasErrors ? 'Error bars: one standard error of the mean.' : '';
  switch (kind) {
    case 'phase-diagram':
    case 'heatmap':
      return [
        ...rule,
        signLegend(diagram, diagram.panels),
        describeClipping(diagram),
        describeEmptyPanels(diagram),
      ];
    case 'slice':
      return [bars, ...describeLines(diagram, lines), describeLeftOut(diagram, diagram.panels)];
    case 'connectivity-sharpness': {
      const drawn = diagram.panels.filter(
        ({ scalar: { name } }) => name === across || name === metric,
      );
      const isShaded = across === plane.x && drawn.every(drawsLevels);
      const shade = isShaded ? 'Shaded: poorly connected.' : '';
      return [...rule, shade, errorBars ? bars : '', describeLeftOut(diagram, drawn)];
    }
    default:
      return kind satisfies never;
  }
}
