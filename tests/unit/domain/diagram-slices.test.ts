import { describe, expect, it } from 'vitest';
import { buildDiagram } from '#shared/domain/diagram';
import { interpolationPlace, sliceLines } from '#shared/domain/diagram-slices';
import type { CellMetric, CellsResult } from '#shared/domain/results';
import { summarise } from '#shared/domain/statistics';

const over = (...values: number[]): CellMetric => ({
  ...summarise(values),
  over: 'seeds',
});

/** Train accuracies by width, a seed each. */
function lineOf(accuracies: readonly (readonly number[])[], values?: readonly (number | string)[]) {
  const widths = values ?? accuracies.map((_, i) => 2 ** i);
  const results: CellsResult = {
    experiment: 'one axis',
    axes: [{ path: 'model.width', role: 'load', values: widths }],
    cells: accuracies.map((seeds, index) => ({
      index,
      axes: { 'model.width': widths[index] as number },
      n: seeds.length,
      diverged: 0,
      metrics: seeds.length === 0 ? {} : { trainAccuracy: over(...seeds) },
      phase: 'undecided',
      phaseReason: '',
    })),
  };
  const diagram = buildDiagram(results, { metrics: ['trainAccuracy'] });
  const [line] = sliceLines(diagram, diagram.panels[0]!);
  return { place: interpolationPlace(diagram, diagram.x, line!), positions: diagram.x.positions };
}

describe('interpolationPlace', () => {
  it('is the first cell in which every run fits every sample', () => {
    const { place, positions } = lineOf([[0.4], [0.9, 1], [1, 1], [1, 1]]);
    expect(place).toBe(positions[2]);
  });
  it('passes over cells without the number', () => {
    const { place, positions } = lineOf([[0.4], [], [1]]);
    expect(place).toBe(positions[2]);
  });
  it('is null where no cell is reached, where the line begins there, and without an order', () => {
    expect(lineOf([[0.4], [0.999]]).place).toBeNull();
    expect(lineOf([[1], [1]]).place).toBeNull();
    expect(lineOf([[], []]).place).toBeNull();
    expect(lineOf([[0.4], [1]], ['relu', 'tanh']).place).toBeNull();
  });
});
