/** CIFAR-10 and CIFAR-100 in their Python versions: a pickled dict with rows of 3072 bytes and a list of labels. */
import { cifarImage, cifarInputs } from './cifar-binary';
import { elementsOf } from '../../formats/numeric-array';
import { readPickle } from '../../formats/pickle';
import { describe, isOf, textOf, type PickleValue } from '../../formats/pickle-values';
import { refusal } from '../../formats/refusal';
import { requireLabel, toChannelsLast, type RawSamples } from './raw-samples';

/** Label lists in the order in which they are looked for, and how many classes each has. */
const labelLists = { labels: 10, fine_labels: 100, coarse_labels: 20 } as const;
export type CifarLabels = keyof typeof labelLists;

/**
 * The samples of one batch.
 * @param wanted - which labels of CIFAR-100; the fine ones by default
 * @throws DataFormatError naming the place
 */
export function parseCifarPickle(
  place: string,
  bytes: Uint8Array,
  wanted?: CifarLabels,
): RawSamples & { readonly classes: number } {
  const batch = dictOf(place, readPickle(place, bytes));
  const pixels = batch.get('data');
  if (!isOf(pixels, 'array') || pixels.type?.kind !== 'unsigned' || pixels.type.bytes !== 1)
    throw refusal(`${place}, data`, 'must be an array of bytes', describe(pixels));
  const [count = 0, width] = pixels.shape;
  if (pixels.shape.length !== 2 || width !== cifarInputs)
    throw refusal(
      `${place}, data`,
      `must be rows of ${cifarInputs} bytes`,
      `[${pixels.shape.join(', ')}]`,
    );
  const { name, values } = labelsOf(place, batch, wanted);
  if (values.length !== count)
    throw refusal(
      `${place}, ${name}`,
      `must have a label for each of ${count} images`,
      values.length,
    );
  const classes = labelLists[name];
  const rows = elementsOf({ ...pixels, type: pixels.type }) as Uint8Array;
  const elements = new Uint8Array(count * cifarInputs);
  const labels = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    toChannelsLast(
      rows.subarray(i * cifarInputs, (i + 1) * cifarInputs),
      elements.subarray(i * cifarInputs, (i + 1) * cifarInputs),
      cifarImage,
    );
    const label = values[i];
    if (typeof label !== 'number')
      throw refusal(`${place}, ${name}[${i}]`, 'must be a whole number', describe(label));
    labels[i] = requireLabel(`${place}, ${name}[${i}]`, label, classes);
  }
  return { elements, labels, classes };
}

/** The names of the classes in `batches.meta` or `meta`. @throws DataFormatError */
export function parseCifarNames(place: string, bytes: Uint8Array, classes: number): string[] {
  const meta = dictOf(place, readPickle(place, bytes));
  const key = { 10: 'label_names', 100: 'fine_label_names', 20: 'coarse_label_names' }[classes];
  const names = meta.get(key ?? '');
  const texts = Array.isArray(names) ? names.map(textOf) : [];
  if (texts.length === classes && texts.every((name) => name !== null)) return texts;
  throw refusal(place, `must have ${classes} names in ${String(key)}`, describe(names));
}

function dictOf(place: string, value: PickleValue): Map<string, PickleValue> {
  if (value instanceof Map) return value;
  throw refusal(place, 'must be a pickled dict', describe(value));
}

function labelsOf(
  place: string,
  batch: Map<string, PickleValue>,
  wanted: CifarLabels | undefined,
): { name: CifarLabels; values: PickleValue[] } {
  const names = wanted ? [wanted] : (Object.keys(labelLists) as CifarLabels[]);
  for (const name of names) {
    const values = batch.get(name);
    if (Array.isArray(values)) return { name, values };
  }
  throw refusal(place, `must have a list of ${names.join(' or ')}`, [...batch.keys()].join(', '));
}
