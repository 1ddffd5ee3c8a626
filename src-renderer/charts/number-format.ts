/** Numbers as text: one place for digits, units and the missing value. */

/** What is written where there is no number. */
export const missingText = '–';

/** `digits` significant digits without needless zeros; powers of ten as `1.2e-7` beyond 1e-4..1e6; a dash for null. */
export function formatNumber(value: number | null | undefined, digits = 3): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return missingText;
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size < 1e-4 || size >= 1e6) {
    const [mantissa, exponent] = value.toExponential(digits - 1).split('e');
    return `${minus(String(Number(mantissa)))}e${Number(exponent)}`;
  }
  return minus(String(Number(value.toPrecision(digits))));
}

/** Most significant digits of an end of a range. */
const mostEndDigits = 7;

/** Both ends of a range with as many significant digits as tell them apart, at least `digits`. */
export function rangeTexts(
  [low, high]: readonly [number, number],
  digits: number,
): readonly [string, string] {
  const texts = [formatNumber(low, digits), formatNumber(high, digits)] as const;
  const isTold = low === high || texts[0] !== texts[1] || digits >= mostEndDigits;
  return isTold ? texts : rangeTexts([low, high], digits + 1);
}

/**
 * Significant digits that tell the ticks of an axis over these values apart, at least 2: the steps between them are a
 * tenth of the range or larger.
 */
export function tickDigits(values: readonly number[]): number {
  const low = values.reduce((a, b) => Math.min(a, b), Infinity);
  const high = values.reduce((a, b) => Math.max(a, b), -Infinity);
  if (!(high > low)) return 2;
  const order = (value: number) => Math.floor(Math.log10(value));
  const most = Math.max(Math.abs(low), Math.abs(high));
  return Math.min(mostEndDigits, Math.max(2, order(most) - order((high - low) / 10) + 1));
}

/** Always that many significant digits, trailing zeros kept, so that columns of a table line up; a dash for null. */
export function formatDigits(value: number | null | undefined, digits = 3): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return missingText;
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e6)) return formatNumber(value, digits);
  // Rounding may need one digit more: 999.7 is 1000, and `toPrecision` would write it as a power of ten.
  const isWhole = Number(size.toPrecision(digits)) >= 10 ** digits;
  return minus(isWhole ? value.toFixed(0) : value.toPrecision(digits));
}

/** A fixed number of decimals, for columns that must not jump; a dash for null. */
export function formatFixed(value: number | null | undefined, decimals: number): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return missingText;
  return minus(value.toFixed(decimals));
}

/** `0.927 ± 0.004`: the error decides how many decimals both show; without an error three digits, with a negligible one five. */
export function formatWithError(value: number | null, error: number | null): string {
  if (value === null) return missingText;
  if (error === null || !Number.isFinite(error) || error <= 0) return formatNumber(value);
  // An error that no shown digit reaches would only make noise.
  if (error < 1e-5 * Math.abs(value)) return formatNumber(value, 5);
  const decimals = Math.max(0, 1 - Math.floor(Math.log10(error)));
  const size = Math.abs(value);
  if (size >= 1e6 || decimals > (size < 1e-4 ? 6 : 9))
    return `${formatNumber(value)} ± ${formatNumber(error, 2)}`;
  return `${minus(value.toFixed(decimals))} ± ${error.toFixed(decimals)}`;
}

/** A whole count with thousands apart: `12,345`. */
export function formatCount(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return missingText;
  return Math.round(value).toLocaleString('en-US');
}

/** A large count to three digits: `19,500`, `1.23 million`. */
export function formatRough(value: number): string {
  if (value < 1e6) return formatCount(Number(value.toPrecision(3)));
  return value < 1e9
    ? `${Number((value / 1e6).toPrecision(3))} million`
    : `${Number((value / 1e9).toPrecision(3))} billion`;
}

/** A count with its noun: `1 cell`, `1,200 cells`. */
export function counted(value: number, noun: string): string {
  return `${formatCount(value)} ${value === 1 ? noun : `${noun}s`}`;
}

/** Counts from the least to the most: `1,674 to 23,946`, `12` where all are equal; a dash for none. */
export function formatRange(counts: readonly number[]): string {
  const least = counts.reduce((a, b) => Math.min(a, b), Infinity);
  const most = counts.reduce((a, b) => Math.max(a, b), -Infinity);
  return least < most ? `${formatCount(least)} to ${formatCount(most)}` : formatCount(least);
}

/** `0:32`, `12:05`, `3:04:05`; hours grow without limit; a dash for null. */
export function formatDuration(ms: number | null | undefined): string {
  if (ms === null || ms === undefined || !Number.isFinite(ms)) return missingText;
  const seconds = Math.max(0, Math.round(ms / 1000));
  const pad = (n: number) => String(n).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${pad(seconds % 60)}`;
  return `${Math.floor(minutes / 60)}:${pad(minutes % 60)}:${pad(seconds % 60)}`;
}

/** A short time in the unit that fits: `840 ms`, `3.2 s`, `4:05`. */
export function formatShortTime(ms: number | null | undefined): string {
  if (ms === null || ms === undefined || !Number.isFinite(ms)) return missingText;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  return formatDuration(ms);
}

/** An estimate of a time, to two digits at most: `under 1 s`, `42 s`, `12 min`, `3.5 h`, `4 days`; a dash for null. */
export function formatRoughTime(ms: number | null | undefined): string {
  if (ms === null || ms === undefined || !Number.isFinite(ms)) return missingText;
  const seconds = ms / 1000;
  if (seconds < 1) return 'under 1 s';
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = seconds / 60;
  if (minutes < 90) return `${Math.round(minutes)} min`;
  const hours = minutes / 60;
  if (hours < 48) return `${Number(hours.toPrecision(2))} h`;
  return `${Number((hours / 24).toPrecision(2))} days`;
}

/** Decimal units, as disks are sold: `9.2 MB`. */
export function formatBytes(bytes: number | null | undefined): string {
  if (bytes === null || bytes === undefined || !Number.isFinite(bytes)) return missingText;
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? String(Math.round(value)) : formatNumber(value, value < 100 ? 2 : 3)} ${units[unit]}`;
}

/** Date and time in the reader's own order, to the minute. */
export function formatMoment(iso: string | null): string {
  if (iso === null) return missingText;
  const moment = new Date(iso);
  if (Number.isNaN(moment.getTime())) return iso;
  return moment.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
}

/** A real minus sign, as wide as a plus. */
function minus(text: string): string {
  return text.replace('-', '\u2212');
}
