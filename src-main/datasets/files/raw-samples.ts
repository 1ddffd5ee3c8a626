/** Samples as a file has them: bytes where it has bytes, so that 50,000 images stay small until they are needed. */
import type { SampleKind } from '#shared/domain/datasets';
import { refusal } from '../../formats/refusal';

export interface RawSamples {
  /** [count, inputs]; images with their channels last. */
  readonly elements: Uint8Array | Float32Array;
  /** [count], 0-based classes. */
  readonly labels: Int32Array;
}

/** What the files of a data set hold. */
export interface RawDataset {
  readonly sample: SampleKind;
  readonly inputs: number;
  readonly train: RawSamples;
  /** Null where the files have no test part. */
  readonly test: RawSamples | null;
  /** Number of classes where the format fixes it; otherwise it follows from the labels. */
  readonly classes: number | null;
  readonly classNames: readonly string[] | null;
}

/** The image sizes of a sample that is an image. */
export interface ImageShape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** Moves images from planes of one channel each, row by row, to pixels with their channels side by side. */
export function toChannelsLast(
  planes: Uint8Array,
  target: Uint8Array,
  { height, width, channels }: ImageShape,
): void {
  const area = height * width;
  for (let channel = 0; channel < channels; channel++) {
    const plane = channel * area;
    for (let i = 0, to = channel; i < area; i++, to += channels)
      target[to] = planes[plane + i] as number;
  }
}

/** Parts of the same kind joined to one. */
export function joinRaw(parts: readonly RawSamples[]): RawSamples {
  const [first] = parts;
  if (first && parts.length === 1) return first;
  const isBytes = parts.every(({ elements }) => elements instanceof Uint8Array);
  const size = parts.reduce((sum, { elements }) => sum + elements.length, 0);
  const elements = isBytes ? new Uint8Array(size) : new Float32Array(size);
  const labels = new Int32Array(parts.reduce((sum, part) => sum + part.labels.length, 0));
  let element = 0;
  let label = 0;
  for (const part of parts) {
    elements.set(part.elements, element);
    labels.set(part.labels, label);
    element += part.elements.length;
    label += part.labels.length;
  }
  return { elements, labels };
}

/**
 * Refuses numbers that are not finite.
 * @param columns - numbers of one sample
 */
export function requireFinite(place: string, values: Float32Array, columns: number): void {
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i])) continue;
    const where = `${place}, sample ${Math.floor(i / columns) + 1}, value ${(i % columns) + 1}`;
    throw refusal(where, 'must be a finite number', String(values[i]), {
      fix: 'mend or leave out that sample',
    });
  }
}

/** More classes than data sets of samples have: a label beyond is a slip, as an identity taken for a class. */
export const mostClasses = 10_000;

/** Most numbers that a data set may have: 8 GiB as float32, which every worker holds. */
const mostNumbers = 2 ** 31;

/** Refuses more samples than can be held, before room is made for them. */
export function requireRoom(place: string, samples: number, inputs: number): void {
  if (samples * inputs > mostNumbers)
    throw refusal(
      place,
      `must have at most ${mostNumbers} numbers`,
      `${samples} samples of ${inputs}`,
      { fix: 'take fewer samples, or make them smaller' },
    );
}

/** A class index from a file. */
export function requireLabel(place: string, label: number, classes: number = mostClasses): number {
  if (Number.isInteger(label) && label >= 0 && label < classes) return label;
  throw refusal(place, `labels must be whole numbers 0..${classes - 1}`, label);
}
