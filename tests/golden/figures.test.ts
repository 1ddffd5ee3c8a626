/**
 * Figures of the PyTorch sweep as pictures on file. Numbers are rounded to a tenth of a point, so that another rounding
 * of the last bit is not a change. After a wanted change: look at the picture, then `vitest run tests/golden -u`.
 */
import { describe, expect, it } from 'vitest';
import { sweepCells } from '../reference/sweeps/sweep-cells';
import { digitsSource } from '../fixtures/figure-source';
import { renderFigure } from '../../src-main/figures/figure';
import type { FigureRequest } from '../../src-main/figures/figure-request';

const pictures: Record<string, Pick<FigureRequest, 'kind' | 'metric'>> = {
  'phase-diagram': { kind: 'phase-diagram' },
  'connectivity-sharpness': { kind: 'connectivity-sharpness' },
  'heatmap-cka': { kind: 'heatmap', metric: 'cka' },
  'slice-test-accuracy': { kind: 'slice', metric: 'testAccuracy' },
};

/** Its own provenance is on file beside it. */
const roundNumbers = (svg: string) =>
  svg
    .replace(/<metadata>.*<\/metadata>\n/, '')
    .replace(/-?\d+\.\d+/g, (number) => String(Number(Number(number).toFixed(1)) + 0));

describe('renderFigure', () => {
  it.each(Object.entries(pictures))('draws %s as on file', async (name, request) => {
    const { svg } = renderFigure({ ...request, results: sweepCells(), source: digitsSource() });
    await expect(roundNumbers(svg)).toMatchFileSnapshot(`figures/${name}.svg`);
  });

  it('writes the data, provenance and methods of the phase diagram as on file', async () => {
    const texts = renderFigure({
      kind: 'phase-diagram',
      results: sweepCells(),
      source: digitsSource(),
    });
    await expect(texts.csv).toMatchFileSnapshot('figures/phase-diagram.csv');
    await expect(texts.methods).toMatchFileSnapshot('figures/phase-diagram.md');
    const { sha256, ...rest } = JSON.parse(texts.provenance) as Record<string, unknown>;
    expect(sha256).toBeDefined();
    await expect(`${JSON.stringify(rest, null, 2)}\n`).toMatchFileSnapshot(
      'figures/phase-diagram.json',
    );
  });
});
