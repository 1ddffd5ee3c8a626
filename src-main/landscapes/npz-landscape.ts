/** Landscapes in numpy's files: `loss` with its `coordinates` in an .npz, or one array in an .npy. */
import type { Landscape } from '#shared/domain/landscape';
import { isNpy, parseNpy, parseNpz } from '../formats/npy';
import { doublesOf, type NumericArray } from '../formats/numeric-array';
import { refusal } from '../formats/refusal';
import { checkedLandscape, indices, requireSize } from './check-landscape';

const sayWhich = { fix: 'save it with numpy.savez(file, loss=..., coordinates=...)' };

/**
 * The landscape of a file.
 *
 * `loss` is [rows, columns]. `coordinates` is one list for both sides of a square grid, or an array [2, n] of such lists (first those of the
 * rows); in their place there may be `x` and `y`. A grid without coordinates has indices.
 * @throws DataFormatError naming the array and the rule that is broken
 */
export function npzLandscape(place: string, file: Buffer): Landscape {
  const arrays: ReadonlyMap<string, NumericArray> = isNpy(file)
    ? new Map([['loss', parseNpy(place, file)]])
    : parseNpz(place, file);
  const loss = arrays.get('loss');
  if (!loss)
    throw refusal(place, 'must hold an array `loss`', [...arrays.keys()].join(', '), sayWhich);
  const [rows = 0, columns = 0] = loss.shape;
  if (loss.shape.length !== 2)
    throw refusal(`${place}, loss`, 'must have two axes', `${loss.shape.length}`, sayWhich);
  requireSize(`${place}, loss`, rows, columns);
  const assumptions = ['Rows of `loss` are positions of y, columns of x.'];
  const positions = (name: string, count: number): number[] | null => {
    const array = arrays.get(name);
    if (!array) return null;
    if (array.shape.length === 1 && array.shape[0] === count) return [...doublesOf(array)];
    throw refusal(
      `${place}, ${name}`,
      `must be a list of ${count} positions`,
      shapeOf(array),
      sayWhich,
    );
  };
  const both = arrays.get('coordinates');
  const [y, x] = both
    ? sidesOf(`${place}, coordinates`, both, [rows, columns])
    : [positions('y', rows), positions('x', columns)];
  if (!x || !y) assumptions.push('Sides without coordinates count 0, 1, 2, ...');
  return checkedLandscape(place, {
    ...{ assumptions, values: doublesOf(loss) },
    x: x ?? indices(columns),
    y: y ?? indices(rows),
  });
}

function sidesOf(
  place: string,
  array: NumericArray,
  [rows, columns]: readonly [number, number],
): readonly [number[], number[]] {
  const [first = 0, second] = array.shape;
  const isOne = array.shape.length === 1 && first === rows && first === columns;
  const isTwo = array.shape.length === 2 && first === 2 && second === rows && second === columns;
  if (!isOne && !isTwo)
    throw refusal(place, `must be [${rows}] or [2, ${rows}] for a square grid`, shapeOf(array), {
      fix: 'save the positions of a grid that is not square as `x` and `y`',
    });
  const all = [...doublesOf(array)];
  return isOne ? [all, all] : [all.slice(0, rows), all.slice(rows)];
}

const shapeOf = ({ shape }: NumericArray) => `[${shape.join(', ')}]`;
