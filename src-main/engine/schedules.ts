/** How learning rates change during training. */

export interface Schedule {
  readonly name: 'constant' | 'step' | 'cosine' | 'linear' | 'warm-up';
  /** step: epochs between reductions. */
  readonly every?: number;
  /** step: factor of each reduction. */
  readonly factor?: number;
  /** cosine, linear, warm-up: the last rate as a fraction of the first. */
  readonly finalFactor?: number;
  /** warm-up: epochs until the full rate. */
  readonly epochs?: number;
}

/**
 * The factor on the learning rate at a step (0-based) of `total` steps, `perEpoch` of them an epoch.
 *
 * constant: 1. step: factor^floor(epoch / every). cosine: final + (1 - final) (1 + cos(pi i / total)) / 2.
 * linear: 1 + (final - 1) i / total. warm-up: (i + 1) / w over the first w = epochs * perEpoch steps, then cosine over the
 * rest; a training that is shorter ends below the full rate. Never throws.
 */
export function scheduleFactor(
  schedule: Schedule,
  step: number,
  { total, perEpoch }: { total: number; perEpoch: number },
): number {
  const last = schedule.finalFactor ?? 0;
  const cosine = (progress: number) => last + ((1 - last) * (1 + Math.cos(Math.PI * progress))) / 2;
  switch (schedule.name) {
    case 'constant':
      return 1;
    case 'step':
      return (
        (schedule.factor ?? 0.1) ** Math.floor(Math.floor(step / perEpoch) / (schedule.every ?? 1))
      );
    case 'cosine':
      return cosine(step / total);
    case 'linear':
      return 1 + ((last - 1) * step) / total;
    case 'warm-up': {
      const warm = (schedule.epochs ?? 1) * perEpoch;
      return step < warm ? (step + 1) / warm : cosine((step - warm) / (total - warm));
    }
    default:
      return schedule.name satisfies never;
  }
}
