/** What an archive of a project says of itself: its experiments, how many rows of which SHA-256, and its files. */
import { tableSourceSchema } from '#shared/contract/table-views';
import { savedViewSchema, thresholdsSchema } from '#shared/contract/views';
import { checkSpec } from '#shared/domain/check-spec';
import type { DatasetFacts } from '#shared/domain/datasets';
import { experimentStates } from '#shared/domain/results';
import { specSchema } from '#shared/domain/spec';
import { DataFormatError } from '#shared/errors';
import { showValue } from '#shared/show-value';
import { z } from 'zod';
import { archivedTables } from '../store/archived-rows';

export const archiveFormat = 'phasescape-archive';
/** Raised when older programs could not read it any more. */
export const archiveVersion = 1;
export const manifestName = 'phasescape-archive.json';
export const rowsName = (table: string): string => `rows/${table}.jsonl`;
export const fileName = (hash: string): string => `artifacts/${hash}`;

/** More is no project that this program could run. */
export const archiveLimits = {
  mostEntries: 2_000_000,
  mostListBytes: 512 * 2 ** 20,
  mostManifestBytes: 256 * 2 ** 20,
  mostRowBytes: 128 * 2 ** 20,
} as const;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const text = z.string().max(1000);
const count = z.number().int().min(0);
const scalar = z.union([z.number(), z.string().max(1000), z.boolean()]);

const experiment = z.strictObject({
  id: text,
  name: text,
  spec: specSchema,
  additions: z.array(
    z.strictObject({
      metric: z.looseObject({ name: text }),
      cells: z.array(count).nullable(),
      addedAt: text,
    }),
  ),
  engine: text,
  thresholds: thresholdsSchema,
  state: z.enum(experimentStates),
  createdAt: text,
  activeMs: z.number().min(0),
});

const table = z.strictObject({
  id: text,
  name: text,
  source: tableSourceSchema,
  axes: z.strictObject({ loads: z.array(scalar), temperatures: z.array(scalar) }),
  thresholds: thresholdsSchema,
  createdAt: text,
});

const row = z.strictObject({
  load: scalar,
  temperature: scalar,
  n: z.number().nullable(),
  metrics: z.record(
    z.string(),
    z.strictObject({
      mean: z.number(),
      sd: z.number().nullable(),
      n: z.number().nullable(),
    }),
  ),
});

export const manifestSchema = z.strictObject({
  format: z.literal(archiveFormat),
  archiveVersion: z.literal(archiveVersion),
  /** Of the program that made it. */
  version: text,
  experiments: z.array(z.strictObject({ experiment, views: z.array(savedViewSchema) })),
  tables: z.array(z.strictObject({ table, rows: z.array(row), views: z.array(savedViewSchema) })),
  rows: z.strictObject(
    Object.fromEntries(
      archivedTables.map((name) => [name, z.strictObject({ count, sha256 })] as const),
    ) as Record<
      (typeof archivedTables)[number],
      z.ZodObject<{ count: typeof count; sha256: typeof sha256 }>
    >,
  ),
  artifacts: z.array(z.strictObject({ hash: sha256, sizeBytes: count })),
});
export type ArchiveManifest = z.output<typeof manifestSchema>;

/**
 * Reads a manifest. @param datasets - that exist here; specs about others are taken, since their results need no data
 * @throws DataFormatError for anything that this program would not have written
 */
export function readManifest(
  place: string,
  json: string,
  datasets: readonly DatasetFacts[],
): ArchiveManifest {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new DataFormatError(
      `${place}: must say what it holds, got no JSON; export the project again`,
      { cause },
    );
  }
  const { format, archiveVersion: found } = (value ?? {}) as Record<string, unknown>;
  if (format === archiveFormat && typeof found === 'number' && found > archiveVersion)
    throw new DataFormatError(
      `${place}: must be of version ${archiveVersion} or older, got ${found}; use the version of the program that made it`,
    );
  const read = manifestSchema.safeParse(value);
  if (!read.success) {
    const [issue] = read.error.issues;
    throw new DataFormatError(
      `${place}, ${showValue(issue?.path.join('.') ?? '')}: must be what an export writes, got ${showValue(issue?.message)}; export the project again`,
    );
  }
  for (const { experiment: one } of read.data.experiments) {
    const check = checkSpec(one.spec, datasets);
    const problem = check.ok
      ? null
      : check.problems.find(({ path }) => !path.startsWith('dataset'));
    if (problem)
      throw new DataFormatError(
        `${place}, spec of ${showValue(one.name)}, ${problem.path}: ${problem.rule}, got ${problem.got}; export the project again`,
      );
  }
  return read.data;
}
