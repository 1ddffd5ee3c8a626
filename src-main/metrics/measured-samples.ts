/** The samples that what follows a training is measured on, with their words. */
import { samplesBetween, type CellContext, type SampleTensors } from './context';

export interface NamedSamples {
  readonly samples: SampleTensors;
  /** `first 512 training samples` */
  readonly words: string;
}

/** The first so many training samples in the fixed order of measurements. */
export function firstTrainingSamples(context: CellContext, count: number): NamedSamples {
  return {
    samples: samplesBetween(context.measured, 0, count),
    words: `first ${count} training samples${context.measuredOrder}`,
  };
}

/** The first so many test samples, or all where there are fewer. */
export function firstTestSamples({ test }: CellContext, count: number): NamedSamples {
  const all = test.labels.length;
  if (count >= all) return { samples: test, words: `all ${all} test samples` };
  return { samples: samplesBetween(test, 0, count), words: `first ${count} test samples` };
}
