/** CIFAR-10 and CIFAR-100 in their binary versions: records of one or two label bytes and 3072 bytes of three planes. */
import { refusal } from '../../formats/refusal';
import { requireLabel, toChannelsLast, type RawSamples } from './raw-samples';

export const cifarImage = { height: 32, width: 32, channels: 3 } as const;
export const cifarInputs = 3072;

/** Which label byte counts, and how many classes it has. */
export interface CifarLayout {
  readonly labelBytes: 1 | 2;
  readonly labelAt: 0 | 1;
  readonly classes: number;
}

export const cifarLayouts = {
  'cifar-10': { labelBytes: 1, labelAt: 0, classes: 10 },
  'cifar-100': { labelBytes: 2, labelAt: 1, classes: 100 },
  'cifar-100-coarse': { labelBytes: 2, labelAt: 0, classes: 20 },
} as const satisfies Record<string, CifarLayout>;

/** The samples of one file. @throws DataFormatError naming the record */
export function parseCifarBinary(
  place: string,
  bytes: Uint8Array,
  { labelBytes, labelAt, classes }: CifarLayout,
): RawSamples {
  const record = labelBytes + cifarInputs;
  const count = bytes.length / record;
  if (!Number.isInteger(count) || count === 0)
    throw refusal(place, `must be whole records of ${record} bytes`, `${bytes.length} bytes`);
  const elements = new Uint8Array(count * cifarInputs);
  const labels = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const start = i * record;
    labels[i] = requireLabel(
      `${place}, record ${i + 1}`,
      bytes[start + labelAt] as number,
      classes,
    );
    toChannelsLast(
      bytes.subarray(start + labelBytes, start + record),
      elements.subarray(i * cifarInputs, (i + 1) * cifarInputs),
      cifarImage,
    );
  }
  return { elements, labels };
}
