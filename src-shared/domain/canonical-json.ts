/** One text for one value, so that equal settings have equal hashes. */

/**
 * JSON with the keys of every object in code-unit order and no white space.
 *
 * @param value - plain data; keys whose value is undefined are left out
 * @throws RangeError on a number that JSON cannot hold (NaN, infinities)
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new RangeError(`canonical JSON: numbers must be finite, got ${value}`);
  if (value === undefined) return 'null'; // inside a list, as in JSON
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const entries = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(',')}}`;
}
