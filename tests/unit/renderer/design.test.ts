import { describe, expect, it } from 'vitest';
import { checkSpec } from '#shared/domain/check-spec';
import { defaultGeneratedSpec, generatorNames } from '#shared/domain/dataset-spec';
import {
  addAxis,
  axesOf,
  changeAxis,
  changeMetric,
  emptyDraft,
  freeName,
  generateValues,
  metricsOf,
  removeAxis,
  setAt,
  toggleMetric,
  valueAt,
  type Draft,
} from '#renderer/features/design/draft';
import { datasetSection } from '#renderer/features/design/dataset-fields';
import { allFields, canBecomeAxis, type Field } from '#renderer/features/design/fields';
import { useHistory } from '#renderer/features/design/history';
import { metricForms } from '#renderer/features/design/metric-fields';
import {
  nameInUse,
  problemsAt,
  problemText,
  unplacedProblems,
} from '#renderer/features/design/problems';
import { proposeValues } from '#renderer/features/design/propose-values';
import { shownFields } from '#renderer/features/design/shown-fields';
import { scheduleOf } from '#renderer/features/design/special-entries';
import {
  formatSeeds,
  formatValues,
  parseNumberText,
  parseSeedsText,
  parseValuesText,
} from '#renderer/features/design/text-entry';

const problemsOf = (draft: unknown) => {
  const check = checkSpec(draft);
  return check.ok ? [] : check.problems;
};

describe('emptyDraft', () => {
  it('is a valid spec', () => {
    expect(problemsOf(emptyDraft)).toEqual([]);
  });
});

/** Drafts that show a field: one per data set that it belongs to. */
function draftsWith({ datasets }: Field): Draft[] {
  return (datasets ?? ['digits']).map((name) => ({
    ...emptyDraft,
    dataset: datasetSection(name, emptyDraft['dataset']),
  }));
}

describe('fields', () => {
  it('each edits a setting that the draft has, or one of a schedule', () => {
    for (const field of allFields.filter((f) => f.schedule === undefined)) {
      for (const draft of draftsWith(field)) expect(valueAt(draft, field.path)).toBeDefined();
    }
  });
  it('propose valid values when they become an axis', () => {
    for (const field of allFields.filter(canBecomeAxis)) {
      for (const start of draftsWith(field)) {
        const draft = addAxis(start, field.path);
        expect(problemsOf(draft)).toEqual([]);
        expect(axesOf(draft)).toHaveLength(1);
      }
    }
  });
  it('cover every setting of every generated data set, and show with it alone', () => {
    for (const name of generatorNames) {
      const draft = { ...emptyDraft, dataset: datasetSection(name, emptyDraft['dataset']) };
      const shown = shownFields(allFields, draft).map((f) => f.path);
      const settings = Object.keys(defaultGeneratedSpec(name)).map((key) => `dataset.${key}`);
      expect(shown.filter((path) => path.startsWith('dataset.')).sort()).toEqual(settings.sort());
    }
  });
  it('of a data set start valid when it is chosen; what all have is kept', () => {
    for (const name of generatorNames)
      expect(problemsOf({ ...emptyDraft, dataset: datasetSection(name, {}) })).toEqual([]);
    const spirals = datasetSection('two-spirals', { name: 'parity', bits: 3, fraction: 0.5 });
    expect(spirals).toMatchObject({ name: 'two-spirals', fraction: 0.5, turns: 1.75 });
    expect(spirals).not.toHaveProperty('bits');
    expect(datasetSection('mine', spirals)).toEqual({
      name: 'mine',
      fraction: 0.5,
      labelNoise: 0,
      pixelNoise: 0,
      noiseSeed: 12345,
    });
  });
  it('of a schedule show only with it, and every schedule starts valid', () => {
    const paths = (name: string) => {
      const draft = setAt(emptyDraft, 'optimizer.schedule', scheduleOf(name));
      expect(problemsOf(draft)).toEqual([]);
      return shownFields(allFields, draft)
        .map((f) => f.path)
        .filter((p) => p.startsWith('optimizer.schedule.'));
    };
    expect(paths('constant')).toEqual([]);
    expect(paths('step')).toEqual(['optimizer.schedule.every', 'optimizer.schedule.factor']);
    expect(paths('cosine')).toEqual(['optimizer.schedule.finalFactor']);
  });
});

describe('axes of a draft', () => {
  it('take a free role, go away again, and are at most three', () => {
    let draft = addAxis(emptyDraft, 'model.width');
    draft = addAxis(draft, 'dataset.fraction');
    expect(axesOf(draft).map((a) => a.role)).toEqual(['load', 'temperature']);
    draft = addAxis(draft, 'model.depth');
    expect(axesOf(draft)[2]!.role).toBe('none');
    expect(axesOf(addAxis(draft, 'training.batchSize'))).toHaveLength(3);
    expect(axesOf(removeAxis(draft, 'model.width')).map((a) => a.path)).toEqual([
      'dataset.fraction',
      'model.depth',
    ]);
  });
  it('change one at a time', () => {
    const draft = changeAxis(addAxis(emptyDraft, 'model.width'), 'model.width', { values: [3] });
    expect(axesOf(draft)[0]!.values).toEqual([3]);
  });
  it('survive a spec in which they are no list', () => {
    expect(axesOf({ axes: 'no' })).toEqual([]);
    expect(axesOf({ axes: [null, 3, { path: 'x' }] })).toEqual([]);
  });
});

describe('metrics of a draft', () => {
  it('come with valid defaults and keep what was set', () => {
    for (const form of metricForms) {
      const draft = toggleMetric(emptyDraft, form.name);
      expect(problemsOf(draft)).toEqual([]);
      for (const field of form.fields) {
        const set = changeMetric(draft, form.name, field.key, field.fallback);
        expect(problemsOf(set)).toEqual([]);
      }
      expect(metricsOf(toggleMetric(draft, form.name))).toEqual([]);
    }
  });
});

describe('setAt', () => {
  it('makes the groups on the way where a JSON edit removed them', () => {
    expect(setAt({}, 'optimizer.schedule.name', 'step')).toEqual({
      optimizer: { schedule: { name: 'step' } },
    });
  });
});

describe('generateValues', () => {
  const ends = { first: 4, last: 64, count: 5 };
  it('makes even, logarithmic and binary values, whole where asked', () => {
    expect(generateValues('powers of two', ends, true)).toEqual([4, 8, 16, 32, 64]);
    expect(generateValues('log', ends, true)).toEqual([4, 8, 16, 32, 64]);
    expect(generateValues('linear', ends, true)).toEqual([4, 19, 34, 49, 64]);
  });
  it('says no where the ends do not suit', () => {
    expect(generateValues('log', { ...ends, first: 0 }, false)).toBeNull();
    expect(generateValues('powers of two', { ...ends, first: 5, last: 7 }, true)).toBeNull();
    expect(generateValues('linear', { ...ends, first: NaN }, false)).toBeNull();
  });
});

describe('text entry', () => {
  it('keeps what is no number, so that the check can explain it', () => {
    expect(['5e-4', ' 3 ', 'abc', '', '−2'].map(parseNumberText)).toEqual([
      0.0005,
      3,
      'abc',
      '',
      -2,
    ]);
    expect(parseValuesText('4, 8;relu true')).toEqual([4, 8, 'relu', true]);
  });
  it('reads seeds as ranges and lists, and writes them back', () => {
    expect(parseSeedsText('0..2, 7')).toEqual([0, 1, 2, 7]);
    expect(parseSeedsText('5..3 x')).toEqual(['5..3', 'x']);
    expect(parseSeedsText('0..99999999')).toEqual(['0..99999999']);
    expect(formatSeeds([0, 1, 2, 7, 9, 10])).toBe('0..2, 7, 9, 10');
    expect(formatValues([4, 'relu', true])).toBe('4, relu, true');
  });
});

describe('problems', () => {
  it('stand under the field they are about, the rest above the form', () => {
    const draft = {
      ...setAt(emptyDraft, 'optimizer.learningRate', -1),
      nonsense: 1,
      axes: [{ path: 'model.width', role: 'load', values: [0] }],
    };
    const problems = problemsOf(draft);
    const [rate] = problemsAt(problems, 'optimizer.learningRate');
    expect(problemText(rate!, 'optimizer.learningRate')).toBe(
      'Must be above 0, got -1; use a number above 0.',
    );
    expect(unplacedProblems(problems).map((p) => p.path)).toEqual(['nonsense']);
  });
  it('name the entry of an axis that is wrong', () => {
    const draft = changeAxis(addAxis(emptyDraft, 'model.width'), 'model.width', {
      values: [4, 0],
    });
    const [problem] = problemsAt(problemsOf(draft), 'axes[0]');
    expect(problemText(problem!, 'axes[0].')).toContain('Entry 2: must be at least 1');
  });
});

describe('useHistory', () => {
  it('undoes and redoes, typing into one field being one step', () => {
    let time = 0;
    const history = useHistory('', () => time);
    history.edit('a', 'name');
    history.edit('ab', 'name');
    time = 5000;
    history.edit('abc', 'name');
    history.edit('abc!', 'seeds');
    history.undo();
    expect(history.value.value).toBe('abc');
    history.undo();
    expect(history.value.value).toBe('ab');
    history.undo();
    expect(history.value.value).toBe('');
    expect(history.canUndo.value).toBe(false);
    history.redo();
    expect(history.value.value).toBe('ab');
    history.edit('x', 'name');
    expect(history.canRedo.value).toBe(false);
  });
});

describe('freeName', () => {
  it('counts on until nobody has the name', () => {
    expect(freeName('digits', [])).toBe('digits');
    expect(freeName('digits', ['digits', 'digits-2'])).toBe('digits-3');
    expect(freeName('digits-2', ['digits-2'])).toBe('digits-3');
  });
});

describe('proposeValues', () => {
  const generated = (values: readonly unknown[], usual: readonly unknown[], whole: boolean) => {
    const { generator, ...ends } = proposeValues(values, usual, whole);
    return { generator, values: generateValues(generator, ends, whole) };
  };
  it('makes the values that are there, whatever their spacing', () => {
    const kept = (values: number[]) => expect(generated(values, [], false).values).toEqual(values);
    kept([4, 8, 16, 32]);
    kept([0, 0.1, 0.2]);
    kept([0.001, 0.01, 0.1]);
  });
  it.each([
    ['nothing', [], [0, 0.2, 0.4], false],
    ['a single value', [16], [4, 8, 16], true],
    ['text', ['oops'], [], true],
    ['values without a spacing', [0.01, 0.011, 0.5], [], false],
    ['values that fall', [64, 5, 3], [], true],
    ['values below 0', [-3, 2], [], false],
  ])('starts from something usable after %s', (_what, values, usual, whole) => {
    expect(generated(values, usual, whole).values?.length).toBeGreaterThanOrEqual(2);
  });
  it('proposes usable values for every setting', () => {
    for (const { axisValues = [], entry } of allFields.filter(canBecomeAxis)) {
      if (entry.kind !== 'number' && entry.kind !== 'whole') continue;
      const { values } = generated(axisValues, axisValues, entry.kind === 'whole');
      expect(values?.length).toBeGreaterThanOrEqual(2);
    }
  });
});

describe('nameInUse', () => {
  it('finds a name that another experiment has, and none in the own one', () => {
    expect(nameInUse('a', ['a', 'b'], null)).toMatchObject({ path: 'name', got: '"a"' });
    expect(nameInUse('a', ['a', 'b'], 'a')).toBeNull();
    expect(nameInUse('c', ['a', 'b'], 'a')).toBeNull();
    expect(nameInUse(undefined, ['a'], null)).toBeNull();
  });
});
