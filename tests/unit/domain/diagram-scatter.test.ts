/** The marks of the scatter against the published table read on its own. */
import { describe, expect, it } from 'vitest';
import { buildDiagram } from '#shared/domain/diagram';
import { scatterPoints } from '#shared/domain/diagram-scatter';
import { planeRegions } from '#shared/domain/scatter-regions';
import { publishedCells } from '../../reference/published/published-cells';

const results = publishedCells({ spread: true });
const diagram = buildDiagram(results, {
  metrics: ['modeConnectivity', 'hessianTrace', 'testAccuracy'],
});
const [x, y, score] = diagram.panels;
if (!x || !y) throw new Error('the published table must have connectivity and trace');
const points = scatterPoints(diagram, { x, y, score });

describe('scatterPoints', () => {
  it('has every cell with both numbers at connectivity and the logarithm of its trace', () => {
    const cells = results.cells.filter(
      ({ metrics }) =>
        (metrics['modeConnectivity']?.mean ?? null) !== null &&
        (metrics['hessianTrace']?.mean ?? null) !== null,
    );
    expect(cells.length).toBeGreaterThan(150);
    expect(points).toHaveLength(cells.length);
    for (const { metrics, index } of cells) {
      const point = points.find(({ cell }) => cell.result?.index === index);
      const { mean: trace = null, se = null } = metrics['hessianTrace'] ?? {};
      expect(point?.x).toBe(metrics['modeConnectivity']?.mean);
      expect(Math.exp(point?.y ?? 0)).toBeCloseTo(trace ?? 0, 6);
      expect(point?.yError).toBeCloseTo((se ?? 0) / (trace ?? 1), 12);
    }
  });

  it('has larger marks for larger widths, these first so that they cover no small one', () => {
    const widths = points.map(({ cell }) => Number(cell.result?.axes['width']));
    expect(widths).toEqual([...widths].sort((a, b) => b - a));
    expect(points.at(0)?.size).toBe(1);
    expect(points.at(-1)?.size).toBe(0);
  });
});

describe('planeRegions', () => {
  it('parts an axis that is drawn as a logarithm at the logarithm of the threshold', () => {
    const loss = { ...y, scalar: { ...y.scalar, name: 'trainLoss' }, scale: 'log' } as const;
    const [, sharp] = planeRegions(loss, y, { ...diagram.thresholds, trainLoss: 0.1 });
    expect(sharp?.x[0]).toBeCloseTo(-2.302585093, 9);
    const [flat] = planeRegions(y, x, { ...diagram.thresholds, flatBy: 'logTrace', logTrace: 5 });
    expect(flat).toMatchObject({ phases: ['III'], x: [-Infinity, 5], y: [-Infinity, -1] });
  });
});
