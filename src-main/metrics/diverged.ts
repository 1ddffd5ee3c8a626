/** What is said of a measurement whose run diverged, or whose runs did. */
export function divergedReason(seeds: readonly number[]): string {
  return seeds.length === 1
    ? `the run with seed ${seeds.join()} diverged`
    : `the runs with seeds ${seeds.join(' and ')} diverged`;
}
