/** SVHN, cropped digits: X of 32 x 32 x 3 x count bytes, y of count labels 1..10 where 10 stands for 0. */
import { parseMatlab } from './matlab';
import { wholeNumbersOf } from '../../formats/numeric-array';
import { refusal } from '../../formats/refusal';
import { requireLabel, type ImageShape, type RawSamples } from './raw-samples';

/** The samples of one file. @throws DataFormatError naming the rule that is broken */
export function parseSvhn(
  place: string,
  file: Buffer,
): RawSamples & { readonly image: ImageShape } {
  const arrays = parseMatlab(place, file);
  const x = arrays.get('X');
  const y = arrays.get('y');
  if (!x || !y)
    throw refusal(place, 'must have the arrays X and y', [...arrays.keys()].join(', ') || 'none');
  const [height = 0, width = 0, channels = 0, count = 0] = x.shape;
  if (x.shape.length !== 4 || x.type.kind !== 'unsigned' || x.type.bytes !== 1)
    throw refusal(
      `${place}, X`,
      'must be bytes of height x width x channels x count',
      `[${x.shape.join(', ')}]`,
    );
  const numbers = wholeNumbersOf(`${place}, y`, y);
  if (numbers.length !== count)
    throw refusal(`${place}, y`, `must have ${count} labels`, numbers.length);
  const labels = numbers.map((label, i) =>
    requireLabel(`${place}, y[${i + 1}]`, label === 10 ? 0 : label, 10),
  );
  const image = { height, width, channels };
  return { elements: imagesOf(x.bytes, image, count), labels, image };
}

/** Matlab's order (rows fastest, then columns, channels, images) to images of rows of pixels. */
function imagesOf(
  bytes: Uint8Array,
  { height, width, channels }: ImageShape,
  count: number,
): Uint8Array {
  const inputs = height * width * channels;
  const elements = new Uint8Array(bytes.length);
  for (let image = 0; image < count; image++) {
    let from = image * inputs;
    for (let channel = 0; channel < channels; channel++) {
      for (let column = 0; column < width; column++) {
        let to = image * inputs + column * channels + channel;
        for (let row = 0; row < height; row++, to += width * channels)
          elements[to] = bytes[from++] as number;
      }
    }
  }
  return elements;
}
