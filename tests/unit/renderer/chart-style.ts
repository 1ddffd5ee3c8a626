/** A style for charts under test: every colour is a real one, none matters. */
import { lineColours, type ChartStyle } from '#renderer/charts/chart-style';
import { colourTokens, fontFamily } from '#renderer/ui/tokens';

export const chartStyle: ChartStyle = {
  ...colourTokens.light,
  fontFamily,
  linesOfMap: [0, 0.85],
  lines: lineColours.light,
};
