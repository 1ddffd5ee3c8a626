/** Reads the `.json` beside a figure back into the settings that draw it again. */
import { z } from 'zod';
import { formatProblem } from '../domain/spec-problem';
import { problemsOfIssues } from '../domain/spec-issues';
import {
  mostFigureFileCharacters,
  provenanceVersion,
  type FigureSettings,
} from '../domain/figure-settings';
import { scalarSchema } from '../domain/spec';
import { DataFormatError, PhasescapeError } from '../errors';
import { showValue } from '../show-value';
import { figureSettingsSchema } from './figure-views';
import { newThresholdsSchema } from './views';

export interface FigureFile {
  /** Name of the experiment that it is of. */
  readonly experiment: string;
  /** All that was drawn, its thresholds too. */
  readonly settings: FigureSettings;
  /** The scalars that were drawn, in their order. */
  readonly metrics: readonly string[];
  /** What was run, not checked; null for imported results. */
  readonly spec: unknown;
  /** Of the bytes of the imported table; null for results of a spec. */
  readonly tableSha256: string | null;
}

const fileSchema = z.object({
  experiment: z.string(),
  figure: figureSettingsSchema
    .extend({
      metrics: z.array(z.string()).readonly(),
      slices: z.array(z.object({ path: z.string(), value: scalarSchema })),
    })
    .omit({ thresholds: true }),
  thresholds: newThresholdsSchema,
  spec: z.record(z.string(), z.unknown()).nullable(),
  imported: z.object({ sha256: z.string() }).exactOptional(),
});

/**
 * The settings of a figure from its `.json`.
 *
 * @throws DataFormatError for a text that is no such file, or a damaged one, with every problem; PhasescapeError `store-newer` for one that
 *   a newer version wrote
 */
export function readFigureFile(text: string): FigureFile {
  const document = parse(text);
  const version: unknown =
    document !== null && typeof document === 'object' && 'provenanceVersion' in document
      ? document.provenanceVersion
      : undefined;
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1)
    throw new DataFormatError(
      `figure file: must be the .json that was written beside a figure, got ${version === undefined ? 'no provenanceVersion' : `provenanceVersion ${showValue(version)}`}; choose that file`,
    );
  if (version > provenanceVersion)
    throw new PhasescapeError(
      'store-newer',
      `figure file: layout must be ${provenanceVersion} or older, got ${version} of a newer version of this program; open it with that version`,
    );
  const parsed = fileSchema.safeParse(document);
  if (!parsed.success) {
    const problems = problemsOfIssues(parsed.error.issues, document).map(formatProblem);
    throw new DataFormatError(
      `figure file: must be as it was written, got damage: ${problems.join('; ')}; use the file as it was written`,
      { details: problems },
    );
  }
  const { experiment, figure, thresholds, spec, imported } = parsed.data;
  const { metrics, slices: _told, ...settings } = figure;
  return {
    experiment,
    settings: { ...settings, thresholds },
    metrics,
    spec,
    tableSha256: imported?.sha256 ?? null,
  };
}

function parse(text: string): unknown {
  if (text.length > mostFigureFileCharacters)
    throw new DataFormatError(
      `figure file: must be at most ${mostFigureFileCharacters} characters, got ${text.length}; choose the .json of a figure`,
    );
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message.slice(0, 200) : String(error);
    throw new DataFormatError(
      `figure file: must be JSON, got a text that is not (${reason}); choose the .json beside a figure`,
      { cause: error },
    );
  }
}
