/** Surfaces as the loss-landscape tool of Li et al. 2018 keeps them: `train_loss` over `xcoordinates` and `ycoordinates` in HDF5. */
import type { Landscape } from '#shared/domain/landscape';
import { parseHdf5 } from '../formats/hdf5';
import { doublesOf } from '../formats/numeric-array';
import { refusal } from '../formats/refusal';
import { checkedLandscape, requireSize } from './check-landscape';

const asTheTool = { fix: 'write the surface with plot_surface.py of the loss-landscape tool' };
/** What the tool writes where it has not computed yet. */
const notYet = -1;

/**
 * The surface of a file.
 *
 * The tool fills an array [x, y] in the order of a mesh whose rows are y: so the numbers are taken in that order, whatever the shape says,
 * which matters where the sides differ.
 * @throws DataFormatError naming the array and the rule that is broken
 */
export function hdf5Landscape(place: string, file: Buffer): Landscape {
  const arrays = parseHdf5(place, file);
  const list = (name: string): number[] => {
    const array = arrays.array(name);
    if (!array || array.shape.length !== 1)
      throw refusal(
        place,
        `must hold a list \`${name}\``,
        arrays.names.join(', ') || 'nothing',
        asTheTool,
      );
    requireSize(`${place}, ${name}`, array.shape[0] ?? 0, 1);
    return [...doublesOf(array)];
  };
  const [x, y] = [list('xcoordinates'), list('ycoordinates')];
  const loss = arrays.array('train_loss');
  if (!loss)
    throw refusal(place, 'must hold `train_loss`', arrays.names.join(', ') || 'nothing', asTheTool);
  const [rows = 0, columns = 0] = loss.shape;
  requireSize(`${place}, train_loss`, rows, columns);
  const fits = [
    [x.length, y.length],
    [y.length, x.length],
  ].some(([a, b]) => rows === a && columns === b);
  if (loss.shape.length !== 2 || !fits)
    throw refusal(
      `${place}, train_loss`,
      `must be [${x.length}, ${y.length}] as its coordinates`,
      `[${loss.shape.join(', ')}]`,
      asTheTool,
    );
  const values = doublesOf(loss);
  const missing = values.indexOf(notYet);
  if (missing >= 0)
    throw refusal(
      `${place}, train_loss`,
      'must be computed at every point',
      `-1 at point ${missing + 1}, which the tool writes where it has not been`,
      { fix: 'run the tool to its end' },
    );
  const assumptions = ['The numbers of `train_loss` run along x first, as the tool fills them.'];
  return checkedLandscape(place, { assumptions, values, x, y });
}
