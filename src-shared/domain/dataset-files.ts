/** What files can become a data set, and how their numbers are normalised: the words of the command line, the screens and the registry. */

export const fileKinds = [
  'cifar-10',
  'cifar-100',
  'cifar-100-coarse',
  'cifar-pickle',
  'idx',
  'svhn',
  'npz',
  'npy',
  'csv',
  'images',
] as const;
export type FileKind = (typeof fileKinds)[number];

export const fileKindTitles: Readonly<Record<FileKind, string>> = {
  'cifar-10': 'CIFAR-10, binary',
  'cifar-100': 'CIFAR-100, binary',
  'cifar-100-coarse': 'CIFAR-100, binary, coarse labels',
  'cifar-pickle': 'CIFAR, Python',
  idx: 'MNIST or Fashion-MNIST (IDX)',
  svhn: 'SVHN (.mat)',
  npz: 'numpy archive (.npz)',
  npy: 'numpy arrays (.npy)',
  csv: 'table (CSV)',
  images: 'images, a folder per class',
};

/** `unit`: to 0..1; `standard`: mean 0 and standard deviation 1, by the training part; `none`: as they are. */
export const normalisationKinds = ['unit', 'standard', 'none'] as const;
export type NormalisationKind = (typeof normalisationKinds)[number];

/** A few numbers of one sample, to look at. */
export interface SamplePreview {
  readonly label: number;
  /** Images: bytes 0..255, channels last; tokens: their numbers; features: the first few. */
  readonly values: readonly number[];
}
