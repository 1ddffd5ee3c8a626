/** What the curves over epochs show, and how: losses, and the score that accuracy or the relative error is. */

export interface CurveWords {
  readonly title: string;
  /** Columns of the training series. */
  readonly columns: { readonly train: string; readonly test: string };
  /** Name of the y axis, without its scale. */
  readonly unit: string;
  /** Whether a log axis shows most, where the values allow one. */
  readonly wantsLog: boolean;
  /** Largest value of the y axis; undefined where it follows the data. */
  readonly most?: number;
}

/** @param isOfProblem - the runs solve a problem: the loss has no unit, and there is an exact solution. Never throws. */
export function curveWords(of: 'loss' | 'score', isOfProblem: boolean): CurveWords {
  if (of === 'loss')
    return {
      title: 'Loss over epochs',
      columns: { train: 'trainLoss', test: 'testLoss' },
      unit: isOfProblem ? 'loss' : 'nats',
      wantsLog: true,
    };
  if (isOfProblem)
    return {
      title: 'Relative error over epochs',
      columns: { train: 'trainRelativeError', test: 'testRelativeError' },
      unit: 'relative L2 error',
      wantsLog: true,
    };
  return {
    title: 'Accuracy over epochs',
    columns: { train: 'trainAccuracy', test: 'testAccuracy' },
    unit: 'fraction right',
    wantsLog: false,
    most: 1,
  };
}
