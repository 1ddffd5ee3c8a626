/** The epochs of one training as they become known: some while it runs, all of them when it is done. */

export interface TrainingCurve {
  readonly taskId: string;
  readonly cell: number;
  readonly seed: number;
  /** Epochs that the training will have. */
  readonly epochs: number;
  /** Columns of equal length: `epoch`, `trainLoss`, ... */
  readonly columns: Readonly<Record<string, readonly (number | null)[]>>;
}

/** Adds later epochs to what is known of a training; one that began again replaces it. */
export function joinEpochs<C extends TrainingCurve>(before: C | undefined, next: C): C {
  const firstNew = next.columns['epoch']?.[0] ?? Infinity;
  const lastKnown = before?.columns['epoch']?.at(-1) ?? -Infinity;
  if (before === undefined || firstNew <= lastKnown) return next;
  const columns = Object.fromEntries(
    Object.entries(next.columns).map(([name, values]) => [
      name,
      [...(before.columns[name] ?? []), ...values],
    ]),
  );
  return { ...next, columns };
}
