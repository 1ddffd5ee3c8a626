/** Which lines slices draw, of which numbers: what the screen and the exported figure both decide. */
import type { Diagram } from './diagram';
import type { DiagramPanel, PanelCell } from './diagram-panel';

/** Which way the lines run: rows along x, columns along y, or a chart of each. */
export type SliceDirection = 'x' | 'y' | 'both';

/** The scalars of training that belong to those of the test. */
const partners: Readonly<Record<string, string>> = {
  testAccuracy: 'trainAccuracy',
  testLoss: 'trainLoss',
  testRelativeError: 'trainRelativeError',
};

/** The number over the training samples that belongs to one over the test samples; null where there is none. */
export function partnerOf(name: string): string | null {
  return partners[name] ?? null;
}

/** The charts to draw. */
export function sliceDirections(chosen: SliceDirection): readonly ('x' | 'y')[] {
  return chosen === 'both' ? ['x', 'y'] : [chosen];
}

/** Rows (columns where lines run along y) of the selected cells, each once; undefined (all) without any. */
export function selectedLines(
  diagram: Pick<Diagram, 'cells'>,
  positions: readonly number[],
  along: 'x' | 'y',
): readonly number[] | undefined {
  if (positions.length === 0) return undefined;
  const lines = positions.flatMap((position) => {
    const cell = diagram.cells[position];
    if (!cell) return [];
    return [along === 'x' ? cell.row : cell.column];
  });
  return [...new Set(lines)];
}

/** Whether a panel shows an accuracy, a level or a spread of it, that can be drawn as an error. */
export function canBeError({ scalar, statistic }: DiagramPanel): boolean {
  const isShare = scalar.name === 'testAccuracy' || scalar.name === 'trainAccuracy';
  return (
    isShare && statistic !== 'n' && statistic !== 'lowerQuartile' && statistic !== 'upperQuartile'
  );
}

/**
 * The panel of an accuracy as one of the error in percent: levels become 100 (1 - accuracy), spreads 100 times themselves.
 * Of other panels the panel itself. Its colours are those of the accuracy. Never throws.
 */
export function errorPanel(panel: DiagramPanel): DiagramPanel {
  if (!canBeError(panel)) return panel;
  const { scalar, statistic, cells } = panel;
  const asError = (text: string) => text.replace('accuracy', 'error');
  const isLevel = statistic === 'mean' || statistic === 'median';
  const drawn = (cell: PanelCell): PanelCell => ({
    ...cell,
    value: cell.value === null ? null : 100 * (isLevel ? 1 - cell.value : cell.value),
    error: cell.error === null ? null : 100 * cell.error,
  });
  return {
    ...panel,
    scalar: {
      ...scalar,
      name: scalar.name.replace('Accuracy', 'Error'),
      title: asError(scalar.title),
      unit: 'percent',
    },
    title: asError(panel.title),
    unit: 'percent',
    cells: cells.map(drawn),
  };
}
