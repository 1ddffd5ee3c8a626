/** What other programs call the tensors of networks, in one spelling, so that the same tensor is known by either name. */

/** Counters that hold no weight. */
const counters = new Set(['num_batches_tracked']);

/** Whether a tensor counts steps of a training and is no part of a model. */
export function isCounter(name: string): boolean {
  return counters.has(name.split('.').at(-1) ?? '');
}

/** Words for the last part of a name: of Keras, of TensorFlow, of Flax. */
const roles: Readonly<Record<string, string>> = {
  kernel: 'weight',
  gamma: 'weight',
  scale: 'weight',
  beta: 'bias',
  offset: 'bias',
  moving_mean: 'running_mean',
  moving_variance: 'running_var',
  mean: 'running_mean',
  var: 'running_var',
};

/** Parts of names that stand for the same layer: of torchvision's networks, and of those that follow them. */
const sameLayers: readonly (readonly [RegExp, string])[] = [
  [/^bn(\d*)$/, 'norm$1'],
  [/^batch_?norm(\d*)$/, 'norm$1'],
  [/^(?:linear|classifier|head|dense|output)$/, 'fc'],
];

/** Both convolutions of a shortcut: `downsample.0` is the convolution, `downsample.1` its norm. */
const shortcuts = /^(?:downsample|shortcut)\.([01])\.(.*)$/;

/**
 * A name in one spelling: parts between dots, the last of them `weight`, `bias`, `running_mean` or `running_var` where it is known.
 *
 * `layer1.0.bn1.weight` and `layer1.0.norm1.weight` become one, `layer2.0.downsample.0.weight` becomes `layer2.0.shortcut.weight`,
 * `dense/kernel:0` becomes `fc.weight`. Never throws.
 */
export function spellingOf(name: string): string {
  const parts = name.replace(/:\d+$/, '').replaceAll('/', '.').split('.');
  const last = parts.pop() ?? '';
  const layers = parts.map((part) =>
    sameLayers.reduce((word, [from, to]) => word.replace(from, to), part),
  );
  const whole = [...layers, roles[last] ?? last].join('.');
  const at = whole.search(/(?:^|\.)(?:downsample|shortcut)\.[01]\./);
  if (at < 0) return whole;
  const start = whole[at] === '.' ? at + 1 : at;
  const [, place, rest] = shortcuts.exec(whole.slice(start)) ?? [];
  return `${whole.slice(0, start)}${place === '0' ? 'shortcut' : 'shortcut_norm'}.${rest}`;
}

/** What a tensor is for, as its name says it; null where it does not. */
export type TensorRole = 'weight' | 'bias' | 'running_mean' | 'running_var';

/** The role that the last part of a name tells, in any of the known words; null where it tells none. Never throws. */
export function roleOf(name: string): TensorRole | null {
  const last = spellingOf(name).split('.').at(-1) ?? '';
  return last === 'weight' || last === 'bias' || last === 'running_mean' || last === 'running_var'
    ? last
    : null;
}
