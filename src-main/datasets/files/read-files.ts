/** Finds out what a path holds, and reads it: one entry per kind of file. */
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileKinds, type FileKind } from '#shared/domain/dataset-files';
import { PhasescapeError } from '#shared/errors';
import { arraySamples, npzParts } from './array-dataset';
import { cifarImage, cifarInputs, cifarLayouts, parseCifarBinary } from './cifar-binary';
import { parseCifarNames, parseCifarPickle, type CifarLabels } from './cifar-pickle';
import { parseCsv } from './csv-rows';
import { isGzip, parseIdx } from './idx';
import { classFolders, imagesIn, readImageFolder } from './image-folder';
import { isMatlab } from './matlab';
import { isNpy, parseNpy, parseNpz } from '../../formats/npy';
import { refusal } from '../../formats/refusal';
import { joinRaw, type ImageShape, type RawDataset } from './raw-samples';
import type { SourceFiles } from './source-files';
import { parseSvhn } from './svhn';
import { isZip } from '../../formats/zip';

export interface ReadOptions {
  /** Found out from the content by default. */
  readonly kind?: FileKind;
  /** The test part, where it is not found beside the training part. */
  readonly test?: string;
  /** File of the labels, for `npy` and `idx`. */
  readonly labels?: string;
  /** CSV: name or place of the label's column. CIFAR-100 pickles: `coarse_labels`. */
  readonly label?: string;
}

type Reader = (files: SourceFiles, path: string, options: ReadOptions) => RawDataset;

const readers: Readonly<Record<FileKind, Reader>> = {
  'cifar-10': cifarBinaryReader('cifar-10'),
  'cifar-100': cifarBinaryReader('cifar-100'),
  'cifar-100-coarse': cifarBinaryReader('cifar-100-coarse'),
  'cifar-pickle': readCifarPickles,
  idx: readIdxPair,
  svhn: readSvhn,
  npz: readNpz,
  npy: readNpy,
  csv: readCsv,
  images: readImages,
};

/**
 * The data set at a path.
 * @throws PhasescapeError `invalid-input` for a path that cannot be read; DataFormatError for a file that is not what its kind says
 */
export function readFiles(
  files: SourceFiles,
  path: string,
  options: ReadOptions,
): RawDataset & { readonly kind: FileKind } {
  const kind = options.kind ?? detectKind(files, path);
  return { kind, ...readers[kind](files, path, options) };
}

/** What is at a path, by its names and first bytes. @throws PhasescapeError `invalid-input` when nothing fits */
export function detectKind(files: SourceFiles, path: string): FileKind {
  const kind = files.isFolder(path) ? kindOfFolder(files, path) : kindOfFile(files, path);
  if (kind) return kind;
  throw new PhasescapeError(
    'invalid-input',
    `${files.nameOf(path)}: must be a known kind of data set, got neither a known name nor a known beginning; say which with --kind ${fileKinds.join('|')}`,
  );
}

function kindOfFolder(files: SourceFiles, folder: string): FileKind | null {
  const names = files.namesIn(folder);
  const has = (pattern: RegExp) => names.some((name) => pattern.test(name));
  if (has(/^data_batch_\d+\.bin$/)) return 'cifar-10';
  if (has(/^train\.bin$/)) return 'cifar-100';
  if (has(/^data_batch_\d+$/)) return 'cifar-pickle';
  if (has(/images[-.]idx\d-ubyte(\.gz)?$/)) return 'idx';
  if (has(/_32x32\.mat$/)) return 'svhn';
  if (names.includes('train') && !files.isFolder(join(folder, 'train'))) return 'cifar-pickle';
  return files.subfolders(folder).length === 0 ? null : 'images';
}

function kindOfFile(files: SourceFiles, path: string): FileKind | null {
  const start = files.start(path, 16);
  if (isZip(start)) return 'npz';
  if (isNpy(start)) return 'npy';
  if (isMatlab(start)) return 'svhn';
  const isIdx = start[0] === 0 && start[1] === 0 && (start[2] ?? 0) >= 8 && start[3] !== 0;
  if (isGzip(start) || (isIdx && /idx\d/.test(basename(path)))) return 'idx';
  if (start[0] === 0x80 && (start[1] ?? 9) <= 5) return 'cifar-pickle';
  if (path.endsWith('.bin')) return kindOfRecords(files, path);
  return /\.(csv|tsv|txt)$/.test(path) ? 'csv' : null;
}

/** Records of CIFAR-10 and CIFAR-100 differ by one byte. */
function kindOfRecords(files: SourceFiles, path: string): FileKind | null {
  const size = files.size(path);
  if (size % (1 + cifarInputs) === 0) return 'cifar-10';
  if (size % (2 + cifarInputs) === 0) return 'cifar-100';
  throw refusal(
    files.nameOf(path),
    `must be whole records of ${1 + cifarInputs} or ${2 + cifarInputs} bytes`,
    `${size} bytes`,
  );
}

/** The files of a folder whose names match, with their paths; the path itself where it is a file. */
function filesAt(files: SourceFiles, path: string, pattern: RegExp): string[] {
  if (!files.isFolder(path)) return [path];
  return files
    .namesIn(path)
    .filter((name) => pattern.test(name))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .map((name) => join(path, name));
}

/** Training and test files: the test part as given, or found beside the training part in a folder. */
function partsAt(
  files: SourceFiles,
  path: string,
  { train, test, given }: { train: RegExp; test: RegExp; given: string | undefined },
): { train: string[]; test: string[] } {
  const required = (place: string, pattern: RegExp) => {
    const found = filesAt(files, place, pattern);
    if (found.length > 0) return found;
    throw refusal(files.nameOf(place), `must have files like ${pattern.source}`, 'none', {
      fix: 'name the folder that has them',
    });
  };
  const beside = () => (files.isFolder(path) ? filesAt(files, path, test) : []);
  return {
    train: required(path, train),
    test: given === undefined ? beside() : required(given, test),
  };
}

function cifarBinaryReader(layout: keyof typeof cifarLayouts): Reader {
  return (files, path, { test: given }) => {
    const { train, test } = partsAt(files, path, {
      train: /^(data_batch_\d+|train)\.bin$/,
      test: /^(test_batch|test)\.bin$/,
      given,
    });
    const read = (paths: readonly string[]) =>
      joinRaw(
        paths.map((p) => parseCifarBinary(files.nameOf(p), files.read(p), cifarLayouts[layout])),
      );
    return {
      sample: { kind: 'image', ...cifarImage },
      inputs: cifarInputs,
      train: read(train),
      test: test.length === 0 ? null : read(test),
      classes: cifarLayouts[layout].classes,
      classNames: classNamesIn(files, path, cifarLayouts[layout].classes),
    };
  };
}

/** `batches.meta.txt` has one name a line. */
function classNamesIn(files: SourceFiles, path: string, classes: number): string[] | null {
  const folder = files.isFolder(path) ? path : dirname(path);
  const [file] = ['batches.meta.txt', 'fine_label_names.txt']
    .map((name) => join(folder, name))
    .filter((place) => existsSync(place));
  if (file === undefined) return null;
  const names = files.read(file).toString('utf8').trim().split(/\r?\n/);
  return names.length === classes ? names : null;
}

function readCifarPickles(
  files: SourceFiles,
  path: string,
  { test: given, label }: ReadOptions,
): RawDataset {
  const { train, test } = partsAt(files, path, {
    train: /^(data_batch_\d+|train)$/,
    test: /^(test_batch|test)$/,
    given,
  });
  const parse = (file: string) =>
    parseCifarPickle(files.nameOf(file), files.read(file), label as CifarLabels | undefined);
  const parts = train.map(parse);
  const classes = parts[0]?.classes ?? 10;
  const folder = files.isFolder(path) ? path : dirname(path);
  const meta = ['batches.meta', 'meta'].map((name) => join(folder, name)).find(existsSync);
  return {
    sample: { kind: 'image', ...cifarImage },
    inputs: cifarInputs,
    train: joinRaw(parts),
    test: test.length === 0 ? null : joinRaw(test.map(parse)),
    classes,
    classNames:
      meta === undefined ? null : parseCifarNames(files.nameOf(meta), files.read(meta), classes),
  };
}

function readIdxPair(
  files: SourceFiles,
  path: string,
  { test: given, labels }: ReadOptions,
): RawDataset {
  const { train, test } = partsAt(files, path, {
    train: /^train.*images.*idx\d/,
    test: /^(t10k|test).*images.*idx\d/,
    given,
  });
  const read = (images: string, labelFile: string | undefined) => {
    const labelPath = labelFile ?? idxLabelsOf(files, images);
    return arraySamples(
      { place: files.nameOf(images), array: parseIdx(files.nameOf(images), files.read(images)) },
      {
        place: files.nameOf(labelPath),
        array: parseIdx(files.nameOf(labelPath), files.read(labelPath)),
      },
    );
  };
  const trainPart = read(train[0] as string, labels);
  const testPart = test[0] === undefined ? null : read(test[0], undefined);
  return fromArrays(files.nameOf(path), trainPart, testPart);
}

/** `train-images-idx3-ubyte.gz` has its labels in `train-labels-idx1-ubyte.gz`. */
function idxLabelsOf(files: SourceFiles, images: string): string {
  const name = basename(images).replace('images', 'labels').replace('idx3', 'idx1');
  const path = join(dirname(images), name);
  if (name !== basename(images) && existsSync(path)) return path;
  throw refusal(files.nameOf(images), 'must have a file of labels beside it', `no ${name}`, {
    fix: 'name it with --labels',
  });
}

type ArrayPart = ReturnType<typeof arraySamples>;

function fromArrays(place: string, train: ArrayPart, test: ArrayPart | null): RawDataset {
  const shapeOf = ({ sample, inputs }: ArrayPart) => JSON.stringify([sample, inputs]);
  if (test && shapeOf(test) !== shapeOf(train))
    throw refusal(
      place,
      'must have test samples of the same shape as the training samples',
      `${test.inputs} numbers instead of ${train.inputs}`,
    );
  const { sample, inputs } = train;
  return { sample, inputs, train, test, classes: null, classNames: null };
}

function readSvhn(files: SourceFiles, path: string, { test: given }: ReadOptions): RawDataset {
  const { train, test } = partsAt(files, path, {
    train: /^train_32x32\.mat$/,
    test: /^test_32x32\.mat$/,
    given,
  });
  const parse = (file: string) => parseSvhn(files.nameOf(file), files.read(file));
  const trainPart = parse(train[0] as string);
  const testPart = test[0] === undefined ? null : parse(test[0]);
  requireSameImages(files.nameOf(test[0] ?? path), trainPart, testPart);
  const { height, width, channels } = trainPart.image;
  return {
    sample: { kind: 'image', height, width, channels },
    inputs: height * width * channels,
    train: trainPart,
    test: testPart,
    classes: 10,
    classNames: null,
  };
}

function readNpz(files: SourceFiles, path: string, { test: given }: ReadOptions): RawDataset {
  const place = files.nameOf(path);
  const { train, test } = npzParts(place, parseNpz(place, files.read(path)));
  if (given === undefined) return fromArrays(place, train, test);
  const name = files.nameOf(given);
  return fromArrays(place, train, npzParts(name, parseNpz(name, files.read(given))).train);
}

function readNpy(files: SourceFiles, path: string, { labels }: ReadOptions): RawDataset {
  const place = files.nameOf(path);
  if (labels === undefined)
    throw refusal(place, 'must come with a file of labels', 'none', {
      fix: 'name it with --labels',
    });
  const load = (file: string) => ({
    place: files.nameOf(file),
    array: parseNpy(files.nameOf(file), files.read(file)),
  });
  return fromArrays(place, arraySamples(load(path), load(labels)), null);
}

function readCsv(
  files: SourceFiles,
  path: string,
  { test: given, label }: ReadOptions,
): RawDataset {
  const options = label === undefined ? {} : { label };
  const parse = (file: string) => parseCsv(files.nameOf(file), files.read(file), options);
  const train = parse(path);
  const test = given === undefined ? null : parse(given);
  const names = JSON.stringify(train.classNames);
  if (test && (test.inputs !== train.inputs || JSON.stringify(test.classNames) !== names))
    throw refusal(
      files.nameOf(given ?? path),
      `must have the ${train.inputs} columns and the classes of the training part`,
      `${test.inputs} columns, classes ${test.classNames?.join(', ') ?? 'by number'}`,
    );
  const { inputs, classNames } = train;
  return {
    sample: { kind: 'features' },
    inputs,
    train,
    test,
    classes: classNames?.length ?? null,
    classNames,
  };
}

type WithImage = { readonly image: ImageShape };

function requireSameImages(place: string, train: WithImage, test: WithImage | null): void {
  const sizeOf = ({ image }: WithImage) => `${image.width} x ${image.height} x ${image.channels}`;
  if (test === null || sizeOf(test) === sizeOf(train)) return;
  throw refusal(place, `must have images of ${sizeOf(train)} as the training part`, sizeOf(test), {
    fix: 'bring all images to one size and colours first',
  });
}

function readImages(files: SourceFiles, path: string, { test: given }: ReadOptions): RawDataset {
  const inside = files.subfolders(path);
  const isSplit =
    given === undefined &&
    inside.includes('train') &&
    imagesIn(files, join(path, 'train')).length === 0;
  const trainFolder = isSplit ? join(path, 'train') : path;
  const testName = ['test', 'val', 'validation'].find((name) => inside.includes(name));
  const testFolder = given ?? (isSplit && testName !== undefined ? join(path, testName) : null);
  const classNames = classFolders(files, trainFolder);
  const train = readImageFolder(files, trainFolder, classNames);
  const test = testFolder === null ? null : readImageFolder(files, testFolder, classNames);
  const { height, width, channels } = train.image;
  requireSameImages(files.nameOf(testFolder ?? path), train, test);
  return {
    sample: { kind: 'image', height, width, channels },
    inputs: height * width * channels,
    train,
    test,
    classes: classNames.length,
    classNames,
  };
}
