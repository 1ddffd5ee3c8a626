import { describe, expect, it } from 'vitest';
import { checkSpec, requireSpec } from '#shared/domain/check-spec';
import { generatorNames } from '#shared/domain/dataset-spec';
import { builtInDatasets } from '#shared/domain/datasets';
import {
  addAxis,
  axesOf,
  changeAxis,
  changeMetric,
  chooseKind,
  emptyDraft,
  freeName,
  generateValues,
  metricsOf,
  removeAxis,
  setAt,
  toggleMetric,
  type Draft,
} from '#renderer/features/design/draft';
import { isProblem } from '#shared/domain/problem-spec';
import { offeredEntry } from '#renderer/features/design/offered-choices';
import {
  allFieldTexts,
  canBecomeAxis,
  fieldValue,
  findField,
  shownFields,
  type Field,
} from '#renderer/features/design/fields';
import { useHistory } from '#renderer/features/design/history';
import { metricFormGroups } from '#renderer/workspace/metric-fields';
import {
  nameInUse,
  problemsAt,
  problemText,
  unplacedProblems,
} from '#renderer/features/design/problems';
import { proposeValues } from '#renderer/features/design/propose-values';
import {
  formatSeeds,
  formatValues,
  parseNumberText,
  parseSeedsText,
  parseValuesText,
} from '#renderer/workspace/text-entry';

const problemsOf = (draft: unknown) => {
  const check = checkSpec(draft);
  return check.ok ? [] : check.problems;
};

describe('emptyDraft', () => {
  it('is a valid spec', () => {
    expect(problemsOf(emptyDraft)).toEqual([]);
  });
});

const choicesOf = (draft: Draft, path: string) => {
  const entry = findField(draft, path)?.entry;
  return entry?.kind === 'choice' ? entry.choices : [];
};
const kindPaths = [
  'dataset.name',
  'model.family',
  'optimizer.name',
  'optimizer.schedule.name',
  'training.stop.name',
];
/** The empty draft as every kind of each of its groups, with the kind's name. */
const everyKind = kindPaths.flatMap((path) =>
  choicesOf(emptyDraft, path).map(({ value }): [string, Draft] => {
    const draft = chooseKind(emptyDraft, path, value);
    if (value !== 'transformer') return [value, draft];
    return [value, chooseKind(draft, 'dataset.name', 'token-copying')];
  }),
);
const everyField = everyKind.flatMap(([, draft]) => shownFields(allFieldTexts, draft));
/** Dotted paths of every single value in a spec's settings. */
function leaves(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, inner]) =>
    leaves(inner, path === '' ? key : `${path}.${key}`),
  );
}

describe('fields', () => {
  it.each(everyKind)(
    'show every setting of %s that leaves a choice, and nothing else',
    (_, draft) => {
      const { dataset, model, optimizer, training } = requireSpec(draft);
      const given = leaves({ dataset, model, optimizer, training });
      const shown = shownFields(allFieldTexts, draft).map((field) => field.path);
      const unused = isProblem(dataset) ? ['dataset.labelNoise', 'dataset.pixelNoise'] : [];
      const isFixed = (path: string) =>
        unused.includes(path) ||
        // Layers are edited in the JSON view.
        path.startsWith('model.layers.') ||
        (path === 'model.depth' && model.family === 'vgg');
      expect(shown.sort()).toEqual(given.filter((path) => !isFixed(path)).sort());
    },
  );
  it.each(everyKind)('propose valid values when they become an axis of %s', (_, draft) => {
    for (const field of shownFields(allFieldTexts, draft).filter(canBecomeAxis)) {
      const varied = addAxis(draft, field.path);
      expect(problemsOf(varied)).toEqual([]);
      expect(axesOf(varied)[0]!.values.length).toBeGreaterThan(1);
    }
  });
  it('name every choice, and say what each kind is', () => {
    const choices = everyField.flatMap(({ entry }) =>
      entry.kind === 'choice' ? entry.choices : [],
    );
    const shownAsWritten = ['none', 'batch', 'layer', 'group', 'constant', 'step', 'cosine'];
    const plain = [
      ...shownAsWritten,
      'linear',
      'warm-up',
      'tanh',
      'exact',
      'penalty',
      'even',
      'random',
      'final',
      'mean',
      ...generatorNames,
    ];
    const unnamed = choices.filter(({ value, title }) => value === title && !plain.includes(value));
    expect(unnamed).toEqual([]);
    for (const { help } of everyField) expect(help).not.toBe('');
    for (const path of ['model.family', 'optimizer.name'])
      expect(new Set(everyField.filter((f) => f.path === path).map((f) => f.help)).size).toBe(
        choicesOf(emptyDraft, path).length,
      );
  });
  it('tell limits and defaults of the schema', () => {
    const help = (path: string) => findField(emptyDraft, path)?.help.split('\n')[1];
    expect(help('optimizer.momentum')).toBe('At least 0, below 1; default 0.');
    expect(help('optimizer.learningRate')).toBe('Above 0, at most 1,000,000.');
    expect(help('model.activation')).toBeUndefined();
  });
  it('take what a spec leaves out as its default', () => {
    const draft = { model: { family: 'mlp', width: 4 } };
    expect(fieldValue(findField(draft, 'model.depth') as Field, draft)).toBe(2);
    expect(choicesOf({ ...draft, training: {} }, 'training.stop.name')).toHaveLength(5);
  });
});

describe('chooseKind', () => {
  it('makes a draft ready for a problem: a smooth MLP that keeps samples apart, no rule on classes', () => {
    const start = setAt(chooseKind(emptyDraft, 'model.family', 'resnet'), 'training.stop', {
      name: 'zero-training-error',
    });
    const noisy = setAt(start, 'dataset.labelNoise', 0.2);
    const solving = chooseKind(noisy, 'dataset.name', 'poisson-1d');
    expect(solving['model']).toMatchObject({ family: 'mlp', activation: 'tanh', norm: 'none' });
    expect(solving['training']).toMatchObject({ stop: { name: 'none' } });
    expect(checkSpec({ ...solving, name: 'poisson' }).ok).toBe(true);
    // What can stay stays.
    const smooth = setAt(emptyDraft, 'model.activation', 'gelu');
    const kept = chooseKind(smooth, 'dataset.name', 'convection');
    expect(kept['model']).toMatchObject({ activation: 'gelu', width: 16 });
  });

  it('keeps the other settings and can be undone step by step', () => {
    const draft = setAt(emptyDraft, 'model.width', 24);
    const cnn = chooseKind(draft, 'model.family', 'cnn');
    expect(cnn['model']).toMatchObject({ family: 'cnn', width: 24, depth: 2 });
    expect(chooseKind(cnn, 'model.family', 'mlp')['model']).toEqual(draft['model']);
    expect({ ...cnn, model: 0 }).toEqual({ ...draft, model: 0 });
  });
  it('replaces what is not valid by the default, or by what a new draft has', () => {
    const wrong = setAt(setAt(emptyDraft, 'model.width', 'wide'), 'model.depth', 3);
    expect(chooseKind(wrong, 'model.family', 'resnet')['model']).toMatchObject({
      width: 16,
      depth: 18,
    });
    expect(chooseKind({}, 'optimizer.name', 'sam')['optimizer']).toMatchObject({
      name: 'sam',
      learningRate: 0.05,
    });
  });
  it('keeps what all data sets have, and what both of two generated ones have', () => {
    const half = setAt(emptyDraft, 'dataset.fraction', 0.5);
    const parity = chooseKind(half, 'dataset.name', 'parity');
    expect(parity['dataset']).toMatchObject({ name: 'parity', fraction: 0.5, bits: 20 });
    const spirals = chooseKind(
      setAt(parity, 'dataset.trainCount', 300),
      'dataset.name',
      'two-spirals',
    );
    expect(spirals['dataset']).toMatchObject({ name: 'two-spirals', trainCount: 300, turns: 1.75 });
    expect(spirals['dataset']).not.toHaveProperty('bits');
    expect(chooseKind(spirals, 'dataset.name', 'mine')['dataset']).toEqual({
      name: 'mine',
      fraction: 0.5,
      labelNoise: 0,
      pixelNoise: 0,
      noiseSeed: 12345,
    });
  });
  it('fits the axes over its settings and leaves the others alone', () => {
    const paths = ['model.norm', 'model.width', 'training.batchSize'];
    const draft = paths.reduce(addAxis, emptyDraft);
    const pathsOf = (d: Draft) => axesOf(d).map((axis) => axis.path);
    const transformer = chooseKind(draft, 'model.family', 'transformer');
    expect(pathsOf(transformer)).toEqual(['model.width', 'training.batchSize']);
    expect(axesOf(transformer)).toEqual(axesOf(draft).slice(1));
    // Depths of MLPs that a residual network cannot have make room for the usual ones.
    const deep = chooseKind(addAxis(emptyDraft, 'model.depth'), 'model.family', 'resnet');
    expect(axesOf(deep)[0]!.values).toEqual([8, 14, 20, 32]);
    expect(problemsOf(deep)).toEqual([]);
    const some = changeAxis(addAxis(emptyDraft, 'model.depth'), 'model.depth', {
      values: [2, 18, 20],
    });
    expect(axesOf(chooseKind(some, 'model.family', 'resnet'))[0]!.values).toEqual([18, 20]);
    expect(pathsOf(chooseKind(some, 'model.family', 'vgg'))).toEqual([]);
  });
});

describe('offeredEntry', () => {
  const offered = (draft: Draft, path = 'model.family') => {
    const entry = offeredEntry(findField(draft, path) as Field, draft, builtInDatasets);
    return entry.kind === 'choice' ? entry.choices : [];
  };
  const blocked = (draft: Draft) =>
    offered(draft).flatMap(({ value, reason }) => (reason === undefined ? [] : [value]));
  const on = (name: string) => chooseKind(emptyDraft, 'dataset.name', name);

  it('says which families cannot read the data set, and why', () => {
    expect(blocked(emptyDraft)).toEqual(['transformer']);
    expect(offered(emptyDraft).find(({ value }) => value === 'transformer')!.reason).toBe(
      'needs sequences of tokens; Digits, 8x8 has images 8 × 8 × 1',
    );
    const short = setAt(on('token-copying'), 'dataset.length', 6);
    expect(offered(short)[1]!.reason).toBe(
      'needs images; Token copying has sequences of 6 tokens out of 12',
    );
    expect(blocked(short)).toEqual(['cnn', 'vgg', 'resnet']);
    expect(blocked(on('unheard of'))).toEqual([]);
  });
  it('looks at every data set of an axis', () => {
    const axes = [{ path: 'dataset.name', role: 'none', values: ['digits', 'parity'] }];
    expect(blocked({ ...emptyDraft, axes })).toEqual(['cnn', 'vgg', 'resnet', 'transformer']);
  });
  it('offers the data sets that exist, and other choices as they are', () => {
    expect(offered(emptyDraft, 'dataset.name').map((c) => c.title)).toEqual(
      builtInDatasets.map((d) => d.title),
    );
    expect(offered(emptyDraft, 'model.norm')).toEqual(choicesOf(emptyDraft, 'model.norm'));
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
    for (const form of metricFormGroups.flatMap(({ forms }) => forms)) {
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
    expect(unplacedProblems(problems, allFieldTexts).map((p) => p.path)).toEqual(['nonsense']);
  });
  it('of a family stand at it, and those of a setting that it does not have above the form', () => {
    const draft = setAt(
      chooseKind(emptyDraft, 'model.family', 'transformer'),
      'model.norm',
      'batch',
    );
    const problems = problemsOf(draft);
    expect(problemsAt(problems, 'model.family')).toHaveLength(1);
    const shown = shownFields(allFieldTexts, draft);
    expect(unplacedProblems(problems, shown).map((p) => p.path)).toEqual(['model.norm']);
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
    for (const { proposed, entry } of everyField.filter(canBecomeAxis)) {
      if (entry.kind !== 'number' && entry.kind !== 'whole') continue;
      const { values } = generated(proposed, proposed, entry.kind === 'whole');
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

describe('an axis of kinds', () => {
  it('varies a stop rule by pointing, with the kinds that need no other setting', () => {
    const stopped = setAt(emptyDraft, 'training.stop', { name: 'early-stop', patience: 3 });
    const varied = addAxis(stopped, 'training.stop.name');
    expect(axesOf(varied)[0]!.values).toEqual([
      'none',
      'zero-training-error',
      'loss-plateau',
      'early-stop',
    ]);
    expect(problemsOf(varied)).toEqual([]);
    expect(varied['training']).toMatchObject({ stop: { name: 'none' } });
  });
  it('is not offered for kinds that mean nothing by themselves', () => {
    const keeping = setAt(emptyDraft, 'training.trajectory', { name: 'list', epochs: [1] });
    for (const path of [
      'dataset.name',
      'model.family',
      'optimizer.name',
      'training.checkpoints.name',
      'training.trajectory.epochs',
    ])
      expect(canBecomeAxis(findField(keeping, path) as Field)).toBe(false);
    expect(findField(keeping, 'training.trajectory.epochs')?.entry).toEqual({ kind: 'list' });
  });
  it('begins with the value that a number has, and two more', () => {
    const draft = setAt(emptyDraft, 'dataset.noiseSeed', 7);
    expect(axesOf(addAxis(draft, 'dataset.noiseSeed'))[0]!.values).toEqual([7, 14, 28]);
  });
});
