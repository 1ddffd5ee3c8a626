/** The charts' interface colours from the tokens in use. */
import { computed } from 'vue';
import { lineColours, linesOfMap, type ChartStyle } from '../charts/chart-style';
import { fontFamily } from '../ui/tokens';
import { useColourScheme } from './colour-scheme';

/** Follows the colour scheme. */
export function useChartStyle() {
  const scheme = useColourScheme();
  return computed<ChartStyle>(() => {
    const { ink, inkSoft, line, lineSoft, surface, missing, hatch } = scheme.tokens;
    return {
      ink,
      inkSoft,
      line,
      lineSoft,
      surface,
      missing,
      hatch,
      fontFamily,
      lines: lineColours[scheme.scheme],
      linesOfMap: linesOfMap[scheme.scheme],
    };
  });
}
