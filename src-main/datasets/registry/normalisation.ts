/** How the numbers of a file become what networks read: per channel of images, per feature of tables. */
import type { NormalisationKind } from '#shared/domain/dataset-files';
import type { SampleKind } from '#shared/domain/datasets';
import { refusal } from '../../formats/refusal';
import type { RawSamples } from '../files/raw-samples';
import type { Normalisation } from './manifest';

/** Groups of numbers that are normalised alike: the channels of an image, otherwise every number for itself. */
export function groupCount(sample: SampleKind, inputs: number): number {
  return sample.kind === 'image' ? sample.channels : inputs;
}

/**
 * The numbers to subtract and divide by.
 *
 * `standard`: mean and standard deviation (over n, of the training part); `unit`: bytes / 255, other numbers from their
 * smallest to their largest in the training part; `none`: as they are. A group that never varies in the training part is
 * divided by 1.
 */
export function normalisationOf(
  kind: NormalisationKind,
  { elements }: RawSamples,
  groups: number,
): Normalisation {
  const all = <T>(value: T) => Array.from({ length: groups }, () => value);
  if (kind === 'none') return { kind, offset: all(0), divisor: all(1) };
  const isBytes = elements instanceof Uint8Array;
  if (kind === 'unit' && isBytes) return { kind, offset: all(0), divisor: all(255) };
  if (kind === 'unit') {
    const { least, most } = extremes(elements, groups);
    return {
      kind,
      offset: [...least],
      divisor: [...most.map((m, g) => m - (least[g] as number))].map(notZero),
    };
  }
  if (isBytes) {
    const { mean, deviation } = byteMoments(elements, groups);
    return { kind, offset: [...mean], divisor: [...deviation].map(notZero) };
  }
  const { mean, deviation } = moments(elements, groups);
  // The rounding of a mean leaves a deviation of 1e-17 to a group that never varies.
  const { least, most } = extremes(elements, groups);
  const varies = (g: number) => (least[g] as number) < (most[g] as number);
  return {
    kind,
    offset: [...mean].map((m, g) => (varies(g) ? m : (least[g] as number))),
    divisor: [...deviation].map((d, g) => (varies(g) ? notZero(d) : 1)),
  };
}

function notZero(divisor: number): number {
  return divisor > 0 ? divisor : 1;
}

interface Moments {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
}

/** Bytes have 256 values: counting them is exact and fast. */
function byteMoments(elements: Uint8Array, groups: number): Moments {
  const counts = new Float64Array(groups * 256);
  for (let i = 0, group = 0; i < elements.length; i++) {
    const at = group * 256 + (elements[i] as number);
    counts[at] = (counts[at] as number) + 1;
    group = group + 1 === groups ? 0 : group + 1;
  }
  const n = elements.length / groups;
  const mean = new Float64Array(groups);
  const deviation = new Float64Array(groups);
  for (let group = 0; group < groups; group++) {
    const ofGroup = counts.subarray(group * 256, (group + 1) * 256);
    const average = ofGroup.reduce((sum, count, value) => sum + count * value, 0) / n;
    const squares = ofGroup.reduce((sum, count, value) => sum + count * (value - average) ** 2, 0);
    mean[group] = average;
    deviation[group] = Math.sqrt(squares / n);
  }
  return { mean, deviation };
}

/** Two passes, in float64. */
function moments(elements: Float32Array, groups: number): Moments {
  const n = elements.length / groups;
  const mean = new Float64Array(groups);
  const deviation = new Float64Array(groups);
  elements.forEach((v, i) => (mean[i % groups] = (mean[i % groups] as number) + v / n));
  elements.forEach((v, i) => {
    const group = i % groups;
    deviation[group] = (deviation[group] as number) + (v - (mean[group] as number)) ** 2 / n;
  });
  return { mean, deviation: deviation.map(Math.sqrt) };
}

function extremes(elements: Uint8Array | Float32Array, groups: number) {
  const least = new Float64Array(groups).fill(Infinity);
  const most = new Float64Array(groups).fill(-Infinity);
  for (let i = 0; i < elements.length; i++) {
    const v = elements[i] as number;
    if (v < (least[i % groups] as number)) least[i % groups] = v;
    if (v > (most[i % groups] as number)) most[i % groups] = v;
  }
  return { least, most };
}

/**
 * Refuses numbers that are not finite as float32 once they are normalised: those of a test part far beyond a training part that
 * hardly varies.
 * @throws DataFormatError naming the sample
 */
export function requireNormalisable(
  place: string,
  { elements }: RawSamples,
  { inputs, normalisation }: { inputs: number; normalisation: Normalisation },
): void {
  if (elements instanceof Uint8Array) return;
  const { offset, divisor } = normalisation;
  for (let i = 0, group = 0; i < elements.length; i++) {
    const value =
      ((elements[i] as number) - (offset[group] as number)) / (divisor[group] as number);
    if (!Number.isFinite(Math.fround(value)))
      throw refusal(
        `${place}, sample ${Math.floor(i / inputs) + 1}, value ${(i % inputs) + 1}`,
        'must be finite after normalisation',
        `(${elements[i] ?? ''} - ${offset[group] ?? ''}) / ${divisor[group] ?? ''}`,
        { fix: 'mend or leave out that number, or use another normalisation' },
      );
    group = group + 1 === offset.length ? 0 : group + 1;
  }
}

/** Writes normalised numbers; `first` says which group the first of them belongs to. */
export function normalise(
  from: Uint8Array | Float32Array,
  to: Float32Array,
  { offset, divisor }: Normalisation,
): void {
  const groups = offset.length;
  // As many tables as channels for bytes: a lookup instead of a division for each of 150 million pixels.
  if (from instanceof Uint8Array && groups <= 4) {
    const table = Float32Array.from({ length: groups * 256 }, (_, i) => {
      const group = i >> 8;
      return ((i & 255) - (offset[group] as number)) / (divisor[group] as number);
    });
    for (let i = 0, base = 0; i < from.length; i++) {
      to[i] = table[base + (from[i] as number)] as number;
      base = base + 256 === table.length ? 0 : base + 256;
    }
    return;
  }
  for (let i = 0, group = 0; i < from.length; i++) {
    to[i] = ((from[i] as number) - (offset[group] as number)) / (divisor[group] as number);
    group = group + 1 === groups ? 0 : group + 1;
  }
}
