/**
 * The diagram that Yang et al. 2021 published, read back from `tests/reference/published`: our labels on their numbers.
 * The mean accuracies per phase in docs/metrics are those of labels by threshold alone. The published train losses have
 * a standard error over 5 seeds; with it, five cells at the threshold become undecided. Mode connectivity is of one
 * curve (seeds 0 and 1) and CKA comes without its spread over pairs: their standard error is unknown, so their threshold
 * alone decides.
 */
import { describe, expect, it } from 'vitest';
import { buildDiagram } from '#shared/domain/diagram';
import { defaultThresholds, phaseNames } from '#shared/domain/phases';
import type { CellsResult } from '#shared/domain/results';
import { publishedCells } from '../../reference/published/published-cells';

const grid = { leastBatch: 16, leastWidth: 2, withoutBatches: [19, 27] };

function meanAccuracyByPhase(results: CellsResult): Record<string, number> {
  const diagram = buildDiagram(results);
  return Object.fromEntries(
    phaseNames.flatMap((phase) => {
      const values = diagram.cells
        .filter((cell) => cell.phase === phase)
        .map((cell) => (cell.result?.metrics['testAccuracy']?.mean ?? Number.NaN) * 100);
      const mean = values.reduce((a, b) => a + b, 0) / values.length;
      return values.length === 0 ? [] : [[phase, Number(mean.toFixed(1))]];
    }),
  );
}

describe('the published diagram', () => {
  it('has the documented mean test accuracy in every phase when thresholds alone decide', () => {
    const results = publishedCells({ ...grid, spread: false });
    expect(results.cells).toHaveLength(13 * 13);
    expect(meanAccuracyByPhase(results)).toEqual({
      I: 73.6,
      II: 79.9,
      III: 80.5,
      'IV-A': 82.9,
      'IV-B': 86.8,
    });
    expect(buildDiagram(results).undecidedCount).toBe(0);
  });

  it('leaves the five cells undecided whose train loss is within its standard error of 0.1', () => {
    const diagram = buildDiagram(publishedCells({ ...grid, spread: true }));
    const undecided = diagram.cells.filter((cell) => cell.phase === 'undecided');
    expect(undecided).toHaveLength(5);
    for (const cell of undecided) {
      const loss = cell.result?.metrics['trainLoss'];
      expect(cell.phaseReason).toContain('train loss');
      expect(Math.abs((loss?.mean ?? 0) - defaultThresholds.trainLoss)).toBeLessThanOrEqual(
        (loss?.sd ?? 0) / Math.sqrt(5),
      );
    }
  });

  it('is hot at the top: small batches in the upper rows, narrow networks at the left', () => {
    const diagram = buildDiagram(publishedCells({ ...grid, spread: true }));
    expect(diagram.y.inverted).toBe(true);
    expect(diagram.y.values.at(-1)).toBe(16);
    expect(diagram.y.values[0]).toBe(1024);
    expect(diagram.x.values[0]).toBe(2);
    expect([diagram.x.scale, diagram.y.scale]).toEqual(['log', 'log']);
  });

  it('leaves missing numbers missing: no train loss for the two unpublished batches, no CKA where it is undefined', () => {
    const diagram = buildDiagram(publishedCells({ spread: true }));
    expect(diagram.cells).toHaveLength(15 * 14);
    const panel = (name: string) => diagram.panels.find((p) => p.scalar.name === name);
    const missing = (name: string) => panel(name)?.cells.filter((c) => c.state === 'missing');
    expect(missing('trainLoss')).toHaveLength(2 * 14);
    expect(missing('cka')).toHaveLength(3);
    expect(panel('modeConnectivity')?.range?.[0]).toBe(
      -(panel('modeConnectivity')?.range?.[1] ?? 0),
    );
  });
});
