/** Which statistic of the values of a cell a diagram draws. */

export const diagramStatistics = [
  'mean',
  'median',
  'lowerQuartile',
  'upperQuartile',
  'sd',
  'se',
  'n',
] as const;
export type DiagramStatistic = (typeof diagramStatistics)[number];

const levels: readonly DiagramStatistic[] = ['mean', 'median', 'lowerQuartile', 'upperQuartile'];

/** Whether a statistic is a level of the values, in their unit and on their scale, and not their spread or count. */
export function isLevel(statistic: DiagramStatistic): boolean {
  return levels.includes(statistic);
}

/** As titles print them. */
const statisticTitles: Readonly<Record<DiagramStatistic, string>> = {
  mean: 'mean',
  median: 'median',
  lowerQuartile: 'lower quartile',
  upperQuartile: 'upper quartile',
  sd: 'sd',
  se: 'standard error',
  n: 'n',
};

/** A statistic as titles print it: `lower quartile`. */
export function statisticWords(statistic: DiagramStatistic): string {
  return statisticTitles[statistic];
}

/** What a title says of a statistic: nothing of a mean. */
export function statisticNotes(statistic: DiagramStatistic): readonly string[] {
  return statistic === 'mean' ? [] : [statisticTitles[statistic]];
}
