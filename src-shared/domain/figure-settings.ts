/** What a figure of an experiment draws, apart from its results: the same settings as of the screen that it is exported from. */
import type { GridLook } from './diagram';
import type { FixedRange, SharedRanges } from './diagram-panel';
import type { DiagramStatistic } from './diagram-statistic';
import type { FigurePage } from './figure-page';
import type { PhaseThresholds } from './phases';
import type { Scalar } from './spec';

export const figureKinds = ['phase-diagram', 'connectivity-sharpness', 'heatmap', 'slice'] as const;
export type FigureKind = (typeof figureKinds)[number];

/** Which lines a slice draws, and how. */
export interface FigureLines {
  /** Rows run along x, columns along y; `both` draws a plot of each. Along x, or the only axis, by default. */
  readonly along?: 'x' | 'y' | 'both';
  /** Indices of cells: only lines through them are drawn; all lines by default. */
  readonly cells?: readonly number[];
  /** The same number over the training samples too, dashed, where it has one. */
  readonly training?: boolean;
  /** Accuracies as errors in percent. */
  readonly asError?: boolean;
}

export interface FigureSettings {
  readonly kind: FigureKind;
  /** The scalar of a heatmap or slice, and what a scatter draws upwards (the Hessian trace by default). */
  readonly metric?: string;
  /** What a scatter draws to the right; mode connectivity by default. */
  readonly across?: string;
  /** The panels of a phase diagram, the large one first; the paper's by default. */
  readonly panels?: readonly string[];
  /** What is drawn of each cell's values; the mean by default. Phases are always of the means. */
  readonly statistic?: DiagramStatistic;
  /** Fixed ends of colour ranges by scalar, in drawn units (the natural log where that is drawn); those of the data by default. */
  readonly ranges?: Readonly<Record<string, FixedRange>>;
  /** Panels and slices with one colour range together. */
  readonly shared?: SharedRanges;
  /** How the axes lie. */
  readonly look?: GridLook;
  /** Values at which axes beyond the two drawn are held, by path; the first by default. */
  readonly held?: Readonly<Record<string, Scalar>>;
  readonly lines?: FigureLines;
  /** Error bars of a scatter; there by default. */
  readonly errorBars?: boolean;
  readonly thresholds?: PhaseThresholds;
  /** Size, type and surroundings. */
  readonly page?: FigurePage;
}

/** Version of the layout of the `.json` beside a figure. */
export const provenanceVersion = 1;

/** Most characters of such a file: a hundred times those of the largest sweep. */
export const mostFigureFileCharacters = 64 * 1024 * 1024;

/** Most panels of one figure: as many as there are letters for them. */
export const mostPanels = 26;
