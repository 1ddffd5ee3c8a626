/** The loss curves of what trains now, as curves of the chart. */
import type { AxisValues } from '#shared/domain/results';
import { lineColour, type ChartStyle } from '../../charts/chart-style';
import type { Curve } from '../../charts/curve-chart';
import { axisText } from '../../workspace/axis-text';
import { mostShown, type LiveCurve } from '../../workspace/live-curves';

/** Epochs of the longest training that is drawn: epochs may be an axis of the sweep. 1 for none. */
export function longestTraining(curves: readonly Pick<LiveCurve, 'epochs'>[]): number {
  return curves.slice(-mostShown).reduce((most, { epochs }) => Math.max(most, epochs), 1);
}

/** The trainings that moved last, each as its train loss over epochs. */
export function liveLossCurves(
  curves: readonly LiveCurve[],
  cellAxes: ReadonlyMap<number, AxisValues>,
  style: Pick<ChartStyle, 'lines'>,
): readonly Curve[] {
  return [...curves]
    .slice(-mostShown)
    .sort((a, b) => a.cell - b.cell || a.seed - b.seed)
    .map((curve, i) => {
      const axes = cellAxes.get(curve.cell);
      const where = axes ? axisText(axes) : `Cell ${curve.cell}`;
      const epochs = curve.columns['epoch'] ?? [];
      const losses = curve.columns['trainLoss'] ?? curve.columns['loss'] ?? [];
      return {
        id: curve.taskId,
        name: `${where}, seed ${curve.seed}`,
        colour: lineColour(style, i),
        line: 'solid' as const,
        points: losses.map((loss, k) => [epochs[k] ?? k + 1, loss] as const),
      };
    });
}
