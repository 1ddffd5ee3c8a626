/** What every landscape must be, whatever file it comes from. */
import { mostLandscapeValues, type Landscape } from '#shared/domain/landscape';
import { refusal } from '../formats/refusal';

/** Refuses sizes before anything of that size is made. @throws DataFormatError */
export function requireSize(place: string, rows: number, columns: number): void {
  const isWhole = Number.isSafeInteger(rows) && Number.isSafeInteger(columns);
  if (!isWhole || rows < 1 || columns < 1)
    throw refusal(place, 'must have rows and columns', `${rows} x ${columns}`, {
      fix: 'write a grid of numbers',
    });
  if (rows * columns > mostLandscapeValues)
    throw refusal(place, `must have at most ${mostLandscapeValues} values`, rows * columns, {
      fix: 'take every second row and column',
    });
}

/**
 * A landscape whose values are finite and can be subtracted, on coordinates in order.
 * @throws DataFormatError naming the first value or coordinate that is not
 */
export function checkedLandscape(place: string, landscape: Landscape): Landscape {
  const { values, x, y } = landscape;
  requireSize(place, y.length, x.length);
  if (values.length !== x.length * y.length)
    throw refusal(place, `must have ${x.length * y.length} values`, values.length, {
      fix: 'write one for each point of the grid',
    });
  for (const [name, positions] of [
    ['x', x],
    ['y', y],
  ] as const)
    requireOrder(`${place}, coordinates ${name}`, positions);
  let [least, most] = [Infinity, -Infinity];
  for (const [i, value] of values.entries()) {
    if (!Number.isFinite(value))
      throw refusal(
        `${place}, row ${Math.floor(i / x.length) + 1}, column ${(i % x.length) + 1}`,
        'must be a finite number',
        value,
        { fix: 'leave these rows or columns out, or write what stands for them' },
      );
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  if (Number.isFinite(most - least)) return landscape;
  throw refusal(
    place,
    'must have values whose difference is a finite number',
    `${least} and ${most}`,
    {
      fix: 'divide them all by 10',
    },
  );
}

function requireOrder(place: string, positions: readonly number[]): void {
  const isFinite = positions.every((value) => Number.isFinite(value));
  const step = Math.sign((positions[1] ?? 1) - (positions[0] ?? 0));
  const isOrdered = positions.every(
    (value, i) => i === 0 || Math.sign(value - (positions[i - 1] ?? 0)) === step,
  );
  if (isFinite && isOrdered && step !== 0) return;
  throw refusal(place, 'must be finite and rise or fall all along', 'others', {
    fix: 'sort the grid by its coordinates',
  });
}

/** 0, 1, 2, ... for a side without coordinates. */
export function indices(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
