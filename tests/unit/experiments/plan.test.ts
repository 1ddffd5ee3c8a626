import { describe, expect, it } from 'vitest';
import { canonicalJson } from '#shared/domain/canonical-json';
import { planExperiment } from '#main/experiments/plan';
import { modelPairs } from '#main/metrics/model-pairs';
import { seedBlockCount } from '#shared/domain/seed-pairs';
import { requireSpec } from '#shared/domain/check-spec';
import { factsOf, type DatasetFacts } from '#shared/domain/datasets';
import type { ExperimentSpec, ExperimentSpecInput } from '#shared/domain/spec';
import { testPlan } from '../../fixtures/open-project';
import { smallSpec, smallSpecInput } from '../../fixtures/small-spec';

const ids = (spec: ExperimentSpec) => new Set(testPlan(spec).tasks.map((task) => task.id));
const sections = (changes: Partial<ExperimentSpecInput>) => ids(smallSpec(changes));

describe('planExperiment', () => {
  it('makes one training a run and the measurements that read them', () => {
    const { cells, tasks } = testPlan(smallSpec());
    expect(cells).toHaveLength(2);
    expect(tasks.filter((task) => task.cell === 0).map((task) => [task.kind, task.seeds])).toEqual([
      ['train', [0]],
      ['train', [1]],
      ['hessian', [0]],
      ['hessian', [1]],
      ['cka', [0, 1]],
      ['weight-distance', [0, 1]],
      ['mode-connectivity', [0, 1]],
    ]);
    const [first, second] = tasks;
    expect(tasks[4]?.reads).toEqual([first?.id, second?.id]);
  });

  it('plans the sample as 75 trainings, 75 Hessians and 25 of each measurement between runs', () => {
    const widths = { path: 'model.width', role: 'load' as const, values: [4, 8, 16, 32, 64] };
    const batches = {
      path: 'training.batchSize',
      role: 'temperature' as const,
      values: [8, 16, 32, 64, 128],
    };
    const { tasks } = testPlan(smallSpec({ axes: [widths, batches], seeds: [0, 1, 2] }));
    const counts = Object.entries(Object.groupBy(tasks, (task) => task.kind));
    expect(Object.fromEntries(counts.map(([kind, list]) => [kind, (list ?? []).length]))).toEqual({
      train: 75,
      hessian: 75,
      cka: 25,
      'weight-distance': 25,
      'mode-connectivity': 25,
    });
  });

  it('keeps its ids from version to version: finished work of old projects stays found', () => {
    const [training] = testPlan(smallSpec()).tasks;
    const curve = testPlan(smallSpec()).tasks.find((task) => task.kind === 'mode-connectivity');
    expect([training?.id, curve?.id]).toMatchInlineSnapshot(`
      [
        "5fd8d8758d97f4cf7390a9efa055df138a5e2f44802800f389e47f1b859c27cb",
        "7688cf6fa9f4ed75f119a5870494cb363632d2a1fb32a36776019614384d05f1",
      ]
    `);
  });

  it('gives the same ids whatever checkpoints are written, and others where weights are recorded', () => {
    const training = { epochs: 2, batchSize: 64 };
    const usual = sections({ training });
    for (const checkpoints of [{ name: 'off' }, { name: 'epochs', every: 2 }] as const)
      expect(sections({ training: { ...training, checkpoints } })).toEqual(usual);
    expect(sections({ training: { ...training, trajectory: { name: 'off' } } })).toEqual(usual);
    const recorded = sections({ training: { ...training, trajectory: { name: 'epochs' } } });
    expect(recorded.isDisjointFrom(usual)).toBe(true);
  });

  it('gives the same ids whatever the name, the order of axes and seeds, and other metrics are', () => {
    const all = sections({});
    expect(sections({ name: 'another name' })).toEqual(all);
    expect(sections({ seeds: [1, 0] })).toEqual(all);
    const batch = { path: 'training.batchSize', role: 'temperature' as const, values: [64, 32] };
    const width = { path: 'model.width', role: 'load' as const, values: [8, 4] };
    const turned = { ...batch, role: 'none' as const };
    expect(sections({ axes: [width, batch] })).toEqual(sections({ axes: [turned, width] }));
    const trainings = sections({ metrics: [] });
    expect(trainings.isSubsetOf(all)).toBe(true);
    expect(trainings.size).toBe(4);
  });

  it('finds the cells of a smaller grid in a larger one', () => {
    const larger = { path: 'model.width', role: 'load' as const, values: [2, 4, 8, 16] };
    expect(sections({}).isSubsetOf(sections({ axes: [larger] }))).toBe(true);
  });

  it('does not let the choice of pairs change what one pair yields', () => {
    const connectivity = { name: 'mode-connectivity', epochs: 2 } as const;
    const ring = sections({ metrics: [{ ...connectivity, pairs: 'ring' }], seeds: [0, 1, 2] });
    const first = sections({ metrics: [{ ...connectivity, pairs: 'first' }], seeds: [0, 1, 2] });
    expect(first.isSubsetOf(ring)).toBe(true);
    expect(ring.size).toBe(2 * (3 + 3));
  });

  const changes: readonly (readonly [string, Partial<ExperimentSpecInput>])[] = [
    ['data fraction', { dataset: { name: 'digits', fraction: 0.5 } }],
    ['label noise', { dataset: { name: 'digits', labelNoise: 0.1 } }],
    ['noise seed', { dataset: { name: 'digits', noiseSeed: 1 } }],
    ['depth', { model: { family: 'mlp', width: 4, depth: 2 } }],
    ['dropout', { model: { family: 'mlp', width: 4, depth: 1, dropout: 0.1 } }],
    ['activation', { model: { family: 'mlp', width: 4, depth: 1, activation: 'tanh' } }],
    ['initialisation', { model: { family: 'mlp', width: 4, depth: 1, initialisation: 'he' } }],
    ['learning rate', { optimizer: { name: 'sgd', learningRate: 0.06, momentum: 0.9 } }],
    ['momentum', { optimizer: { name: 'sgd', learningRate: 0.05, momentum: 0.8 } }],
    ['weight decay', { optimizer: { name: 'sgd', learningRate: 0.05, weightDecay: 1e-4 } }],
    ['nesterov', { optimizer: { name: 'sgd', learningRate: 0.05, nesterov: true } }],
    ['schedule', { optimizer: { ...smallSpecInput.optimizer, schedule: { name: 'cosine' } } }],
    ['method', { optimizer: { name: 'adam', learningRate: 0.05 } }],
    ['radius', { optimizer: { name: 'sam', learningRate: 0.05, rho: 0.1 } }],
    ['epochs', { training: { epochs: 3, batchSize: 64 } }],
    ['compressibility', { training: { epochs: 2, batchSize: 64, compressibility: 0.1 } }],
    ['stop rule', { training: { epochs: 2, batchSize: 64, stop: { name: 'early-stop' } } }],
    ['weights', { training: { epochs: 2, batchSize: 64, weights: 'early-stop' } }],
    ['batch size', { training: { epochs: 2, batchSize: 32 } }],
    ['last batch', { training: { epochs: 2, batchSize: 64, dropLast: false } }],
    ['seeds', { seeds: [2, 3] }],
  ];
  it.each(changes)('gives every task another id when the %s changes', (_name, change) => {
    expect(sections(change).isDisjointFrom(sections({}))).toBe(true);
  });

  const metricChanges: readonly (readonly [string, ExperimentSpecInput['metrics']])[] = [
    ['samples of the Hessian', [{ name: 'hessian', samples: 65, probes: 10 }]],
    ['probes', [{ name: 'hessian', samples: 64, probes: 11 }]],
    ['method', [{ name: 'hessian', samples: 64, probes: 10, method: 'power' }]],
    ['representation of CKA', [{ name: 'cka', samples: 128, representation: 'logits' }]],
    ['epochs of the curve', [{ name: 'mode-connectivity', epochs: 3, pairs: 'first' }]],
    ['points of the curve', [{ name: 'mode-connectivity', epochs: 2, pairs: 'first', points: 5 }]],
  ];
  it.each(metricChanges)('keeps the trainings when the %s change', (_name, metrics) => {
    const changed = sections({ metrics: metrics ?? [] });
    expect(changed.intersection(sections({}))).toEqual(sections({ metrics: [] }));
  });

  it('tells executors and versions of the data apart', () => {
    const spec = requireSpec(smallSpecInput);
    const plan = (engine: string, digest: string) =>
      planExperiment(spec, {
        engine,
        dataOf: (settings) => ({ facts: factsOf(settings) as DatasetFacts, digest }),
      }).tasks[0]?.id;
    const three = [plan('onnx-cpu', 'a'), plan('reference', 'a'), plan('onnx-cpu', 'b')];
    expect(new Set(three).size).toBe(3);
  });

  it('splits the pairs of many seeds into tasks of bounded cost, each pair once', () => {
    for (const count of [2, 16, 17, 33, 100]) {
      const seeds = Array.from({ length: count }, (_, i) => count - i);
      const { tasks } = testPlan(
        smallSpec({ axes: [], seeds, metrics: [{ name: 'cka' }, { name: 'weight-distance' }] }),
      );
      for (const kind of ['cka', 'weight-distance']) {
        const own = tasks.filter((task) => task.kind === kind);
        expect(own).toHaveLength(seedBlockCount(count));
        const pairs = own.map((task) => modelPairs(task.seeds, task.split));
        expect(Math.max(...pairs.map((list) => list.length))).toBeLessThanOrEqual(256);
        const keys = pairs.flat().map(([a, b]) => `${a}-${b}`);
        expect(keys).toHaveLength((count * (count - 1)) / 2);
        expect(new Set(keys).size).toBe(keys.length);
        expect(pairs.flat().every(([a, b]) => a < b)).toBe(true);
      }
    }
  });

  it('keeps the one task of few seeds what it was: finished work stays found', () => {
    const { tasks } = testPlan(smallSpec({ axes: [], seeds: [0, 1, 2] }));
    expect(tasks.find((task) => task.kind === 'cka')?.id).toMatchInlineSnapshot(
      `"dd3a7b5b29fc0893f2510687a432fdb8245a3612398f65d56fde83fd4151f40b"`,
    );
  });

  it('measures nothing between runs where there is only one', () => {
    const { tasks } = testPlan(smallSpec({ seeds: [0] }));
    expect(new Set(tasks.map((task) => task.kind))).toEqual(new Set(['train', 'hessian']));
  });
});

describe('canonicalJson', () => {
  it('is the same for the same value however its keys are ordered', () => {
    expect(canonicalJson({ b: [1, { d: null, c: 'x' }], a: 1e-3, u: undefined })).toBe(
      '{"a":0.001,"b":[1,{"c":"x","d":null}]}',
    );
  });

  it('refuses numbers that JSON cannot hold', () => {
    expect(() => canonicalJson({ a: NaN })).toThrow(RangeError);
  });
});
