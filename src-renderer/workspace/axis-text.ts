/** Axis values of a cell in words. */
import { axisTitle, formatScalar } from '#shared/domain/diagram-axis';
import type { AxisValues } from '#shared/domain/results';

/** `Width 16, batch size 32`; `the only cell` without axes. */
export function axisText(axes: AxisValues): string {
  const parts = Object.entries(axes).map(([path, value], i) => {
    const title = axisTitle(path);
    return `${i === 0 ? title : title.charAt(0).toLowerCase() + title.slice(1)} ${formatScalar(value)}`;
  });
  return parts.length === 0 ? 'The only cell' : parts.join(', ');
}
