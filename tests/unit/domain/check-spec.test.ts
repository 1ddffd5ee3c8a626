import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkSpec, formatProblem, InvalidSpecError, requireSpec } from '#shared/domain/check-spec';
import type { ExperimentSpecInput } from '#shared/domain/spec';
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
      dropout: 0,
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

  it('refuses more runs, tasks or pairs than a project carries without making them', () => {
    const values = Array.from({ length: 1000 }, (_, i) => i + 1);
    const grid = (seeds: number, metrics: ExperimentSpecInput['metrics'] = []) =>
      rules(
        digitsSpec({
          axes: [
            { path: 'model.width', role: 'load', values },
            { path: 'training.epochs', role: 'none', values: values.slice(0, 10) },
          ],
          seeds: Array.from({ length: seeds }, (_, i) => i),
          metrics,
        }),
      );
    expect(grid(6)).toEqual(['axes: must make at most 50000 runs']);
    expect(grid(5, [{ name: 'hessian' }, { name: 'mode-connectivity' }])).toEqual([]);
    expect(
      grid(5, [{ name: 'hessian' }, { name: 'mode-connectivity' }, { name: 'weight-distance' }]),
    ).toEqual(['axes: must make at most 150000 tasks']);
    const seeds = Array.from({ length: 1000 }, (_, i) => i);
    expect(rules(digitsSpec({ seeds, axes: [], metrics: [{ name: 'cka' }] }))).toEqual([
      'seeds: must compare at most 200000 pairs of runs',
    ]);
  });

  it('says how large the work would be', () => {
    const seeds = Array.from({ length: 10_000 }, (_, i) => i);
    const axes = [{ path: 'training.epochs', role: 'none' as const, values: [1, 2, 3, 4, 5, 6] }];
    const check = checkSpec(digitsSpec({ seeds, axes, metrics: [] }));
    expect(check.ok ? [] : check.problems.map(formatProblem)).toEqual([
      'axes: must make at most 50000 runs, got 60000 (cells: 6, seeds: 10000); use fewer values or seeds',
    ]);
  });

  it('refuses samples whose kernel cannot fit into the memory, at their place', () => {
    const metrics = [{ name: 'cka' as const }, { name: 'tangent-kernel' as const, samples: 1437 }];
    const check = checkSpec(digitsSpec({ metrics }), undefined, 2e9);
    expect(check.ok ? [] : check.problems.map(formatProblem)).toEqual([
      'metrics[1].samples: must fit into the 2 GB of memory of this machine, got 1437, for which tangent-kernel may hold 2.25 GB; use fewer samples',
    ]);
    expect(checkSpec(digitsSpec({ metrics }), undefined, 3e9).ok).toBe(true);
  });

  it('refuses a model that cannot fit into the memory, at its place', () => {
    const memoryBytes = 16e9;
    const model = { family: 'mlp' as const, width: 16_384, depth: 64 };
    const places = (change: Partial<ExperimentSpecInput>) => {
      const check = checkSpec(digitsSpec({ metrics: [], ...change }), undefined, memoryBytes);
      return check.ok ? [] : check.problems.map(formatProblem);
    };
    expect(places({ model, axes: [] })).toEqual([
      'model: must fit into the 16 GB of memory of this machine, got 16913694730 parameters, for which training may hold 1270 GB; use a narrower or shallower model',
    ]);
    const axes = [{ path: 'model.width', role: 'load' as const, values: [64, 16_384, 8192] }];
    expect(places({ model: { ...model, depth: 2 }, axes })).toEqual([
      expect.stringMatching(/^axes\[0\]\.values\[1\]: must fit into the 16 GB/),
    ]);
    expect(places({ axes, metrics: [{ name: 'hessian' }] })).toEqual([
      expect.stringMatching(/values\[1\]: .* hessian may hold .*, or leave out hessian$/),
      expect.stringMatching(/values\[2\]: /),
    ]);
    expect(checkSpec(digitsSpec({ model, axes: [], metrics: [] })).ok).toBe(true);
  });

  it('tells one mistake in one line', () => {
    expect(rules(digitsSpec({ seeds: [1e300] }))).toEqual(['seeds[0]: must be at most 4294967295']);
    expect(
      rules(digitsSpec({ axes: [{ path: 'dataset.name', role: 'none', values: [3] }] })),
    ).toEqual(['axes[0].values[0]: must be a string']);
  });

  it('says that a number is not finite', () => {
    const spec: unknown = JSON.parse(
      JSON.stringify(digitsSpec()).replace('"learningRate":0.05', '"learningRate":1e999'),
    );
    const check = checkSpec(spec);
    expect(check.ok ? [] : check.problems.map(formatProblem)).toEqual([
      'optimizer.learningRate: must be a finite number, got Infinity; use one below 1e308',
    ]);
  });

  it('says which settings a value of an axis would need or forbid', () => {
    const schedules = (change: Partial<ExperimentSpecInput>) =>
      rules(
        digitsSpec({
          axes: [{ path: 'optimizer.schedule.name', role: 'none', values: ['constant', 'step'] }],
          ...change,
        }),
      );
    expect(schedules({})).toEqual([
      'axes[0].values[1]: must fit the other settings of the spec (with it, optimizer.schedule.every must be given (number))',
    ]);
    const schedule = { name: 'step' as const, every: 5 };
    expect(schedules({ optimizer: { name: 'sgd', learningRate: 0.1, schedule } })).toEqual([
      expect.stringMatching(
        /^axes\[0\]\.values\[0\]: .*optimizer\.schedule\.every must not be given/,
      ),
    ]);
  });

  it('does not send from one mistake to the next where alignment has too few samples', () => {
    const check = checkSpec(
      digitsSpec({
        dataset: { name: 'digits', fraction: 0.0001 },
        training: { epochs: 1, batchSize: 1 },
        axes: [],
        metrics: [{ name: 'cka', samples: 100 }],
      }),
    );
    expect(check.ok ? [] : check.problems.map((p) => p.fix)).toEqual([
      'give it 2 or more, by a larger dataset.fraction',
    ]);
  });

  it('takes a million seeds or wrong entries and 100,000 unknown settings, and tells the first of them', () => {
    const million = <T>(value: (i: number) => T) =>
      Array.from({ length: 1_000_000 }, (_, i) => value(i));
    const specs: unknown[] = [
      { ...digitsSpec(), seeds: million((i) => i) },
      { ...digitsSpec(), seeds: million(() => 1) },
      { ...digitsSpec(), seeds: million(() => 'x') },
      { ...digitsSpec(), metrics: million(() => ({ name: 'cka' })) },
      { ...digitsSpec(), axes: million(() => ({ path: 'model.width' })) },
      { ...digitsSpec(), ...Object.fromEntries(million((i) => [`k${i % 100_000}`, i])) },
    ];
    for (const spec of specs) {
      const started = performance.now();
      const check = checkSpec(spec);
      expect(performance.now() - started).toBeLessThan(3000);
      expect(check.ok ? 0 : check.problems.length).toBeGreaterThan(0);
      expect(check.ok ? 0 : check.problems.length).toBeLessThanOrEqual(51);
    }
    const check = checkSpec(specs[2]);
    const last = check.ok ? undefined : check.problems.at(-1);
    expect(last && formatProblem(last)).toBe(
      'spec: must have no other problem, got 9952 more; mend those above first',
    );
  });

  it('takes 100,000 levels of lists', () => {
    const deep: unknown = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000));
    for (const key of ['name', 'model', 'axes', 'seeds', 'metrics', 'surplus'])
      expect(rules({ ...digitsSpec(), [key]: deep })).toHaveLength(1);
    expect(checkSpec(deep).ok).toBe(false);
  });

  it('lets no text of the spec end a line or reach the terminal', () => {
    const nasty = '\u001b[31m\nerror: forged';
    const check = checkSpec({
      ...digitsSpec({ axes: [{ path: nasty, role: 'load', values: [nasty] }] }),
      name: nasty,
      [nasty]: nasty,
      dataset: { name: nasty },
    });
    const lines = check.ok ? [] : check.problems.map(formatProblem);
    expect(lines).toHaveLength(4);
    expect(lines.join('')).not.toMatch(/\p{Cc}/u);
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
