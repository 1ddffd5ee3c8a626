/**
 * What a metric says of itself: its words, settings, numbers, needs and costs. One file `definition.ts` in the metric's folder; screens,
 * planner, estimate, figures and command line read it from the registry and know no metric by name.
 */
import type { z } from 'zod';
import type { TrainingSpec } from './spec';

/** Families of metrics, in the order of menus and tables. */
export const metricGroups = [
  { name: 'curvature', title: 'Curvature' },
  { name: 'similarity', title: 'Similarity' },
  { name: 'connectivity', title: 'Connectivity' },
  { name: 'paths', title: 'Paths' },
  { name: 'slices', title: 'Slices' },
  { name: 'topology', title: 'Topology' },
  { name: 'weights', title: 'Weights' },
] as const;
export type MetricGroup = (typeof metricGroups)[number]['name'];

/**
 * What one task of a metric reads. `run`: one trained model; `pair`: two that are joined (as the setting `pairs` says: ring or first);
 * `all-pairs`: every pair of a cell's seeds, in blocks; `three-runs`: the first three seeds of a cell.
 */
export type MetricSubject = 'run' | 'pair' | 'all-pairs' | 'three-runs';

/** Seeds that a cell must have for one task. */
export const seedsOfSubject: Readonly<Record<MetricSubject, number>> = {
  run: 1,
  pair: 2,
  'all-pairs': 2,
  'three-runs': 3,
};

export type ColourUse = 'sequential' | 'sequential-reversed' | 'diverging';

/** One number that a metric yields. */
export interface MetricScalar {
  /** Name in results: unique among all metrics. */
  readonly name: string;
  readonly title: string;
  /** Unit as printed; empty for pure numbers. */
  readonly unit: string;
  /** `log`: drawn as the natural log of the cell's statistic. */
  readonly scale: 'linear' | 'log';
  readonly colour: ColourUse;
  /** One sentence for tooltips and the glossary. */
  readonly definition: string;
  /** Set where it means something else for a problem, which has solutions in place of classes. */
  readonly definitionOfProblems?: string;
}

/** How the cell view draws a series or field that a metric yields; `series` is its name. */
export type MetricDrawing =
  /** Lines over column `x`, one for each column of `y`. */
  | {
      readonly kind: 'curve';
      readonly series: string;
      readonly title: string;
      readonly x: DrawnColumn;
      readonly y: readonly DrawnColumn[];
      /** Of the y axis, with the unit, where there are several `y`; by default that of the first. */
      readonly yTitle?: string;
      readonly scale?: 'linear' | 'log';
      readonly xScale?: 'linear' | 'log';
      /** Names the ends, the largest rise above and the deepest dip below the mean of the ends, with their places, on one line. */
      readonly marksExtremes?: boolean;
      /** Columns between which the first `y` is uncertain, and what they are: drawn as a band. */
      readonly band?: { readonly low: string; readonly high: string; readonly title: string };
      /** The first `y` is a share of all training samples, in percent: its error over samples is drawn as a band. */
      readonly ofTrainingShare?: boolean;
      /** Lines of another metric on the same pair or run, drawn over these when asked for. */
      readonly overlay?: {
        readonly metric: string;
        readonly series: string;
        readonly x: string;
        readonly y: readonly DrawnColumn[];
        readonly title: string;
      };
      /** Places on the x axis from another metric of the same run, marked by vertical lines. */
      readonly xMarks?: {
        readonly metric: string;
        readonly series: string;
        readonly column: string;
        readonly title: string;
      };
    }
  /** Points at columns `x` and `y`. */
  | {
      readonly kind: 'points';
      readonly series: string;
      readonly title: string;
      readonly x: DrawnColumn;
      readonly y: DrawnColumn;
      /** What is said where there is no point. */
      readonly empty?: string;
      /** The line y = x is drawn, as persistence diagrams have it. */
      readonly diagonal?: boolean;
      readonly pairs?: PairSeries;
    }
  /** A bar from birth to death of each persistence pair, and an open one for the lowest minimum, which never dies. */
  | {
      readonly kind: 'barcode';
      /** Of the pairs. */
      readonly series: string;
      readonly title: string;
      readonly value: string;
      readonly pairs: PairSeries;
    }
  /** A bar of `value` for each row, named by column `label`, whose numbers index `names` of the series' facts where it has them. */
  | {
      readonly kind: 'bars';
      readonly series: string;
      readonly title: string;
      readonly label: DrawnColumn;
      readonly value: DrawnColumn;
      /** Column with the error of each value. */
      readonly error?: string;
    }
  /**
   * A field as a map of colours with contours; `path` names a series with columns `x` and `y` that is drawn over it. Where the
   * rows or columns stand for things with names, layers, `yNames` or `xNames` is the fact that lists them, without contours.
   */
  | {
      readonly kind: 'field';
      readonly series: string;
      readonly title: string;
      readonly x: string;
      readonly y: string;
      readonly value: string;
      readonly scale?: 'linear' | 'log';
      readonly colour?: ColourUse;
      readonly path?: string;
      /** What the line is, and the mark at its end. */
      readonly pathTitle?: string;
      readonly xNames?: string;
      readonly yNames?: string;
      /** Its minima and saddles, whose vertices count the values of the field. */
      readonly pairs?: PairSeries;
    }
  /** A merge tree: column `node` names each node, `parent` the node above it (-1 for roots); heights are `value`. */
  | {
      readonly kind: 'tree';
      readonly series: string;
      readonly title: string;
      readonly value: string;
      readonly scale?: 'linear' | 'log';
      readonly pairs?: PairSeries;
    };

/**
 * Series that name the persistence pairs of a drawing, so that drawings of one metric are linked: `diagram` with columns `birth`, `death`,
 * `birthVertex` and `deathVertex`, `tree` with columns `node`, `parent` and `value`.
 */
export interface PairSeries {
  readonly diagram: string;
  readonly tree: string;
}

export interface DrawnColumn {
  readonly column: string;
  /** With its unit. */
  readonly title: string;
}

/** The words of a setting in the form. */
export interface SettingWords {
  readonly label: string;
  readonly help: string;
  /** Choices as people write them. */
  readonly titles?: Readonly<Record<string, string>>;
}

/** The work of one task, as far as its cost depends on it. */
export interface MetricWork {
  /** P */
  readonly parameters: number;
  readonly trainSamples: number;
  readonly testSamples: number;
  readonly training: TrainingSpec;
  /** Runs that the task reads, and pairs of them that it measures. */
  readonly runs: number;
  readonly pairs: number;
  /** Weights that each run recorded along its training, where the metric needs them. */
  readonly trajectoryPoints: number;
}

/** What one task costs. A Hessian-vector product counts two gradients, a forward pass a third of one. */
export interface MetricCost {
  /** Evaluations of a gradient. */
  readonly gradients: number;
  /** Samples of each. */
  readonly samples: number;
  /** Time outside of the network: assignments, comparisons. */
  readonly otherMs?: number;
}

/** Settings of a metric in a spec: a strict object whose `name` is the metric's, and every other key has a default. */
export type MetricSettingsSchema = z.ZodObject<
  { readonly name: z.ZodLiteral<string> } & z.core.$ZodLooseShape
>;

/**
 * @typeParam S - schema of its settings
 *
 * The functions are given settings that the schema has checked. None throws.
 */
export interface MetricDefinition<S extends z.ZodObject = z.ZodObject> {
  /** The word in a spec, and the kind of its tasks; the name of its folder. */
  readonly name: string;
  readonly title: string;
  readonly group: MetricGroup;
  /** What is computed, on which samples, in which units, with which error. */
  readonly definition: string;
  /** One line for the form: what it tells, and what it needs. */
  readonly help: string;
  /** Whose method it is: authors and year. */
  readonly source: string;
  /**
   * Raised when its numbers change meaning or value for the same settings (a mended formula, another random stream): old results then
   * stay what they were, and new work is planned.
   */
  readonly version: number;
  readonly subject: MetricSubject;
  /** What it reads besides final weights: the planner has trainings record what is missing. Initial weights are always kept. */
  readonly needs?: readonly ('initial-weights' | 'trajectory')[];
  readonly settings: S;
  /** Words of its settings, by key. */
  readonly words: Readonly<Record<string, SettingWords>>;
  /** Settings that say how many tasks there are, not what one yields. */
  readonly planningSettings?: readonly string[];
  /** Settings that came after its first version, with the value that stands for what was done before: finished work stays found. */
  readonly laterSettings?: Readonly<Record<string, unknown>>;
  /** Whether it takes the first so many training samples, whose order depends on the grid where fractions differ. */
  readonly readsSamplesInOrder?: boolean;
  /** Fewest training samples that say anything; 1 where it is absent. */
  readonly fewestSamples?: number;
  /**
   * Tasks expected to take longer are jobs of their own; shorter ones of a cell share a job. 50 where it is absent: models that share no
   * call gain nothing by a pack, and at the end of a sweep one worker would measure all seeds of the widest cell while others wait.
   */
  readonly packsUpToMs?: number;
  /** Whether a new draft has it. */
  readonly isUsual?: boolean;
  /** Empty where it yields fields and series only. */
  readonly scalars: readonly MetricScalar[];
  readonly drawings?: readonly MetricDrawing[];
  /** What one task costs. */
  cost(settings: z.output<S>, work: MetricWork): MetricCost;
  /** Bytes a weight that a task holds in memory at most. @param runs - that it reads */
  bytesPerWeight(settings: z.output<S>, runs: number): number;
  /** Bytes that a task holds besides, which `samples` decides and the size of the network does not; 0 where it is absent. @param outputs - of the network */
  bytesOfSamples?(settings: z.output<S>, outputs: number): number;
  /** Bytes that one task keeps as files, besides its rows; 0 where it is absent. */
  diskBytes?(settings: z.output<S>, work: MetricWork): number;
  /** Optimiser steps that one task takes; 0 where it is absent. */
  steps?(settings: z.output<S>, work: MetricWork): number;
  /** The sentence of a methods section. @param isOfProblem - its models solve a problem */
  methods(settings: z.output<S>, isOfProblem: boolean): string;
  /** Samples as a caption names them, `Hessian on 512 training samples`; null where there are none to name. */
  captionSamples(settings: z.output<S>, isOfProblem: boolean): string | null;
}

/** A definition with the types of its own settings. */
export function defineMetric<S extends z.ZodObject>(
  definition: MetricDefinition<S>,
): MetricDefinition<S> {
  return definition;
}
