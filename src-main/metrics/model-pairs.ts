/** Which models of a list are compared: all with all, or one block with another. */

/**
 * Unordered pairs of models in a fixed order.
 * @param split - where the second block begins: only pairs across it; without it every pair
 */
export function modelPairs<M>(models: readonly M[], split?: number): [M, M][] {
  const first = models.slice(0, split);
  return first.flatMap((a, i) => models.slice(split ?? i + 1).map((b): [M, M] => [a, b]));
}
