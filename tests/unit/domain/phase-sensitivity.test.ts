import { describe, expect, it } from 'vitest';
import { phaseOfCell } from '#shared/domain/cell-phase';
import {
  decidingThresholds,
  phaseRobustness,
  phasesAlong,
  plausibleRange,
  plausibleSteps,
  plausibleValues,
  widened,
} from '#shared/domain/phase-sensitivity';
import { defaultThresholds, phaseNames, type PhaseThresholds } from '#shared/domain/phases';
import { publishedCells } from '../../reference/published/published-cells';

const results = publishedCells({ spread: true });
// The published grid knows no chance loss: a few cells at chance make those that no threshold decides.
const cells = [
  null,
  ...results.cells.map((cell, i) => (i % 17 === 0 ? { ...cell, chanceLoss: 0.05 } : cell)),
];
const settings: readonly PhaseThresholds[] = [
  defaultThresholds,
  { ...defaultThresholds, flatBy: 'logTrace', logTrace: 5 },
  { ...defaultThresholds, trainLoss: 0.4, modeConnectivity: -3, cka: 0.75 },
];

/** The label of every cell by the rule itself, sentences and all. */
const labels = (thresholds: PhaseThresholds) =>
  cells.map((cell) => (cell === null ? 'undecided' : phaseOfCell(cell, thresholds).phase));

describe('phasesAlong', () => {
  it('counts what the rule of the phases gives, threshold by threshold', () => {
    for (const thresholds of settings) {
      for (const name of decidingThresholds(thresholds)) {
        const values = plausibleValues(name, thresholds, widened(plausibleRange, 3));
        const counted = phasesAlong(cells, thresholds, { name, values });
        const byRule = values.map((value) => {
          const found = labels({ ...thresholds, [name]: value }).slice(1);
          return Object.fromEntries(
            phaseNames.map((phase) => [phase, found.filter((other) => other === phase).length]),
          );
        });
        expect(counted).toEqual(byRule);
        expect(new Set(counted.map((c) => JSON.stringify(c))).size).toBeGreaterThan(1);
      }
    }
  });
});

describe('phaseRobustness', () => {
  it('is the share of all 729 settings that give the same label, setting by setting', () => {
    for (const thresholds of settings) {
      const deciding = decidingThresholds(thresholds);
      const [flat, poor, alike] = deciding.map((name) => plausibleValues(name, thresholds));
      const now = labels(thresholds);
      const tally = cells.map(() => new Map<string, number>());
      for (const a of flat!)
        for (const b of poor!)
          for (const c of alike!) {
            const at = { ...thresholds, [deciding[0]]: a, modeConnectivity: b, cka: c };
            for (const [i, phase] of labels(at).entries())
              tally[i]!.set(phase, (tally[i]!.get(phase) ?? 0) + 1);
          }
      const total = plausibleSteps ** 3;
      const robustness = phaseRobustness(cells, thresholds);
      for (const [i, cell] of robustness.entries()) {
        expect(cell.phase).toBe(now[i]);
        for (const phase of phaseNames)
          expect(cell.shares[phase]).toBeCloseTo((tally[i]!.get(phase) ?? 0) / total, 10);
        if (cell.phase === 'undecided') expect(cell.share).toBeNull();
        else expect(cell.share).toBe(cell.shares[cell.phase]);
      }
      expect(new Set(robustness.map(({ share }) => share)).size).toBeGreaterThan(5);
    }
  });

  it('names the thresholds that a deciding number is within one standard error of', () => {
    for (const thresholds of settings)
      for (const [i, cell] of phaseRobustness(cells, thresholds).entries()) {
        const result = cells[i];
        if (!result) continue;
        const { reason } = phaseOfCell(result, thresholds);
        const isOpen = reason.includes('within one standard error') && !reason.includes('trained');
        expect(cell.close.length > 0).toBe(isOpen);
      }
  });

  it('has no phase to keep where there is no cell or no trained model', () => {
    const [none] = phaseRobustness([null], defaultThresholds);
    expect(none).toMatchObject({ phase: 'undecided', share: null, isWithoutNumbers: true });
  });
});

describe('plausibleValues', () => {
  it('are centred on the threshold: losses by a factor, the others by a distance', () => {
    const loss = plausibleValues('trainLoss', defaultThresholds);
    expect(loss[0]).toBeCloseTo(0.05, 12);
    expect(loss[4]).toBe(0.1);
    expect(loss.at(-1)).toBeCloseTo(0.2, 12);
    expect(plausibleValues('modeConnectivity', defaultThresholds)).toEqual([
      -2, -1.75, -1.5, -1.25, -1, -0.75, -0.5, -0.25, 0,
    ]);
    const energies = plausibleValues('trainLoss', { ...defaultThresholds, trainLoss: -2.4 });
    expect([energies[0], energies.at(-1)]).toEqual([-2.4499999999999997, -2.35]);
  });
  it('keep CKA where it can be', () => {
    const high = plausibleValues('cka', { ...defaultThresholds, cka: 0.95 });
    expect(high.at(-1)).toBe(1);
    expect(high[4]).toBe(0.95);
  });
});
