import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { estimateOf, labelCell } from '#shared/domain/cell-phase';
import {
  defaultThresholds,
  labelPhase,
  thresholdProblem,
  type PhaseNumbers,
} from '#shared/domain/phases';
import { noQuartiles } from '../../fixtures/no-quartiles';

const exact = (mean: number | null) => ({ mean, se: null });

const numbers = (
  trainLoss: number,
  modeConnectivity: number,
  cka: number | null = null,
): PhaseNumbers => ({
  trainLoss: exact(trainLoss),
  hessianTrace: exact(null),
  modeConnectivity: exact(modeConnectivity),
  cka: exact(cka),
});

describe('labelPhase', () => {
  it('is sharp or flat times poorly or well connected, and IV split by CKA', () => {
    expect(labelPhase(numbers(1, -5)).phase).toBe('I');
    expect(labelPhase(numbers(1, 5)).phase).toBe('II');
    expect(labelPhase(numbers(0.01, -5)).phase).toBe('III');
    expect(labelPhase(numbers(0.01, 0, 0.5)).phase).toBe('IV-A');
    expect(labelPhase(numbers(0.01, 0, 0.7)).phase).toBe('IV-B');
  });

  it('takes thresholds of the loss at 0 and below where losses are energies', () => {
    expect(thresholdProblem('trainLoss', -2.4, true)).toBeNull();
    expect(thresholdProblem('trainLoss', -2.4, false)).toBe(
      'must be above 0, as every cross-entropy is, got −2.4; use a loss such as 0.1',
    );
    expect(thresholdProblem('trainLoss', NaN, true)).toBe(
      'must be a finite number, got NaN; use a loss such as 0.1',
    );
  });

  it('counts a value on the threshold as not below it', () => {
    expect(labelPhase(numbers(0.1, -1)).phase).toBe('II');
    expect(labelPhase(numbers(0.01, -1, 0.6)).phase).toBe('IV-B');
  });

  it('asks only for the numbers that decide', () => {
    expect(labelPhase(numbers(1, -5, null)).phase).toBe('I');
    expect(labelPhase(numbers(0.01, 0, null))).toEqual({
      phase: 'undecided',
      reason: 'CKA is missing',
    });
  });

  it('is undecided within one standard error, and says so', () => {
    const near = { ...numbers(1, -5), trainLoss: { mean: 0.12, se: 0.03 } };
    expect(labelPhase(near).phase).toBe('undecided');
    expect(labelPhase(near).reason).toContain('within one standard error (0.03) of 0.1');
    expect(labelPhase({ ...near, trainLoss: { mean: 0.12, se: 0.019 } }).phase).toBe('I');
  });

  it('can take the log of the trace in place of the train loss', () => {
    const thresholds = { ...defaultThresholds, flatBy: 'logTrace' as const, logTrace: 4 };
    const trace = (mean: number, se: number | null = null) =>
      labelPhase({ ...numbers(9, -5), hessianTrace: { mean, se } }, thresholds).phase;
    expect(trace(Math.exp(3))).toBe('III');
    expect(trace(Math.exp(5))).toBe('I');
    expect(trace(-1)).toBe('undecided');
    // Error of the logarithm: se / mean, here 0.5 around 4.2.
    expect(trace(Math.exp(4.2), 0.5 * Math.exp(4.2))).toBe('undecided');
  });

  it('never decides with a larger error what it left open with a smaller one', () => {
    const value = fc.double({ min: -3, max: 3, noNaN: true });
    const se = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(value, value, value, se, se, (loss, connectivity, cka, a, b) => {
        const at = (error: number) =>
          labelPhase({
            trainLoss: { mean: loss, se: error },
            hessianTrace: exact(null),
            modeConnectivity: { mean: connectivity, se: error },
            cka: { mean: cka, se: error },
          }).phase;
        const small = at(Math.min(a, b));
        const large = at(Math.max(a, b));
        expect(large === 'undecided' || large === small).toBe(true);
      }),
    );
  });
});

describe('labelPhase where nothing was learnt', () => {
  const chanceLoss = Math.log(10);
  const flat = { ...numbers(1, 0, 0.9), chanceLoss };

  it('gives exploded and dead models no phase, and says so', () => {
    expect(labelPhase({ ...flat, trainLoss: exact(2.9e6) })).toEqual({
      phase: 'undecided',
      reason: 'not trained: train loss 2900000 is not below 2.3, the loss by chance',
    });
    expect(labelPhase({ ...flat, trainLoss: exact(chanceLoss) }).phase).toBe('undecided');
    expect(labelPhase({ ...flat, trainLoss: exact(2) }).phase).toBe('II');
  });

  it('does so by whatever number sharp and flat are told apart', () => {
    const thresholds = { ...defaultThresholds, flatBy: 'logTrace' as const };
    const dead = { ...flat, trainLoss: exact(2.31), hessianTrace: exact(1) };
    expect(labelPhase(dead, thresholds).reason).toContain('not trained');
    expect(labelPhase({ ...dead, trainLoss: exact(null) }, thresholds).phase).toBe('IV-B');
  });

  it('does not decide within one standard error of chance', () => {
    const mixed = { ...flat, trainLoss: { mean: 1.4, se: 1.3 } };
    expect(labelPhase(mixed).reason).toBe(
      'not clearly trained: train loss 1.4 lies within one standard error (1.3) of 2.3, the loss by chance',
    );
  });

  it('labels as before where the chance loss is not known', () => {
    expect(labelPhase(numbers(2.9e6, 0)).phase).toBe('II');
  });
});

describe('estimateOf', () => {
  it('takes the standard error of the results, and knows none for one value', () => {
    const rest = noQuartiles;
    expect(estimateOf({ mean: 1, sd: 2, se: 1, n: 4, ...rest })).toEqual({ mean: 1, se: 1 });
    expect(estimateOf({ mean: 1, sd: null, se: null, n: 1, ...rest })).toEqual({
      mean: 1,
      se: null,
    });
    expect(estimateOf(undefined)).toEqual({ mean: null, se: null });
    expect(labelCell({ metrics: {} }, defaultThresholds).phase).toBe('undecided');
  });
});
