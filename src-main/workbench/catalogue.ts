/** What can be measured, for the doors. */
export { metricCatalogue, type MetricEntry } from '../metrics/catalogue';
