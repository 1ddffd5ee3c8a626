/** The loss that a model reaches without looking at its inputs: what training has to beat. */

/**
 * Entropy of the class frequencies of labels, in nats.
 *
 * Definition: -sum_c p_c ln p_c, p_c the fraction of samples of class c. It is the least mean cross-entropy over these samples of any model
 * whose outputs are the same for every input, a dead network's among them; ln(classes) where all classes are as frequent.
 * @param labels - [N], 0-based classes; the training samples with label noise and fraction applied
 * Never throws; 0 for no samples.
 */
export function chanceLoss(labels: Int32Array): number {
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  let entropy = 0;
  for (const count of counts.values())
    entropy -= (count / labels.length) * Math.log(count / labels.length);
  return entropy;
}
