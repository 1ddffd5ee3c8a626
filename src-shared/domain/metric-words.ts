/** What a metric reads, in words: the same on the Metrics screen and in `phasescape metrics`. */
import type { MetricDefinition, MetricSubject } from './metric-definition';

/** What one task measures. */
export const subjectWords: Readonly<Record<MetricSubject, string>> = {
  run: 'per run',
  pair: 'per pair of seeds that are joined',
  'all-pairs': 'per pair of seeds',
  'three-runs': 'once a cell, of its first three seeds',
};

type Need = NonNullable<MetricDefinition['needs']>[number];

/** What it needs besides the final weights. */
export const needWords: Readonly<Record<Need, string>> = {
  'initial-weights': 'the initial weights, which are always kept',
  trajectory:
    'the weights recorded along the training; where the spec records none, about 50 of them are',
};
