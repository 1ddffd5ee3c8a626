/** What can be measured, for the doors. */
export { metricCatalogue } from '../metrics/catalogue';
