/** Folders of PNG and JPEG images, one folder per class. */
import { extname, join } from 'node:path';
import type { DecodedImage } from './decoded-image';
import { decodeJpeg, isJpeg } from './jpeg';
import { decodePng } from './png';
import { refusal } from '../../formats/refusal';
import { mostClasses, requireRoom, type ImageShape, type RawSamples } from './raw-samples';
import type { SourceFiles } from './source-files';

const endings = ['.png', '.jpg', '.jpeg'];

/** The images directly in a folder by name. */
export function imagesIn(files: SourceFiles, folder: string): string[] {
  return files
    .namesIn(folder)
    .filter((name) => endings.includes(extname(name).toLowerCase()) && !name.startsWith('.'));
}

export interface ImageFolder extends RawSamples {
  readonly image: ImageShape;
}

/** The classes of a folder: its folders. @throws DataFormatError when there are too many, or one has no images */
export function classFolders(files: SourceFiles, folder: string): string[] {
  const names = files.subfolders(folder);
  if (names.length > mostClasses)
    throw refusal(
      files.nameOf(folder),
      `must have at most ${mostClasses} class folders`,
      names.length,
      {
        fix: 'name the folder that has one folder of images per class',
      },
    );
  const empty = names.filter((name) => imagesIn(files, join(folder, name)).length === 0);
  // Where no folder has images, it is no folder of classes at all: that is told by its reader.
  if (empty[0] !== undefined && empty.length < names.length)
    throw refusal(
      files.nameOf(join(folder, empty[0])),
      'must have PNG or JPEG images, as every class folder',
      'none',
      { fix: 'remove that folder, or put its images there' },
    );
  return names;
}

/**
 * The images of every class, classes in the order given.
 * @throws DataFormatError for an image that is damaged or of another size than the first
 */
export function readImageFolder(
  files: SourceFiles,
  folder: string,
  classNames: readonly string[],
): ImageFolder {
  const there = files.subfolders(folder);
  const unknown = there.find((name) => !classNames.includes(name));
  if (unknown !== undefined)
    throw refusal(files.nameOf(folder), 'must have the classes of the training part', unknown, {
      fix: 'remove that folder, or add it to the training part',
    });
  const paths = classNames.flatMap((name, label) =>
    there.includes(name)
      ? imagesIn(files, join(folder, name)).map((file) => ({
          path: join(folder, name, file),
          label,
        }))
      : [],
  );
  const [first] = paths;
  if (!first)
    throw refusal(files.nameOf(folder), 'must have images in its folders', 'none', {
      fix: 'name a folder that has one folder of PNG or JPEG images per class',
    });
  const { width, height } = decodeImage(files.nameOf(first.path), files.start(first.path, 2 ** 24));
  const area = width * height;
  requireRoom(files.nameOf(folder), paths.length, area);
  // Grey until a colour image comes: then all are colour.
  let elements = new Uint8Array(paths.length * area);
  let channels: 1 | 3 = 1;
  paths.forEach(({ path }, i) => {
    const name = files.nameOf(path);
    const image = decodeImage(name, files.read(path));
    if (image.width !== width || image.height !== height)
      throw refusal(
        name,
        `must be ${width} x ${height} pixels as the first image is`,
        `${image.width} x ${image.height}`,
        { fix: 'bring all images to one size first' },
      );
    if (image.channels === 3 && channels === 1) {
      requireRoom(files.nameOf(folder), paths.length, 3 * area);
      elements = inColour(elements, i * area);
      channels = 3;
    }
    elements.set(channels === 3 ? colourOf(image) : image.pixels, i * area * channels);
  });
  const labels = Int32Array.from(paths, ({ label }) => label);
  return { elements, labels, image: { height, width, channels } };
}

function decodeImage(name: string, bytes: Buffer): DecodedImage {
  return isJpeg(bytes) ? decodeJpeg(name, bytes) : decodePng(name, bytes);
}

function colourOf({ channels, pixels }: DecodedImage): Uint8Array {
  return channels === 3 ? pixels : inColour(pixels, pixels.length);
}

/** Grey pixels as colour, three equal numbers each. @param used - how many pixels there are so far */
function inColour(grey: Uint8Array, used: number): Uint8Array<ArrayBuffer> {
  const colour = new Uint8Array(grey.length * 3);
  for (let i = 0; i < used; i++) colour.fill(grey[i] as number, 3 * i, 3 * i + 3);
  return colour;
}
