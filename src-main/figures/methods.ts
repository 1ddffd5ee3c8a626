/** A methods paragraph in Markdown: what a paper has to say about a figure, from the spec that made it. */
import { expandCells } from '#shared/domain/cells';
import { axisTitle } from '#shared/domain/diagram-axis';
import { isProblemSpec } from '#shared/domain/problem-scalars';
import type { Diagram } from '#shared/domain/diagram';
import type { DatasetFacts } from '#shared/domain/datasets';
import type { ModelSpec } from '#shared/domain/model-spec';
import type { OptimizerSpec } from '#shared/domain/optimizer-spec';
import { metricOf } from '#shared/domain/metric-registry';
import type { ExperimentSpec, TrainingSpec } from '#shared/domain/spec';
import {
  describeCounts,
  describeSamples,
  describeStatistic,
  describeThresholds,
  describeUndecided,
  joinWords,
  lowerFirst,
} from './caption';
import { describeImported } from './describe-imported';
import { describeLayers } from './describe-layers';
import { describeAdditions, specWithAdditions } from './describe-additions';
import { describeProblem } from './describe-problem';
import type { FigureRequest } from './figure-request';

/** The paragraph with a heading, the definitions of the drawn scalars, and the references. */
export function figureMethods(request: FigureRequest, diagram: Diagram): string {
  const { results, source } = request;
  const spec = specWithAdditions(source);
  const names = diagram.panels.map((panel) => panel.scalar.name);
  const sentences = [
    ...(spec === null ? [importedSentence(request)] : describeSpec(spec, source.dataset)),
    describeAdditions(source),
    describeCounts(diagram, names),
    describeThresholds(diagram),
    describeStatistic(diagram),
    `Undecided: ${describeUndecided(diagram)}.`,
    ...(spec === null ? [] : [describeSamples(spec, names)]),
    ...(source.engines.length === 0 ? [] : [`Computed by ${joinWords(source.engines)}.`]),
  ];
  const definitions = diagram.panels.map(
    ({ scalar }) =>
      `- **${scalar.title}**${scalar.unit === '' ? '' : ` (${scalar.unit})`}: ${scalar.definition}`,
  );
  const versions = Object.entries(source.versions).map(([name, version]) => `${name} ${version}`);
  return [
    `# Methods: ${results.experiment}`,
    '',
    sentences.filter((sentence) => sentence !== '').join(' '),
    '',
    ...(source.spec === null
      ? [
          'What this program means by each number; how the source computed it is for the source to say:',
          '',
        ]
      : []),
    ...definitions,
    '',
    'Phases after Yang et al., "Taxonomizing local versus global structure in neural network loss landscapes", NeurIPS 2021; the thresholds are ours.',
    '',
    `Made ${source.createdAt}${versions.length === 0 ? '' : ` with ${joinWords(versions)}`}.`,
    '',
  ].join('\n');
}

function importedSentence({ results, source: { imported } }: FigureRequest): string {
  const axes = results.axes.map((axis) => lowerFirst(axisTitle(axis.path)));
  const from = imported
    ? ` from ${imported.file} (${imported.rows} rows, SHA-256 ${imported.sha256}) on ${imported.importedAt.slice(0, 10)}`
    : '';
  return `Results "${results.experiment}" were imported${from} as a table over ${joinWords(axes)}.`;
}

/** What is dropped while training; nothing where a model is measured. */
const dropoutWords: Readonly<Record<Exclude<ModelSpec['family'], 'sequential'>, string>> = {
  mlp: 'hidden units',
  cnn: 'the last features',
  vgg: 'the last features',
  resnet: 'channels inside blocks',
  transformer: 'the embedding and of what each part adds',
};

/** The network in words; what is varied is left out. */
function describeModel(model: ModelSpec, say: (path: string, words: string) => string): string {
  if (model.family === 'sequential') return describeLayers(model.layers);
  const width = say('model.width', ` of width ${model.width}`);
  const depth = say('model.depth', ` ${model.depth}`);
  const norm = 'norm' in model && model.norm !== 'none' ? `${model.norm} norm` : '';
  const inside = [
    say('model.activation', `${model.activation} activations`),
    say('model.norm', norm),
  ];
  const dropout =
    model.dropout === 0
      ? ''
      : say('model.dropout', `, dropout of ${dropoutWords[model.family]} at rate ${model.dropout}`);
  const named = inside.filter((part) => part !== '');
  const parts = `${named.length === 0 ? '' : ` with ${named.join(' and ')}`}${dropout}`;
  switch (model.family) {
    case 'mlp':
      return `a multilayer perceptron of${depth} hidden layers${width}${parts}`;
    case 'cnn':
      return `a network of${depth} convolutions${width}${parts}`;
    case 'vgg':
      return `VGG-${model.depth}${width}${parts}`;
    case 'resnet':
      return `a residual network${say('model.depth', `, ResNet-${model.depth}`)}${width}${model.skip ? '' : say('model.skip', ' without skip connections')}${parts}`;
    case 'transformer': {
      const heads = say('model.heads', `, ${model.heads} heads`);
      const expansion = say(
        'model.expansion',
        `, feed-forward width ${model.expansion} times that`,
      );
      const causal = model.causal ? say('model.causal', ', causal') : '';
      const pooling = say('model.pooling', `, read at the ${poolingWords[model.pooling]}`);
      return `a transformer encoder of${depth} layers${width}${heads}${expansion}${causal}${pooling}${parts === '' ? '' : `,${parts}`}`;
    }
    default:
      return model satisfies never;
  }
}

const poolingWords = { last: 'last position', mean: 'mean over positions' } as const;

/** The optimiser in words; what is varied is left out. */
function describeOptimizer(
  optimizer: OptimizerSpec,
  say: (path: string, words: string) => string,
): string {
  const rateName = optimizer.name === 'pal' ? 'measuring step' : 'learning rate';
  const own = Object.entries(optimizer).flatMap(([key, value]) => {
    if (key === 'name' || key === 'learningRate' || key === 'schedule') return [];
    const path = `optimizer.${key}`;
    const title = lowerFirst(axisTitle(path));
    if (typeof value === 'boolean') return value ? [say(path, title)] : [];
    return [say(path, `${title} ${String(value)}`)];
  });
  const rate = say('optimizer.learningRate', ` with ${rateName} ${optimizer.learningRate}`);
  return [
    `${optimizerTitles[optimizer.name]}${rate}`,
    ...own.filter((words) => words !== ''),
    describeGroup('optimizer.schedule', `${optimizer.schedule.name} schedule`, {
      settings: optimizer.schedule,
      say,
    }),
  ]
    .filter((part) => part !== '')
    .join(', ');
}

/** `step schedule (every 10, factor 0.1)`: a group of several kinds with its settings; what is varied is left out. */
function describeGroup(
  path: string,
  words: string,
  { settings, say }: { settings: Readonly<object>; say: (path: string, words: string) => string },
): string {
  const own = Object.entries(settings)
    .filter(([key]) => key !== 'name')
    .map(([key, value]) => {
      const place = `${path}.${key}`;
      return say(place, `${lowerFirst(axisTitle(place))} ${String(value)}`);
    })
    .filter((part) => part !== '');
  // Each kind that is tried has settings of its own.
  if (say(`${path}.name`, words) === '') return '';
  return own.length === 0 ? words : `${words} (${own.join(', ')})`;
}

const optimizerTitles: Readonly<Record<OptimizerSpec['name'], string>> = {
  sgd: 'SGD',
  adam: 'Adam (Kingma and Ba 2015)',
  adamw: 'AdamW (Loshchilov and Hutter 2019)',
  sam: 'SAM (Foret et al. 2021)',
  'entropy-sgd': 'Entropy-SGD (Chaudhari et al. 2017)',
  pal: 'PAL line search (Mutschler and Zell 2020)',
};
const stopWords: Readonly<Record<TrainingSpec['stop']['name'], string>> = {
  none: '',
  'zero-training-error': 'until every training sample is classified right',
  'train-loss': 'until the train loss is small enough',
  'loss-plateau': 'until the train loss no longer falls',
  'early-stop': 'until the test loss no longer falls',
};
const weightsWords: Readonly<Record<TrainingSpec['weights'], string>> = {
  final: '',
  'best-train-loss': '; the weights of least train loss count',
  'early-stop': '; the weights of least test loss count',
};

/** `until the test loss no longer falls (patience in epochs 5)`; empty where training goes on to its last epoch. */
function describeStop(
  stop: TrainingSpec['stop'],
  say: (path: string, words: string) => string,
): string {
  const kept = (path: string, words: string) =>
    path === 'training.stop.name' ? words : say(path, words);
  return describeGroup('training.stop', stopWords[stop.name], { settings: stop, say: kept });
}

/** How long and in which steps was trained; what is varied is left out. @param stops - the rules tried, each with its settings; none where there is one */
function describeTraining(
  training: TrainingSpec,
  stops: readonly TrainingSpec['stop'][],
  say: (path: string, words: string) => string,
): string {
  const { epochs, batchSize, dropLast, compressibility, stop, weights } = training;
  const length = say('training.epochs', `${epochs} epochs`) || 'epochs as varied';
  const most = stop.name === 'none' && say('training.stop.name', 'fixed') !== '' ? '' : ' at most';
  const batches = say('training.batchSize', ` with batch size ${batchSize}`);
  const regulariser =
    compressibility === 0
      ? ''
      : say(
          'training.compressibility',
          `, the ratio of the weights' 1-norm to their 2-norm added to the loss ${compressibility} times`,
        );
  const ending =
    stops.length > 0
      ? `ended ${joinWords(stops.map((each) => describeStop(each, say) || 'with the last epoch'))}`
      : describeStop(stop, say);
  return `${length}${most}${batches}${dropLast ? ', incomplete batches dropped' : ''}${regulariser}${ending === '' ? '' : `, ${ending}`}${weightsWords[weights]}`;
}

/** The stop rules that an axis tries, with the settings that each has; none where they are not varied. */
function stopsTried(spec: ExperimentSpec): readonly TrainingSpec['stop'][] {
  const axis = spec.axes.find(({ path }) => path === 'training.stop.name');
  if (!axis) return [];
  return expandCells({ ...spec, axes: [axis] }).map(({ settings }) => settings.training.stop);
}

function describeSpec(spec: ExperimentSpec, facts: DatasetFacts | null): string[] {
  const { dataset, model, optimizer, training, axes, seeds } = spec;
  const varied = (path: string) => axes.some((axis) => axis.path === path);
  const say = (path: string, words: string) => (varied(path) ? '' : words);
  const data = facts
    ? `${facts.title} (${facts.trainCount} training and ${facts.testCount} test samples; ${facts.attribution})`
    : dataset.name;
  const axisWords = axes.map(
    ({ path, role, values }) =>
      `${lowerFirst(axisTitle(path))}${role === 'none' ? '' : ` (${role}-like)`} in {${values.join(', ')}}`,
  );
  const measured = spec.metrics.map((metric) =>
    metricOf(metric).methods(metric, isProblemSpec(spec)),
  );
  if (spec.imported)
    return [
      describeImported(spec.imported, { data, model: describeModel(model, say) }),
      ...measured,
    ];
  const settings = [
    `${describeModel(model, say)}${say('model.initialisation', `, initialised by ${model.initialisation}`)}`,
    describeOptimizer(optimizer, say),
    describeTraining(training, stopsTried(spec), say),
  ];
  const noise =
    dataset.labelNoise > 0
      ? ` A share of ${dataset.labelNoise} of the training labels was replaced by uniform ones (seed ${dataset.noiseSeed}).`
      : '';
  const pixelNoise =
    dataset.pixelNoise > 0
      ? ` Normal noise of standard deviation ${dataset.pixelNoise} was added to the training inputs (seed ${dataset.noiseSeed}).`
      : '';
  const equation = describeProblem(dataset, say);
  const part =
    dataset.fraction < 1
      ? ` A fraction of ${dataset.fraction} of the training samples was used.`
      : '';
  return [
    `${equation ? 'We' : `On ${data} we`} trained ${settings.join('; ')}; ${seeds.length} ${seeds.length === 1 ? 'seed' : 'seeds'} a cell.${noise}${pixelNoise}${part}`,
    ...(equation ?? []),
    ...(axisWords.length === 0 ? [] : [`Varied: ${joinWords(axisWords)}.`]),
    ...measured,
  ];
}
