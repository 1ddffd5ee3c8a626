import { describe, expect, it } from 'vitest';
import type { FigureSettings } from '#shared/domain/figure-settings';
import type { CellsResult } from '#shared/domain/results';
import { figureSettingsSchema } from '#shared/contract/figure-views';
import { sweepCells } from '../../reference/sweeps/sweep-cells';
import { digitsSource } from '../../fixtures/figure-source';
import { renderFigure } from '../../../src-main/figures/figure';

const render = (settings: FigureSettings, results: CellsResult = sweepCells()) =>
  renderFigure({ ...settings, results, source: digitsSource() });
const words = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map((m) => m[1]);
const count = (svg: string, what: RegExp) => [...svg.matchAll(what)].length;

/** The sweep twice, with noise as a third axis: the second half has accuracies 0.1 lower. */
function noisySweep(): CellsResult {
  const sweep = sweepCells();
  const half = (noise: number, from: number): CellsResult['cells'] =>
    sweep.cells.map((cell, i) => {
      const accuracy = cell.metrics['testAccuracy']!;
      return {
        ...cell,
        index: from + i,
        axes: { ...cell.axes, 'dataset.labelNoise': noise },
        metrics: {
          ...cell.metrics,
          testAccuracy: { ...accuracy, mean: (accuracy.mean ?? 0) - noise },
        },
      };
    });
  return {
    ...sweep,
    axes: [...sweep.axes, { path: 'dataset.labelNoise', role: 'none', values: [0, 0.1] }],
    cells: [...half(0, 0), ...half(0.1, sweep.cells.length)],
  };
}

describe('the settings of a figure', () => {
  it('choose the panels, the first one large, with a letter each', () => {
    const { svg, provenance } = render({
      kind: 'phase-diagram',
      panels: ['cka', 'testAccuracy', 'trainAccuracy'],
    });
    const shown = words(svg);
    expect(shown.slice(0, 2)).toEqual(['a', 'CKA']);
    expect(shown.indexOf('b')).toBeLessThan(shown.indexOf('Test accuracy'));
    expect(shown[shown.indexOf('c') + 1]).toBe('Train accuracy');
    expect(shown).not.toContain('Weight distance');
    expect(JSON.parse(provenance)).toMatchObject({
      figure: { panels: ['cka', 'testAccuracy', 'trainAccuracy'] },
    });
  });

  it('name a panel without any value in the caption instead of drawing it', () => {
    const { svg } = render({ kind: 'phase-diagram', panels: ['cka', 'curveLossGain'] });
    expect(words(svg).join(' ')).toContain('without a value in any cell: ');
  });

  it('give many panels more rows, so that each keeps its size', () => {
    const six = render({ kind: 'phase-diagram' }).svg;
    const panels = [
      'testAccuracy',
      'trainAccuracy',
      'trainLoss',
      'testLoss',
      'cka',
      'modeConnectivity',
    ];
    const more = [...panels, 'hessianTrace', 'hessianTopEigenvalue', 'weightDistance'];
    const results = sweepCells();
    const full = {
      ...results,
      cells: results.cells.map((cell) => ({
        ...cell,
        metrics: {
          ...cell.metrics,
          testLoss: cell.metrics['trainLoss']!,
          curveLossGain: cell.metrics['trainLoss']!,
        },
      })),
    };
    const ten = render({ kind: 'phase-diagram', panels: [...more, 'curveLossGain'] }, full).svg;
    const height = (svg: string) => Number(/height="([\d.]+)mm"/.exec(svg)?.[1]);
    expect(height(ten)).toBeGreaterThan(height(six));
    expect(words(ten)).toContain('j');
  });

  it('lay the axes as on the screen', () => {
    const titles = (look: FigureSettings['look']) => {
      const { svg } = render({ kind: 'heatmap', ...(look ? { look } : {}) });
      return words(svg).filter((word) => /^(Width|Batch size)/.test(word ?? ''));
    };
    expect(titles(undefined)).toEqual(['Width', 'Batch size (hot at the top)']);
    expect(titles({ swapped: true })[0]).toMatch(/^Batch size/);
    const labels = (flipped: boolean) => {
      const { svg } = render({ kind: 'heatmap', look: { x: { flipped } } });
      const { axes } = sweepCells();
      const known = axes[0]!.values.map(String);
      return words(svg)
        .filter((word) => known.includes(word ?? ''))
        .slice(0, known.length);
    };
    expect(labels(true)).toEqual([...labels(false)].reverse());
  });

  it('hold a third axis at a value, and refuse one that it does not have', () => {
    const results = noisySweep();
    const at = (noise: number) =>
      render({ kind: 'heatmap', held: { 'dataset.labelNoise': noise } }, results);
    expect(words(at(0.1).svg).join(' ')).toContain('Label noise held at 0.1.');
    expect(JSON.parse(at(0.1).provenance)).toMatchObject({
      figure: {
        held: { 'dataset.labelNoise': 0.1 },
        slices: [{ path: 'dataset.labelNoise', value: 0.1 }],
      },
    });
    expect(at(0.1).svg).not.toBe(at(0).svg);
    expect(() => at(0.2)).toThrow(
      /held dataset.labelNoise must be one of its values, 0, 0.1, got 0.2/,
    );
    const held = { 'model.width': 4 };
    expect(() => render({ kind: 'heatmap', held }, results)).toThrow(
      /held model.width must be of an axis that is not drawn, dataset.labelNoise, got 4/,
    );
    expect(() => render({ kind: 'heatmap', held })).toThrow(/left out, as both axes are drawn/);
  });

  it('give the slices of a third axis one colour range together', () => {
    const lowest = (settings: Partial<FigureSettings>) => {
      const { svg } = render({ kind: 'heatmap', ...settings }, noisySweep());
      return svg;
    };
    expect(lowest({ shared: { slices: true } })).not.toBe(lowest({}));
  });

  it('draw any number of a scatter to the right, without words of another plane', () => {
    const { svg } = render({
      kind: 'connectivity-sharpness',
      across: 'weightDistance',
      metric: 'testAccuracy',
    });
    const text = words(svg).join(' ');
    expect(words(svg)).toContain('Weight distance');
    expect(text).not.toMatch(
      /barrier to the left|sharp at the top|Shaded|Mode connectivity \(pp\);/,
    );
  });

  it('draw the dashed line of the number that parts flat from sharp', () => {
    const dashes = /stroke-dasharray="2 1.5"/g;
    const scatter = (metric: string) => render({ kind: 'connectivity-sharpness', metric }).svg;
    const thresholds = {
      flatBy: 'trainLoss',
      trainLoss: 0.05,
      logTrace: 5,
      modeConnectivity: -1,
      cka: 0.9,
    } as const;
    expect(count(scatter('hessianTrace'), dashes)).toBeLessThan(
      count(
        render({ kind: 'connectivity-sharpness', metric: 'trainLoss', thresholds }).svg,
        dashes,
      ),
    );
  });

  it('leave error bars away where the screen does', () => {
    const scatter = { kind: 'connectivity-sharpness' } as const;
    const bars = /stroke="#808080"/g;
    expect(count(render(scatter).svg, bars)).toBeGreaterThan(0);
    const without = render({ ...scatter, errorBars: false }).svg;
    expect(count(without, bars)).toBe(0);
    expect(words(without).join(' ')).not.toContain('Error bars');
  });

  it('draw slices along both axes, through some cells, with training dashed, as errors', () => {
    const slice = { kind: 'slice', metric: 'testAccuracy' } as const;
    const { axes, cells } = sweepCells();
    const lines = /<polyline/g;
    expect(count(render(slice).svg, lines)).toBe(axes[1]!.values.length);
    expect(count(render({ ...slice, lines: { along: 'y' } }).svg, lines)).toBe(
      axes[0]!.values.length,
    );
    const both = render({ ...slice, lines: { along: 'both', cells: [cells[0]!.index] } }).svg;
    expect(count(both, lines)).toBe(2);
    expect(words(both).join(' ')).toContain('Only the lines through the selected cells');
    const trained = render({ ...slice, lines: { training: true } }).svg;
    expect(count(trained, lines)).toBe(2 * axes[1]!.values.length);
    expect(words(trained).join(' ')).toContain('Dashed: train accuracy.');
    const asError = render({ ...slice, lines: { asError: true, training: true } }).svg;
    expect(words(asError).join(' ')).toContain('Dashed: train error.');
    const errors = words(asError);
    expect(errors).toContain('Test error (percent)');
    expect(errors).not.toContain('Test accuracy');
  });

  it('draw a plot for each panel of an experiment with one axis', () => {
    const results = sweepCells();
    const cells = results.cells.filter((c) => c.axes['training.batchSize'] === 32);
    const one = { ...results, axes: results.axes.slice(0, 1), cells };
    const shown = words(
      render({ kind: 'slice', panels: ['testAccuracy', 'cka', 'trainLoss'] }, one).svg,
    );
    for (const title of ['Test accuracy', 'CKA', 'Train loss (nats)', 'a', 'b', 'c'])
      expect(shown).toContain(title);
  });

  it('are checked at the door', () => {
    const problems = (settings: object) =>
      figureSettingsSchema.safeParse({ kind: 'slice', ...settings }).error?.issues.length ?? 0;
    expect(problems({ panels: ['cka'], lines: { along: 'both', cells: [1] } })).toBe(0);
    expect(problems({ panels: [] })).toBe(1);
    expect(problems({ panels: Array.from({ length: 27 }, () => 'cka') })).toBe(1);
    expect(problems({ lines: { along: 'z' } })).toBe(1);
    expect(problems({ nonsense: 1 })).toBe(1);
  });
});
