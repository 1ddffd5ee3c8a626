/** What a figure is made from, and the texts that it is made of. */
import type { Addition } from '#shared/domain/additions';
import type { DatasetFacts } from '#shared/domain/datasets';
import type { FigureSettings } from '#shared/domain/figure-settings';
import type { TableSource } from '#shared/domain/imported/imported-table';
import type { CellsResult } from '#shared/domain/results';
import type { ExperimentSpec } from '#shared/domain/spec';

/** Where the numbers come from: written into the provenance and the methods paragraph. */
export interface FigureSource {
  /** The experiment's spec; null for results that were imported. */
  readonly spec: ExperimentSpec | null;
  /** Metrics added to it after it was started. */
  readonly additions: readonly Addition[];
  /** Where imported results come from; absent for those of a spec. */
  readonly imported?: TableSource;
  /** Its data set; null where it exists no longer. */
  readonly dataset: DatasetFacts | null;
  /** Every task whose result is in the figure. */
  readonly taskIds: readonly string[];
  /** What executed them: `onnx-cpu float32, onnxruntime 1.30.0`. */
  readonly engines: readonly string[];
  /** What `onnx-cpu` wrote the project's convolutions as; absent where it chose nothing. */
  readonly convolutions?: readonly ChosenFormulations[];
  /** Versions of this program and of what it runs on, by name. */
  readonly versions: Readonly<Record<string, string>>;
  /** ISO 8601, given by the caller so that the same request gives the same bytes. */
  readonly createdAt: string;
}

export interface FigureRequest extends FigureSettings {
  readonly results: CellsResult;
  readonly source: FigureSource;
}

/** The texts of a figure: the picture, its numbers, how they were made, and a paragraph for a paper. */
export interface FigureTexts {
  readonly svg: string;
  readonly csv: string;
  readonly provenance: string;
  readonly methods: string;
  /** What to know before it is printed: the size of its smallest text, and words that have no room. */
  readonly notes: readonly string[];
}

/** What the three operations of one convolution were written as, by which version of the library on which processor. */
export interface ChosenFormulations {
  readonly library: string;
  readonly processor: string;
  readonly layer: string;
  readonly formulations: Readonly<Record<'conv2d' | 'conv2dInput' | 'conv2dWeight', string>>;
}
