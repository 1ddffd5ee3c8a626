import { describe, expect, it } from 'vitest';
import { defaultThresholds } from '#shared/domain/phases';
import type { CellsResult } from '#shared/domain/results';
import { publishedCells } from '../../reference/published/published-cells';
import { sweepCells } from '../../reference/sweeps/sweep-cells';
import { digitsSource, importedSource } from '../../fixtures/figure-source';
import { renderFigure } from '../../../src-main/figures/figure';
import { figureKinds } from '../../../src-main/figures/figure-request';

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
      /curveLossGain must be measured in some cell/,
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
