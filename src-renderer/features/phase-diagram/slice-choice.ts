/** Which lines the slices view draws: those of the selected cells, or all. Pure. */
import type { Diagram } from '#shared/domain/diagram';

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
