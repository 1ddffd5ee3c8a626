/** `phasescape import dataset`: makes files on disk a data set that specs can name. */
import { describeSample } from '#shared/domain/datasets';
import type { FileKind, NormalisationKind } from '#shared/domain/dataset-files';
import { escapeText } from '#shared/show-value';
import { importDataset } from '../workbench/datasets';
import { exitCodes, print, type ExitCode } from './outcome';

export interface ImportDatasetOptions {
  readonly name: string;
  readonly title?: string;
  readonly kind?: FileKind;
  readonly test?: string;
  readonly testFraction?: number;
  readonly labels?: string;
  readonly label?: string;
  readonly normalise?: NormalisationKind;
  readonly json?: boolean;
}

/** Reads, checks and registers a data set and prints what it is. @throws PhasescapeError for bad files or an unusable registry */
export async function importDatasetCommand(
  path: string,
  options: ImportDatasetOptions,
): Promise<ExitCode> {
  const { name, title, normalise, json, ...source } = options;
  const { manifest, summary } = importDataset(
    { path, ...source },
    {
      name,
      ...(title === undefined ? {} : { title }),
      ...(normalise === undefined ? {} : { normalisation: normalise }),
    },
  );
  if (json === true) {
    await print(
      JSON.stringify({
        ...manifest,
        trainClassCounts: summary.trainCounts,
        testClassCounts: summary.testCounts,
      }),
    );
    return exitCodes.done;
  }
  const { sample, inputs, trainCount, testCount, kind, digest, normalisation } = manifest;
  await print(
    [
      `${name}: ${describeSample(sample, inputs)}, ${trainCount} training and ${testCount} test samples, read as ${kind}`,
      `SHA-256 ${digest}`,
      `normalisation ${normalisation.kind}${describeNumbers(normalisation)}`,
      ...summary.trainCounts.map((count, label) => {
        const className = summary.classNames?.[label];
        return `class ${label}${className === undefined ? '' : ` ${escapeText(className)}`}: ${count} training, ${summary.testCounts[label] ?? 0} test`;
      }),
    ].join('\n'),
  );
  return exitCodes.done;
}

/** The numbers of a few channels; those of many features are in the JSON. */
function describeNumbers({ offset, divisor }: { offset: number[]; divisor: number[] }): string {
  if (offset.length > 4) return '';
  const list = (values: readonly number[]) => values.map((v) => Number(v.toPrecision(5))).join(' ');
  return `: minus ${list(offset)}, divided by ${list(divisor)}`;
}
