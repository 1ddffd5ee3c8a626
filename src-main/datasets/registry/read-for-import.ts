/** From files to what would be registered: parts, classes, counts; nothing is written. */
import { RandomStream } from '#main/engine/random';
import { DataFormatError, PhasescapeError } from '#shared/errors';
import { readFiles, type ReadOptions } from '../files/read-files';
import { refusal } from '../../formats/refusal';
import { mostClasses, requireRoom, type RawDataset, type RawSamples } from '../files/raw-samples';
import { SourceFiles, type SourceDigest } from '../files/source-files';

export interface ImportSource extends ReadOptions {
  readonly path: string;
  /** Share of the samples that become the test part where the files have none. */
  readonly testFraction?: number;
}

export interface ReadForImport {
  readonly kind: string;
  readonly raw: RawDataset & { readonly test: RawSamples; readonly classes: number };
  readonly sources: readonly SourceDigest[];
}

export const defaultTestFraction = 0.2;

/**
 * Reads and checks a data set.
 * @throws PhasescapeError `invalid-input` or DataFormatError: the place, the rule, what was found
 */
export function readForImport({ path, testFraction, ...options }: ImportSource): ReadForImport {
  const files = new SourceFiles(path);
  const { kind, ...read } = readFiles(files, path, options);
  requireSamples(files.nameOf(path), read);
  const parts = read.test
    ? { train: read.train, test: read.test }
    : splitOff(read.train, read.inputs, testFraction ?? defaultTestFraction);
  const classes = read.classes ?? classCount(files.nameOf(path), parts);
  requireClasses(files.nameOf(path), classes);
  requireLabelsBelow(files.nameOf(path), parts.test.labels, classes);
  return { kind, raw: { ...read, ...parts, classes }, sources: files.digests };
}

/** More features have a normalisation that is larger than what it is for. */
const mostFeatures = 2 ** 18;

/** What every reader must have found: samples, in both parts, all of the same size, and not too many. */
function requireSamples(place: string, { train, test, inputs, sample }: RawDataset): void {
  if (inputs === 0) throw refusal(place, 'must have samples of at least one number', 'none');
  if (sample.kind === 'features' && inputs > mostFeatures)
    throw refusal(place, `must have at most ${mostFeatures} features`, inputs, {
      fix: 'leave some out, or make images of them',
    });
  const parts = [
    { what: 'training', samples: train },
    { what: 'test', samples: test },
  ];
  for (const { what, samples } of parts) {
    if (samples === null) continue;
    const count = samples.labels.length;
    if (count === 0) throw refusal(place, `must have ${what} samples`, 'none');
    if (samples.elements.length !== count * inputs)
      throw refusal(
        place,
        `must have ${what} samples of ${inputs} numbers, as the training samples`,
        samples.elements.length / count,
      );
  }
  requireRoom(place, train.labels.length + (test?.labels.length ?? 0), inputs);
}

/** The test part is a random share, the same for the same files; both parts keep the order of the file. */
function splitOff(
  samples: RawSamples,
  inputs: number,
  fraction: number,
): { train: RawSamples; test: RawSamples } {
  const count = samples.labels.length;
  const testCount = Math.max(1, Math.round(fraction * count));
  if (testCount >= count)
    throw new PhasescapeError(
      'invalid-input',
      `test fraction: must leave training samples, got ${fraction} of ${count}; use less, or name the test part`,
    );
  const order = new RandomStream(0, 'test-split').permutation(count);
  return {
    train: rowsAt(samples, inputs, order.subarray(testCount).sort()),
    test: rowsAt(samples, inputs, order.subarray(0, testCount).sort()),
  };
}

function rowsAt({ elements, labels }: RawSamples, inputs: number, rows: Int32Array): RawSamples {
  const taken =
    elements instanceof Uint8Array
      ? new Uint8Array(rows.length * inputs)
      : new Float32Array(rows.length * inputs);
  rows.forEach((from, to) => {
    taken.set(elements.subarray(from * inputs, (from + 1) * inputs), to * inputs);
  });
  return { elements: taken, labels: rows.map((i) => labels[i] as number) };
}

/** One more than the largest label; every class must occur, else a label is a slip. */
function classCount(place: string, { train }: { train: RawSamples }): number {
  const counts = labelCounts(train.labels, 1 + train.labels.reduce((a, b) => Math.max(a, b), 0));
  const empty = counts.indexOf(0);
  if (empty >= 0)
    throw new DataFormatError(
      `${place}: labels must fill the classes 0..${counts.length - 1}, got none of class ${empty}; mend the labels, or number the classes from 0`,
    );
  return counts.length;
}

function requireClasses(place: string, classes: number): void {
  if (classes < 2)
    throw new DataFormatError(
      `${place}: labels must have at least two classes, got one; mend the labels`,
    );
  if (classes > mostClasses)
    throw new DataFormatError(
      `${place}: labels must have at most ${mostClasses} classes, got ${classes}; mend the labels`,
    );
}

function requireLabelsBelow(place: string, labels: Int32Array, classes: number): void {
  const at = labels.findIndex((label) => label >= classes);
  if (at >= 0)
    throw new DataFormatError(
      `${place}, test sample ${at + 1}: labels must be among the ${classes} classes of the training part, got ${labels[at] ?? ''}; mend the label`,
    );
}

/** How many samples each class has. */
export function labelCounts(labels: Int32Array, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
  return counts;
}
