/** Samples and labels as arrays of numbers: .npz, .npy and IDX. */
import type { SampleKind } from '#shared/domain/datasets';
import { elementsOf, wholeNumbersOf, type NumericArray } from '../../formats/numeric-array';
import { refusal } from '../../formats/refusal';
import { requireFinite, requireLabel, type RawSamples } from './raw-samples';

export interface ArraySamples extends RawSamples {
  readonly sample: SampleKind;
  readonly inputs: number;
}

/**
 * The samples of an array and its labels: [N, F] are features, [N, H, W] grey images, [N, H, W, C] images.
 * @throws DataFormatError where they do not fit together, or a number is not finite
 */
export function arraySamples(
  x: { readonly place: string; readonly array: NumericArray },
  y: { readonly place: string; readonly array: NumericArray },
): ArraySamples {
  const [count = 0, ...rest] = x.array.shape;
  const sample = sampleOf(x.place, x.array.shape);
  const inputs = rest.reduce((product, n) => product * n, 1);
  if (count === 0 || inputs === 0)
    throw refusal(x.place, 'must have samples', `an array [${x.array.shape.join(', ')}]`);
  const numbers = wholeNumbersOf(y.place, y.array);
  if (numbers.length !== count)
    throw refusal(y.place, `must have a label for each of ${count} samples`, numbers.length);
  const labels = numbers.map((label, i) => requireLabel(`${y.place}, element ${i + 1}`, label));
  const elements = elementsOf(x.array);
  if (elements instanceof Float32Array) requireFinite(x.place, elements, inputs);
  return { elements, labels, sample, inputs };
}

function sampleOf(place: string, shape: readonly number[]): SampleKind {
  const [, height = 0, width = 0, channels = 1] = shape;
  if (shape.length === 2) return { kind: 'features' };
  if (shape.length === 3 || (shape.length === 4 && channels <= 4))
    return { kind: 'image', height, width, channels };
  throw refusal(
    place,
    'must be [samples, features], [samples, height, width] or [samples, height, width, channels] with at most 4 channels',
    `[${shape.join(', ')}]`,
    { fix: 'bring its axes into that order' },
  );
}

/** Names under which people keep samples and labels, the training part first. */
const pairs = [
  { x: 'x_train', y: 'y_train', part: 'train' },
  { x: 'X_train', y: 'y_train', part: 'train' },
  { x: 'train_images', y: 'train_labels', part: 'train' },
  { x: 'x', y: 'y', part: 'train' },
  { x: 'X', y: 'y', part: 'train' },
  { x: 'images', y: 'labels', part: 'train' },
  { x: 'data', y: 'labels', part: 'train' },
  { x: 'data', y: 'target', part: 'train' },
  { x: 'x_test', y: 'y_test', part: 'test' },
  { x: 'X_test', y: 'y_test', part: 'test' },
  { x: 'test_images', y: 'test_labels', part: 'test' },
] as const;

/** The parts in a .npz file, by the names of its arrays. @throws DataFormatError when no pair of names is known */
export function npzParts(
  place: string,
  arrays: ReadonlyMap<string, NumericArray>,
): { train: ArraySamples; test: ArraySamples | null } {
  const find = (part: 'train' | 'test') => {
    const pair = pairs.find((p) => p.part === part && arrays.has(p.x) && arrays.has(p.y));
    if (!pair) return null;
    const named = (name: string) => ({
      place: `${place}, ${name}`,
      array: arrays.get(name) as NumericArray,
    });
    return arraySamples(named(pair.x), named(pair.y));
  };
  const train = find('train');
  if (!train)
    throw refusal(
      place,
      'must have arrays x_train and y_train, or x and y',
      [...arrays.keys()].join(', '),
      { fix: 'save it again with those names' },
    );
  return { train, test: find('test') };
}
