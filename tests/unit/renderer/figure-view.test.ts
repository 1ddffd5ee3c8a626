import { describe, expect, it } from 'vitest';
import { buildDiagram } from '#shared/domain/diagram';
import type { FigureSettings } from '#shared/domain/figure-settings';
import { sweepCells } from '../../reference/sweeps/sweep-cells';
import { viewOfFigure } from '../../../src-renderer/features/phase-diagram/figure-view';
import {
  parseGridLook,
  parsePanels,
  parseRanges,
  parseShared,
} from '../../../src-renderer/features/phase-diagram/look';
import { figureOf } from '../../../src-renderer/features/phase-diagram/views';

const sweep = sweepCells();
const noise = { path: 'dataset.labelNoise', role: 'none', values: [0, 0.1, 0.2] } as const;
const results = {
  ...sweep,
  axes: [...sweep.axes, noise],
  cells: sweep.cells.map((cell) => ({ ...cell, axes: { ...cell.axes, [noise.path]: 0.1 } })),
};
const names = ['testAccuracy', 'cka', 'trainLoss', 'hessianTrace', 'modeConnectivity'];

/** What the screen would export in the view that a figure opens. */
function again(settings: FigureSettings): FigureSettings {
  const view = viewOfFigure(settings, buildDiagram(results));
  const slice = Number(view.slice ?? 0);
  const diagram = buildDiagram(results, { metrics: names, slice: { [noise.path]: slice } });
  const shown = view.view === 'scatter' || view.view === 'slices' ? view.view : 'panels';
  const cells = view.cells?.split(',').map(Number);
  return {
    ...figureOf(shown, {
      diagram,
      number: view.metric,
      across: view.across,
      panelNames: parsePanels(view.panels ?? '', names) ?? names,
      lines: {
        ...(view.along === 'x' || view.along === 'y' || view.along === 'both'
          ? { along: view.along }
          : {}),
        ...(cells ? { cells } : {}),
        ...(view.training === 'on' ? { training: true } : {}),
        ...(view.errors === 'on' ? { asError: true } : {}),
      },
      withErrorBars: view.bars !== 'off',
      drawsEveryPanel: false,
    }),
    ranges: parseRanges(view.ranges ?? ''),
    shared: parseShared(view.share ?? ''),
    look: parseGridLook({
      xscale: view.xscale ?? '',
      yscale: view.yscale ?? '',
      flip: view.flip ?? '',
      swap: view.swap ?? '',
    }),
  };
}

const usual = {
  held: { [noise.path]: 0.2 },
  ranges: { testAccuracy: [0.5, null], trainLoss: [null, 2] },
  shared: { units: true, slices: false },
  look: { x: { scale: 'linear', flipped: false }, y: { flipped: true }, swapped: true },
} as const;

describe('viewOfFigure', () => {
  it.each<FigureSettings>([
    { kind: 'phase-diagram', panels: ['cka', 'trainLoss', 'testAccuracy'], ...usual },
    {
      kind: 'connectivity-sharpness',
      metric: 'hessianTrace',
      across: 'cka',
      errorBars: false,
      ...usual,
    },
    {
      kind: 'slice',
      metric: 'testAccuracy',
      lines: { along: 'both', cells: [2, 4], training: true, asError: true },
      ...usual,
    },
    { kind: 'slice', metric: 'cka', lines: { along: 'y' }, ...usual },
  ])('shows what would be exported again: $kind', (settings) => {
    expect(again(settings)).toEqual(settings);
  });

  it('leaves nothing of what was set before', () => {
    const view = viewOfFigure({ kind: 'phase-diagram' }, buildDiagram(sweep));
    expect(new Set(Object.values(view))).toEqual(new Set([null]));
  });
});
