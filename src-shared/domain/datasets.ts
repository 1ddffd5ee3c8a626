/** What the rules need to know of a data set; the samples themselves live in the main process. */

export interface DatasetFacts {
  readonly name: string;
  readonly title: string;
  readonly trainCount: number;
  readonly testCount: number;
  /** Shape of one sample, without the batch axis. */
  readonly inputShape: readonly number[];
  readonly classes: number;
  readonly attribution: string;
}

/** The data sets that ship with the app. */
export const builtInDatasets: readonly DatasetFacts[] = [
  {
    name: 'digits',
    title: 'Digits, 8x8',
    trainCount: 1437,
    testCount: 360,
    inputShape: [64],
    classes: 10,
    attribution: 'Alpaydin and Kaynak 1998, UCI Machine Learning Repository, CC BY 4.0',
  },
];

/** Training samples left after taking a fraction: rounded, at least one. */
export function fractionCount(trainCount: number, fraction: number): number {
  return Math.max(1, Math.round(trainCount * fraction));
}

/**
 * The order in which measurements take training samples: `file` is the data set's own; `shuffled` that of the data
 * fractions, so that cells with different fractions are measured on the same samples.
 */
export type SampleOrder = 'file' | 'shuffled';
