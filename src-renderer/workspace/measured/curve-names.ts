/** The names of a chart's lines. */
import type { Curve } from '../../charts/curve-chart';

/** Each name once with its colour: lines of one seed and one colour share a name. */
export function namesOf(
  curves: readonly Curve[],
): readonly { readonly name: string; readonly colour: string }[] {
  const byName = new Map<string, string>();
  for (const { name, colour } of curves) {
    const shared = name.replace(/ (train|test)$/, '').replace(/, .*$/, '');
    if (!byName.has(shared)) byName.set(shared, colour);
  }
  return [...byName].map(([name, colour]) => ({ name, colour }));
}
