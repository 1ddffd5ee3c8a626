import { describe, expect, it } from 'vitest';
import { basisOfBenchmark, basisOfTasks, unknownMachine } from '#main/experiments/cost-basis';

const row = (kind: string, expectedMs: number, measuredMs: number) => ({
  kind,
  expectedMs,
  measuredMs,
});

describe('basisOfTasks', () => {
  it('corrects each kind by its own tasks, and doubts it by their spread', () => {
    // Twice as slow, every time: the logarithms do not spread, so only the number of tasks is left to doubt.
    const basis = basisOfTasks(Array.from({ length: 25 }, () => row('train', 10, 20)));
    expect(basis).toMatchObject({ source: 'tasks', tasks: 25 });
    expect(basis.factors('train')).toBe(2);
    expect(basis.doubt('train')).toBeCloseTo(Math.exp(0.5 / 5), 12);
    // Half and double: s = ln 2 * sqrt(2) over two tasks.
    const spread = basisOfTasks([row('cka', 10, 5), row('cka', 10, 20)]);
    expect(spread.factors('cka')).toBe(1.25);
    expect(spread.doubt('cka')).toBeCloseTo(Math.exp(Math.sqrt(2 * Math.log(2) ** 2 + 0.125)), 12);
  });
  it('takes the pace of the others for a kind without tasks, and doubts it more', () => {
    const basis = basisOfTasks([row('train', 10, 30)]);
    expect(basis.factors('hessian')).toBe(3);
    expect(basis.doubt('hessian')).toBe(2);
    expect(basis.knows('hessian')).toBe(false);
    expect(basis.knows('train')).toBe(true);
  });
  it('weighs tasks by their length: a short one that took long says little of long ones', () => {
    const basis = basisOfTasks([row('train', 1, 4), row('train', 99, 99), row('cka', 100, 97)]);
    expect(basis.factors('train')).toBeCloseTo(1.03, 12);
    expect(basis.factors('hessian')).toBe(1);
  });
  it('is never surer than the machine is quiet', () => {
    const basis = basisOfTasks(Array.from({ length: 10_000 }, () => row('train', 10, 10)));
    expect(basis.doubt('train')).toBe(1.1);
  });
});

describe('basisOfBenchmark', () => {
  it('makes the expected time of the benchmark’s step the measured one', () => {
    // 25,856 products a sample, 64 samples, 6 operations a product, 1e8 a millisecond, and 0.02 ms a step.
    const expectedMs = 0.02 + (6 * 25_856 * 64) / 1e8;
    const basis = basisOfBenchmark(2000);
    expect(basis.source).toBe('benchmark');
    expect(basis.factors('train')).toBeCloseTo(0.5 / expectedMs, 12);
    expect(basisOfBenchmark(0)).toBe(unknownMachine);
  });
});
