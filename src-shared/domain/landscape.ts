/** A landscape that was computed elsewhere: a number at each point of a rectangular grid. */

export interface Landscape {
  /** Positions of the columns and rows, rising or falling, not always in even steps; their indices where the file has none. */
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** Row by row: `y.length` rows of `x.length` finite values. */
  readonly values: Float64Array;
  /** What was taken to be so where the file does not say it, a sentence each. */
  readonly assumptions: readonly string[];
}

/** 3,000 x 3,000: of noise that many are 410 MB of JSON, and a text can have 530. */
export const mostLandscapeValues = 9_000_000;
