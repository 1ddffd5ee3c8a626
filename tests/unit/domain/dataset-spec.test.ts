import { describe, expect, it } from 'vitest';
import { checkSpec } from '#shared/domain/check-spec';
import { datasetSchema, generatedSpecOf, generatorNames } from '#shared/domain/dataset-spec';
import { builtInDatasets, factsOf, type DatasetFacts } from '#shared/domain/datasets';
import type { Axis } from '#shared/domain/spec';
import { digitsSpec } from '../../fixtures/specs';
import { testPlan } from '../../fixtures/open-project';
import { smallSpec } from '../../fixtures/small-spec';

/** The problems of a spec with this data part as `path: rule, got value` lines. */
function problems(dataset: unknown, axes: readonly Axis[] = []): string[] {
  // Smooth, as problems need it.
  const model = { family: 'mlp', width: 8, activation: 'tanh' } as const;
  const check = checkSpec({ ...digitsSpec(), model, dataset, axes, metrics: [] });
  return check.ok ? [] : check.problems.map((p) => `${p.path}: ${p.rule}, got ${p.got}`);
}
const axis = (path: string, ...values: Axis['values']): Axis => ({ path, role: 'load', values });

describe('the data part of a spec', () => {
  it('keeps what was valid before, with the same settings', () => {
    expect(datasetSchema.parse({ name: 'digits', labelNoise: 0.2 })).toEqual({
      name: 'digits',
      fraction: 1,
      labelNoise: 0.2,
      pixelNoise: 0,
      noiseSeed: 12345,
    });
  });

  it.each(generatorNames)('fills in the defaults of %s, whose facts follow', (name) => {
    const settings = datasetSchema.parse({ name });
    expect(generatedSpecOf(settings)).toEqual(settings);
    expect(factsOf(settings)).toEqual(builtInDatasets.find((d) => d.name === name));
    expect(problems({ name })).toEqual([]);
  });

  it('names every problem in it at once, each in its place', () => {
    expect(
      problems({
        name: 'two-spirals',
        turns: 0,
        noise: 'much',
        trainCount: 2.5,
        colour: 1,
        fraction: 2,
      }).sort(),
    ).toEqual([
      'dataset.colour: must be a setting that exists, got 1',
      'dataset.fraction: must be at most 1, got 2',
      'dataset.noise: must be a number, got "much"',
      'dataset.trainCount: must be a whole number, got 2.5',
      'dataset.turns: must be above 0, got 0',
    ]);
    expect(problems(undefined)).toEqual(['dataset: must be given (object), got nothing']);
    expect(problems({ name: 'digits', turns: 2 })).toEqual([
      'dataset.turns: must be a setting that exists, got 2',
    ]);
  });

  it('lists built-in and registered names where one is unknown', () => {
    const mine: DatasetFacts = { ...(builtInDatasets[0] as DatasetFacts), name: 'mine' };
    const check = checkSpec({ ...digitsSpec(), dataset: { name: 'cifar' } }, [
      ...builtInDatasets,
      mine,
    ]);
    expect(check.ok ? '' : check.problems[0]?.fix).toMatch(
      /^use one of: digits, two-spirals, .*, mine; /,
    );
  });

  it('checks the settings against each other, and the batch against the samples that they make', () => {
    expect(problems({ name: 'parity', bits: 4, relevantBits: 6 })).toEqual([
      'dataset.relevantBits: must be at most the 4 bits, got 6',
    ]);
    expect(problems({ name: 'token-copying', pixelNoise: 0.5 })).toEqual([
      'dataset.pixelNoise: must be 0 for tokens, got 0.5',
    ]);
    expect(problems({ name: 'glyph-digits', trainCount: 10_000_000 })[0]).toMatch(
      /^dataset\.trainCount: must make at most 1073741824 numbers/,
    );
    expect(
      problems({ name: 'teacher-student', teacherWidth: 4096, teacherDepth: 16, trainCount: 100 }),
    ).toEqual([
      'dataset.teacherWidth: must take at most 20000000000 multiplications for all labels, not 528671539200, got 4096',
    ]);
    expect(problems({ name: 'two-spirals', trainCount: 20 })).toEqual([
      'training.batchSize: must be at most the 20 training samples, got 32',
    ]);
  });

  it('lets an axis vary its settings and its name', () => {
    const spirals = { name: 'two-spirals' };
    expect(
      problems(spirals, [axis('dataset.noise', 0, 0.1), axis('dataset.trainCount', 50, 100)]),
    ).toEqual([]);
    expect(problems(spirals, [axis('dataset.noise', -1)])).toEqual([
      'axes[0].values[0]: must be at least 0, got -1',
    ]);
    expect(problems({ name: 'parity', bits: 4 }, [axis('dataset.relevantBits', 3, 9)])).toEqual([
      'axes[0].values[1]: must be at most the 4 bits, got 9',
    ]);
    expect(problems({ name: 'digits' }, [axis('dataset.name', 'digits', 'parity')])).toEqual([]);
    expect(problems({ name: 'digits' }, [axis('dataset.name', 'digits', 'x')])).toEqual([
      'axes[0].values[1]: must be a known data set, got "x"',
    ]);
    expect(problems({ name: 'digits' }, [axis('dataset.noise', 1)])).toEqual([
      'axes[0].path: must name a setting of this spec, got "dataset.noise"',
    ]);
  });

  it('enters the identity of trainings with a pixel noise only where there is one', () => {
    const specOf = (dataset: object) =>
      testPlan(smallSpec({ dataset: { name: 'digits', ...dataset } })).tasks[0]?.spec ?? '';
    expect(specOf({})).not.toContain('pixelNoise');
    expect(specOf({ pixelNoise: 0.5 })).toContain('"pixelNoise":0.5');
  });
});
