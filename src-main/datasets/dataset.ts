/** Data sets in memory: samples as float32 rows, labels as class indices. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtInDatasets, type DatasetFacts } from '#shared/domain/datasets';
import { PhasescapeError } from '#shared/errors';
import { parseDigits } from './digits';

export interface Samples {
  /** [count, inputs], row-major. */
  readonly inputs: Float32Array;
  /** [count], 0-based classes. */
  readonly labels: Int32Array;
  readonly count: number;
}

export interface Dataset {
  readonly facts: DatasetFacts;
  readonly train: Samples;
  readonly test: Samples;
}

/** The file of each data set under the resources folder. */
const files: Readonly<Record<string, string>> = { digits: 'digits.csv.gz' };

function readDatasetFile(
  name: string,
  resourcesFolder: string,
): { facts: DatasetFacts; bytes: Buffer } {
  const facts = builtInDatasets.find((d) => d.name === name);
  const file = files[name];
  if (!facts || file === undefined) {
    throw new PhasescapeError(
      'not-found',
      `dataset.name: must be a known data set, got ${JSON.stringify(name)}; use one of: ${Object.keys(files).join(', ')}`,
    );
  }
  const path = join(resourcesFolder, 'datasets', file);
  try {
    return { facts, bytes: readFileSync(path) };
  } catch (cause) {
    throw new PhasescapeError(
      'environment',
      `${path}: the data set must be readable, got ${cause instanceof Error ? cause.message : String(cause)}; reinstall Phasescape`,
      { cause },
    );
  }
}

/**
 * SHA-256 of a data set's file: enters the identity of every task that reads it.
 * @throws PhasescapeError `not-found` for an unknown name, `environment` when the file cannot be read
 */
export function datasetDigest(name: string, resourcesFolder: string): string {
  return createHash('sha256').update(readDatasetFile(name, resourcesFolder).bytes).digest('hex');
}

/**
 * Loads a data set.
 * @throws PhasescapeError as `datasetDigest`
 * @throws DataFormatError when the file is damaged
 */
export function openDataset(name: string, resourcesFolder: string): Dataset {
  const { facts, bytes } = readDatasetFile(name, resourcesFolder);
  const { train, test } = parseDigits(bytes, facts);
  return { facts, train, test };
}
