import { describe, expect, it } from 'vitest';
import { defaultThresholds } from '#shared/domain/phases';
import type { DiagramStatistic } from '#shared/domain/diagram-statistic';
import type { CellMetric, CellsResult } from '#shared/domain/results';
import { summarise } from '#shared/domain/statistics';
import { publishedCells } from '../../reference/published/published-cells';
import { sweepCells } from '../../reference/sweeps/sweep-cells';
import { digitsSource, importedSource } from '../../fixtures/figure-source';
import { renderFigure } from '../../../src-main/figures/figure';
import { textWidth } from '../../../src-main/figures/text-width';
import { figureKinds, type FigureKind } from '#shared/domain/figure-settings';
import { noQuartiles } from '../../fixtures/no-quartiles';

const published = publishedCells({ spread: true });

/** The texts of the picture in order. */
const wordsOf = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map((m) => m[1]);

describe('renderFigure', () => {
  it('gives the same bytes for the same request', () => {
    for (const kind of figureKinds) {
      const request = { results: published, kind, source: importedSource };
      expect(renderFigure(request)).toEqual(renderFigure(request));
    }
  });

  it('has the panels of the paper, each with its unit', () => {
    const { svg } = renderFigure({
      results: published,
      kind: 'phase-diagram',
      source: importedSource,
    });
    const words = wordsOf(svg);
    for (const title of [
      'Test accuracy',
      'Train loss (nats)',
      'ln top eigenvalue',
      'ln Hessian trace',
      'Mode connectivity (pp)',
      'CKA',
      'Weight distance',
      'Batch size (hot at the top)',
    ])
      expect(words).toContain(title);
    for (const phase of ['I', 'II', 'III', 'IV-A', 'IV-B']) expect(words).toContain(phase);
  });

  it('is 180 mm wide with panels and 85 mm without, and no text is smaller than 7 points', () => {
    const width = (svg: string) => /width="([\d.]+)mm"/.exec(svg)?.[1];
    const diagram = renderFigure({
      results: published,
      kind: 'phase-diagram',
      source: importedSource,
    });
    const heatmap = renderFigure({ results: published, kind: 'heatmap', source: importedSource });
    expect([width(diagram.svg), width(heatmap.svg)]).toEqual(['180', '85']);
    for (const [, size] of diagram.svg.matchAll(/font-size="([\d.]+)"/g))
      expect(Number(size)).toBeGreaterThanOrEqual(7);
  });

  it('keeps everything on the page', () => {
    for (const kind of figureKinds) {
      const { svg } = renderFigure({ results: published, kind, source: importedSource });
      const [, w, h] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg) ?? [];
      for (const [, x, y] of svg.matchAll(/ x="([-\d.]+)" y="([-\d.]+)"/g)) {
        expect(Number(x)).toBeGreaterThanOrEqual(0);
        expect(Number(x)).toBeLessThanOrEqual(Number(w));
        expect(Number(y)).toBeGreaterThanOrEqual(0);
        expect(Number(y)).toBeLessThanOrEqual(Number(h));
      }
    }
  });

  it('shows close numbers whole beside the colour bar', () => {
    // Energies and small errors need more digits than accuracies.
    const near = (value: number) => 0.0012 + 0.0004 * value;
    const close = {
      ...published,
      cells: published.cells.map((cell) => {
        const { testAccuracy } = cell.metrics;
        return testAccuracy === undefined || testAccuracy.mean === null
          ? cell
          : {
              ...cell,
              metrics: {
                ...cell.metrics,
                testAccuracy: { ...testAccuracy, mean: near(testAccuracy.mean) },
                trainLoss: { ...testAccuracy, mean: -near(testAccuracy.mean) - 2.46 },
              },
            };
      }),
    };
    for (const kind of ['phase-diagram', 'heatmap', 'connectivity-sharpness'] as const) {
      const { svg } = renderFigure({ results: close, kind, source: importedSource });
      const [, w] = /viewBox="0 0 ([\d.]+)/.exec(svg) ?? [];
      const frames = [...svg.matchAll(/<rect x="([\d.]+)"[^>]*fill="none"/g)].map((m) =>
        Number(m[1]),
      );
      const labels = [...svg.matchAll(/<text x="([\d.]+)"[^>]*>([\d.\u2212]{5,})</g)].filter(
        ([text]) => !text.includes('text-anchor'),
      );
      expect(labels.length).toBeGreaterThan(2);
      for (const [, x, words] of labels) {
        const end = Number(x) + textWidth(words ?? '', 7);
        const next = Math.min(Number(w), ...frames.filter((frame) => frame > Number(x)));
        expect(end).toBeLessThanOrEqual(next);
      }
    }
  });

  it('states thresholds, counts and samples in the caption', () => {
    const thresholds = { ...defaultThresholds, trainLoss: 0.25, modeConnectivity: -3 };
    const { svg } = renderFigure({
      results: sweepCells(),
      kind: 'phase-diagram',
      thresholds,
      source: digitsSource(),
    });
    const caption = wordsOf(svg).join(' ');
    expect(caption).toContain('train loss &lt; 0.25 nats');
    expect(caption).toContain('mode connectivity &lt; \u22123 pp');
    expect(caption).toContain('over 3 seeds (test accuracy');
    expect(caption).toContain('1 pair of seeds (mode connectivity)');
    expect(caption).toContain('Hessian on 64 training samples');
  });

  it('labels cells in the table with the thresholds of the figure', () => {
    const all = { ...defaultThresholds, trainLoss: 100, modeConnectivity: -1000, cka: 0 };
    const { csv } = renderFigure({
      results: sweepCells(),
      kind: 'heatmap',
      metric: 'cka',
      thresholds: all,
      source: digitsSource(),
    });
    const rows = csv.trim().split('\n').slice(1);
    expect(rows).toHaveLength(25);
    for (const row of rows) expect(row).toContain(',IV-B,');
  });

  it('names the task and ties picture and data together in the provenance', () => {
    const { provenance } = renderFigure({
      results: sweepCells(),
      kind: 'slice',
      source: digitsSource(),
    });
    expect(JSON.parse(provenance)).toMatchObject({
      experiment: 'digits-width-batch',
      tasks: ['a'.repeat(64)],
      figure: { kind: 'slice', metrics: ['testAccuracy'], statistic: 'mean' },
      thresholds: defaultThresholds,
    });
  });

  it('crosses out diverged cells and says so', () => {
    const results = sweepCells();
    const [first, ...others] = results.cells;
    const diverged: CellsResult = {
      ...results,
      cells: [{ ...(first as (typeof others)[number]), diverged: 3, metrics: {} }, ...others],
    };
    const { svg } = renderFigure({ results: diverged, kind: 'heatmap', source: digitsSource() });
    expect(wordsOf(svg).join(' ')).toContain('Crossed out: training diverged.');
  });

  it('draws one axis, and no axis at all', () => {
    const results = sweepCells();
    const cells = results.cells.filter((c) => c.axes['training.batchSize'] === 32);
    const one = { ...results, axes: results.axes.slice(0, 1), cells };
    const none = { ...results, axes: [], cells: cells.slice(0, 1) };
    for (const few of [one, none]) {
      for (const kind of figureKinds)
        expect(renderFigure({ results: few, kind, source: digitsSource() }).svg).toContain('<svg');
    }
  });

  it('refuses a metric that does not exist or was not measured', () => {
    const request = { results: sweepCells(), kind: 'heatmap', source: digitsSource() } as const;
    expect(() => renderFigure({ ...request, metric: 'sharpness' })).toThrow(
      /metric must be a scalar, got "sharpness"; use one of: trainLoss/,
    );
    expect(() => renderFigure({ ...request, metric: 'curveLossGain' })).toThrow(
      /curveLossGain must be measured in some cell, got none .*; add its metric to the spec and run it, or use one of: trainLoss, .*testAccuracy/,
    );
    const empty = { ...request.results, cells: [] };
    expect(() => renderFigure({ ...request, results: empty, kind: 'phase-diagram' })).toThrow(
      /must hold a scalar to draw/,
    );
  });

  it('escapes names that are not safe in SVG or CSV', () => {
    const results = { ...sweepCells(), experiment: 'a <b> & "c"' };
    const { svg } = renderFigure({ results, kind: 'heatmap', source: digitsSource() });
    expect(svg).toContain('a &lt;b&gt; &amp; &quot;c&quot;');
    expect(svg).not.toContain('<b>');
  });
});

const around = (mean: number): readonly number[] => [0.9 * mean, mean, 3 * mean];

/** The sweep with three values a metric, of which the last is off. */
function sweepValues(): CellsResult {
  const results = sweepCells();
  const withValues = (metric: CellMetric): CellMetric => {
    const { mean } = metric;
    if (mean === null) return metric;
    return { ...metric, ...summarise(around(mean)), sd: metric.sd ?? 1 };
  };
  return {
    ...results,
    cells: results.cells.map((cell) => ({
      ...cell,
      metrics: Object.fromEntries(
        Object.entries(cell.metrics).map(([name, metric]) => [name, withValues(metric)]),
      ),
    })),
  };
}

describe('a figure of another statistic', () => {
  const render = (statistic: DiagramStatistic, kind: FigureKind = 'phase-diagram') =>
    renderFigure({ results: sweepValues(), kind, statistic, source: digitsSource() });

  it('says so in titles, caption, methods and provenance', () => {
    for (const [statistic, words, title] of [
      ['median', 'Medians per cell', 'median'],
      ['lowerQuartile', 'Lower quartiles per cell', 'lower quartile'],
      ['upperQuartile', 'Upper quartiles per cell', 'upper quartile'],
      ['sd', 'Sample standard deviations per cell', 'sd'],
      ['se', 'Standard errors of the mean per cell', 'standard error'],
      ['n', 'Counts of finite values per cell', 'n'],
    ] as const) {
      const { svg, methods, provenance } = render(statistic);
      expect(wordsOf(svg).join(' ')).toContain(words);
      expect(wordsOf(svg).join(' ')).toContain('Phases are of the means.');
      expect(wordsOf(svg)).toContain(`Test accuracy (${title})`);
      expect(methods).toContain(words);
      expect(JSON.parse(provenance)).toMatchObject({ figure: { statistic } });
    }
  });

  it('draws a spread without a logarithm, thresholds or error bars', () => {
    const words = wordsOf(render('sd', 'connectivity-sharpness').svg).join(' ');
    expect(words).toContain('Mode connectivity (sd, pp)');
    expect(words).not.toContain('barrier to the left');
    expect(words).not.toContain('Shaded');
    expect(words).not.toContain('Error bars');
  });

  it('has the drawn medians in its data', () => {
    const [head, first] = render('median').csv.split('\n');
    const column = head?.split(',').indexOf('testAccuracy_median') ?? -1;
    const mean = sweepCells().cells[0]?.metrics['testAccuracy']?.mean ?? NaN;
    expect(Number(first?.split(',')[column])).toBe(summarise(around(mean)).median);
    expect(render('sd').csv).not.toContain('_median');
    const [quartiles] = render('upperQuartile').csv.split('\n');
    expect(quartiles?.split(',')).toContain('testAccuracy_upperQuartile');
    expect(quartiles?.split(',')).not.toContain('testAccuracy_lowerQuartile');
  });
});

describe('a scatter with cells that have no logarithm', () => {
  const metric = (value: number, sd: number | null = null): CellMetric => ({
    ...noQuartiles,
    mean: value,
    sd,
    se: sd === null ? null : sd / 2,
    n: sd === null ? 1 : 4,
  });
  const results = (traces: readonly CellMetric[], chanceLoss = 9): CellsResult => ({
    experiment: 'zeros',
    axes: [{ path: 'model.width', role: 'load', values: traces.map((_, i) => 2 ** i) }],
    cells: traces.map((hessianTrace, index) => ({
      index,
      axes: { 'model.width': 2 ** index },
      n: 1,
      diverged: 0,
      metrics: {
        trainLoss: metric(1),
        modeConnectivity: metric(index),
        testAccuracy: metric(0.5),
        hessianTrace,
      },
      chanceLoss,
      phase: 'undecided',
      phaseReason: '',
    })),
  });
  const draw = (cells: CellsResult, kind: FigureKind = 'connectivity-sharpness') =>
    renderFigure({ results: cells, kind, source: importedSource });

  it('says which are left out and why', () => {
    const words = wordsOf(draw(results([metric(3), metric(0), metric(5)])).svg).join(' ');
    expect(words).toContain(
      'Not drawn: 1 of 3 cells (Hessian trace: it has no logarithm: its mean is 0).',
    );
  });

  it('does not ask for a measurement that is there when none can be drawn', () => {
    expect(() => draw(results([metric(0), metric(-1)]))).toThrow(
      'figure: mean of hessianTrace must have a value to draw in some cell, got none (it has no logarithm: its mean is 0; it has no logarithm: its mean is -1); choose another metric or statistic',
    );
  });

  it('keeps every error bar inside the frame', () => {
    const { svg } = draw(results([metric(3, 2), metric(4, 0.1)]));
    const frame = /<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)" fill="none"/
      .exec(svg)
      ?.slice(1)
      .map(Number);
    const [, top = 0, , height = 0] = frame ?? [];
    const bars = [...svg.matchAll(/<line [^>]*y1="([\d.]+)"[^>]*y2="([\d.]+)"[^>]*#808080/g)];
    expect(bars).toHaveLength(2);
    for (const [, low, high] of bars) {
      expect(Number(low)).toBeLessThan(top + height);
      expect(Number(high)).toBeGreaterThan(top);
    }
  });

  it('writes large numbers so that they fit beside the plot', () => {
    const spread = results([metric(3e6, 2e6), metric(1e5, 1e5)]);
    const words = wordsOf(
      renderFigure({
        results: spread,
        kind: 'heatmap',
        metric: 'hessianTrace',
        statistic: 'sd',
        source: importedSource,
      }).svg,
    );
    expect(words).toContain('1e6');
    expect(words.some((word) => word?.includes(',000'))).toBe(false);
  });

  it('counts the cells that are not trained among the hatched ones', () => {
    const cells = results([metric(3), metric(4)], 0.5);
    expect(wordsOf(draw(cells, 'heatmap').svg).join(' ')).toContain(
      'Hatched: undecided (2 of 2 cells, 2 of them not trained: no better than chance).',
    );
  });
});
