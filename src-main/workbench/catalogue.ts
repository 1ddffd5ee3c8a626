/** What can be measured, for the doors. */
export { metricCatalogue, referenceWorkText, type MetricEntry } from '../metrics/catalogue';
