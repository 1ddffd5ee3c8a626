/** The UCI 8x8 digits: a gzipped CSV of 64 pixels 0..16 and a label 0..9 a row; the last rows are the test part. */
import { gunzipSync } from 'node:zlib';
import type { DatasetFacts } from '#shared/domain/datasets';
import { DataFormatError } from '#shared/errors';
import type { Rows } from './dataset';

const pixels = 64;
const largestPixel = 16;

/**
 * Parses the file; pixels are divided by 16.
 * @throws DataFormatError naming the row and the rule when anything is not as the format says
 */
export function parseDigits(bytes: Uint8Array, facts: DatasetFacts): Rows {
  const rows = unzip(bytes).trimEnd().split('\n');
  const expected = facts.trainCount + facts.testCount;
  if (rows.length !== expected)
    throw new DataFormatError(
      `digits: must have ${expected} rows, got ${rows.length}; reinstall Phasescape`,
    );
  const inputs = new Float32Array(expected * pixels);
  const labels = new Int32Array(expected);
  for (const [r, row] of rows.entries()) {
    const numbers = row.split(',').map(Number);
    const label = numbers[pixels];
    if (
      numbers.length !== pixels + 1 ||
      label === undefined ||
      !isWholeIn(label, facts.classes - 1)
    ) {
      throw new DataFormatError(
        `digits row ${r + 1}: must be 64 pixels and a label 0..9, got ${JSON.stringify(row.slice(0, 60))}; reinstall Phasescape`,
      );
    }
    for (let i = 0; i < pixels; i++) {
      const pixel = numbers[i] as number;
      if (!isWholeIn(pixel, largestPixel))
        throw new DataFormatError(
          `digits row ${r + 1}: pixels must be whole numbers 0..16, got ${pixel}; reinstall Phasescape`,
        );
      inputs[r * pixels + i] = pixel / largestPixel;
    }
    labels[r] = label;
  }
  return { inputs, labels };
}

function unzip(bytes: Uint8Array): string {
  try {
    // 1 MB is four times the true size: a damaged header cannot ask for more.
    return gunzipSync(bytes, { maxOutputLength: 1_000_000 }).toString('ascii');
  } catch (cause) {
    throw new DataFormatError(
      'digits: must be a gzip file, got bytes that do not unpack; reinstall Phasescape',
      { cause },
    );
  }
}

function isWholeIn(value: number, most: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= most;
}
