/** The work that the cost of a metric is told for where there is no spec: on the Metrics screen and by `phasescape metrics`. */
import type { MetricCost, MetricDefinition, MetricWork } from './metric-definition';
import { trainingSchema } from './spec';

/** A 64-32-32-10 network on the 1,437 training digits, trained for 20 epochs with batches of 32. */
const referenceWork: MetricWork = {
  parameters: 3466,
  trainSamples: 1437,
  testSamples: 360,
  training: trainingSchema.parse({ epochs: 20, batchSize: 32 }),
  runs: 2,
  pairs: 1,
  trajectoryPoints: 21,
};

/** What the reference work is, in words. */
export const referenceWorkText =
  'an MLP 64-32-32-10 on the 1,437 training digits, 20 epochs; a pair of seeds where seeds are compared';

/** What one task of a metric with its defaults costs on the reference work. Never throws. */
export function referenceCost(metric: MetricDefinition): MetricCost {
  return metric.cost(metric.settings.parse({ name: metric.name }), referenceWork);
}

/** `260 gradient evaluations on 512 samples`. */
export function costInWords({ gradients, samples }: MetricCost): string {
  if (gradients === 0) return 'no gradient evaluations';
  const on = `on ${samples.toLocaleString('en')} ${samples === 1 ? 'sample' : 'samples'}`;
  if (gradients < 1) return `less than 1 gradient evaluation ${on}`;
  const count = Number(gradients.toPrecision(3));
  return `${count.toLocaleString('en')} gradient ${count === 1 ? 'evaluation' : 'evaluations'} ${on}`;
}
