/** Data sets in memory: samples as float32 rows, labels as class indices; the training rows first, then the test rows, without a gap. */
import type { DatasetFacts } from '#shared/domain/datasets';

export interface Samples {
  /** [count, inputs], row-major. */
  readonly inputs: Float32Array;
  /** [count], 0-based classes. */
  readonly labels: Int32Array;
  readonly count: number;
}

export interface Dataset {
  readonly facts: DatasetFacts;
  /** Views into `all`: nothing is stored twice. */
  readonly train: Samples;
  readonly test: Samples;
  /** Train rows, then test rows. */
  readonly all: Samples;
}

/** Rows and labels as they come out of a file or a generator: the training part first. */
export interface Rows {
  readonly inputs: Float32Array;
  readonly labels: Int32Array;
}

/** The rows `from` to `to` as views. */
export function rowsBetween({ inputs, labels }: Rows, from: number, to: number): Samples {
  const width = labels.length === 0 ? 0 : inputs.length / labels.length;
  return {
    inputs: inputs.subarray(from * width, to * width),
    labels: labels.subarray(from, to),
    count: to - from,
  };
}

/** A data set of rows that fit its facts. */
export function datasetOf(facts: DatasetFacts, rows: Rows): Dataset {
  const { trainCount, testCount } = facts;
  return {
    facts,
    train: rowsBetween(rows, 0, trainCount),
    test: rowsBetween(rows, trainCount, trainCount + testCount),
    all: rowsBetween(rows, 0, trainCount + testCount),
  };
}
