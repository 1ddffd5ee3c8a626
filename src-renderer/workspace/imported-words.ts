/** Which columns of an imported table were taken as what, in words. */
import type { Conversion, CountChoice, MetricChoice } from '#shared/domain/imported/imported-table';

/** `test_accuracy_percent / 100, standard deviation in test_accuracy_percent_sd`. */
export function columnText({ column, conversion, ...metric }: MetricChoice): string {
  const spread =
    metric.sdColumn === undefined
      ? ''
      : `, standard deviation in ${metric.sdColumn}${conversionText(metric.sdConversion ?? conversion)}`;
  const count = metric.n === undefined ? '' : `, n ${countText(metric.n)}`;
  return `${column}${conversionText(conversion)}${spread}${count}`;
}

/** `5`, `in column seeds`, `not known`. */
export function countText(choice: CountChoice | undefined): string {
  if (choice === undefined) return 'not known';
  return choice.kind === 'number' ? String(choice.n) : `in column ${choice.column}`;
}

function conversionText(conversion: Conversion | undefined): string {
  if (conversion === undefined) return '';
  return ` ${conversion.kind === 'divide' ? '/' : '×'} ${conversion.by}`;
}
