import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkSpec, formatProblem, InvalidSpecError, requireSpec } from '#shared/domain/check-spec';
import { digitsSpec } from '../../fixtures/specs';

/** The problems as `path: rule` lines. */
function rules(spec: unknown): string[] {
  const check = checkSpec(spec);
  return check.ok ? [] : check.problems.map((p) => `${p.path}: ${p.rule}`);
}

describe('checkSpec', () => {
  it('accepts a valid spec and fills in the defaults', () => {
    const check = checkSpec(digitsSpec());
    expect(check.ok && check.spec.model).toEqual({
      family: 'mlp',
      width: 8,
      depth: 2,
      activation: 'relu',
      norm: 'none',
      initialisation: 'fan-in-uniform',
    });
    expect(check.ok && check.spec.dataset.noiseSeed).toBe(12345);
  });

  it('names every problem at once, each with what was found and what to do', () => {
    const check = checkSpec({
      ...digitsSpec(),
      model: { family: 'mlp', width: 0 },
      training: { epochs: 'many', batchSize: 32 },
      seeds: [],
      colour: 'red',
    });
    expect(check.ok).toBe(false);
    const problems = check.ok ? [] : check.problems;
    expect(problems.map((p) => p.path).sort()).toEqual([
      'colour',
      'model.width',
      'seeds',
      'training.epochs',
    ]);
    for (const problem of problems) expect(problem.fix).not.toBe('');
    const width = problems.find((p) => p.path === 'model.width');
    expect(width && formatProblem(width)).toBe(
      'model.width: must be at least 1, got 0; use 1 or more',
    );
  });

  it('refuses an axis over something that does not exist or is a group', () => {
    const axis = (path: string) =>
      rules(digitsSpec({ axes: [{ path, role: 'load', values: [1] }] }));
    expect(axis('model.colour')).toEqual(['axes[0].path: must name a setting of this spec']);
    expect(axis('optimizer.schedule')).toEqual([
      'axes[0].path: must name a single value, not a group',
    ]);
    expect(axis('seeds.0')[0]).toContain('must start with dataset');
    expect(axis('model.__proto__.x')).toHaveLength(1);
  });

  it('checks each value of an axis where the axis puts it', () => {
    const spec = digitsSpec({
      axes: [{ path: 'model.width', role: 'load', values: [4, -1, 2.5, 4] }],
    });
    expect(rules(spec).map((r) => r.split(':')[0])).toEqual([
      'axes[0].values[3]',
      'axes[0].values[1]',
      'axes[0].values[2]',
    ]);
  });

  it('refuses a batch that is larger than the training data of a cell', () => {
    expect(rules(digitsSpec({ training: { epochs: 1, batchSize: 1438 }, axes: [] }))).toEqual([
      'training.batchSize: must be at most the 1437 training samples',
    ]);
    expect(
      rules(
        digitsSpec({
          dataset: { name: 'digits', fraction: 0.1 },
          metrics: [],
          axes: [{ path: 'training.batchSize', role: 'temperature', values: [64, 144, 145] }],
        }),
      ),
    ).toEqual(['axes[0].values[2]: must be at most the 144 training samples']);
  });

  it('refuses metrics that read more samples than the smallest cell has', () => {
    const spec = digitsSpec({
      axes: [{ path: 'dataset.fraction', role: 'load', values: [0.1, 1] }],
      metrics: [{ name: 'cka', samples: 640 }],
    });
    expect(rules(spec)).toEqual(['metrics[0].samples: must be at most the 144 training samples']);
  });

  it('refuses repeats of seeds, metrics and axes, and unknown data sets', () => {
    const axis = { path: 'model.width', role: 'load' as const, values: [4] };
    expect(
      rules(
        digitsSpec({
          dataset: { name: 'cifar10' },
          seeds: [1, 1],
          metrics: [{ name: 'cka' }, { name: 'cka' }],
          axes: [axis, axis],
        }),
      ).map((r) => r.split(':')[0]),
    ).toEqual(['dataset.name', 'seeds[1]', 'metrics[1].name', 'axes[1].path']);
  });

  it('refuses a grid beyond the limit without making it', () => {
    const values = Array.from({ length: 1000 }, (_, i) => i + 1);
    const spec = digitsSpec({
      axes: [
        { path: 'model.width', role: 'load', values },
        { path: 'training.batchSize', role: 'temperature', values },
      ],
    });
    expect(rules(spec)).toEqual(['axes: must make at most 100000 cells']);
  });

  it('never throws and never accepts, whatever JSON it is given', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const check = checkSpec(value);
        expect(check.ok).toBe(false);
        if (!check.ok) expect(check.problems.length).toBeGreaterThan(0);
      }),
    );
  });

  it('never throws for a valid spec with one section replaced by any JSON', () => {
    const section = fc.constantFrom(
      ...(['dataset', 'model', 'optimizer', 'training', 'axes', 'seeds', 'metrics'] as const),
    );
    fc.assert(
      fc.property(section, fc.jsonValue(), (name, value) => {
        checkSpec({ ...digitsSpec(), [name]: value });
      }),
    );
  });

  it('accepts its own output', () => {
    const spec = requireSpec(digitsSpec());
    expect(checkSpec(JSON.parse(JSON.stringify(spec)))).toEqual({ ok: true, spec });
  });
});

describe('requireSpec', () => {
  it('throws one error that holds every problem', () => {
    const bad = { ...digitsSpec(), seeds: [], name: '' };
    expect(() => requireSpec(bad)).toThrow(InvalidSpecError);
    try {
      requireSpec(bad);
    } catch (error) {
      expect((error as InvalidSpecError).problems).toHaveLength(2);
      expect((error as InvalidSpecError).message.split('\n')).toHaveLength(2);
    }
  });
});
