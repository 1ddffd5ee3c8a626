/** `phasescape figure`: a figure of an experiment into files. */
import { figureSettingsSchema } from '#shared/contract/figure-views';
import type { FigurePage } from '#shared/domain/figure-page';
import type { FigureKind, FigureLines, FigureSettings } from '#shared/domain/figure-settings';
import { problemsOfIssues } from '#shared/domain/spec-issues';
import { formatProblem } from '#shared/domain/spec-problem';
import { PhasescapeError } from '#shared/errors';
import { writeEveryFigure } from '../workbench/every-figure';
import { openFigureFile, readFigureText } from '../workbench/figure-file';
import { storedThresholds, writeExperimentFigure } from '../workbench/render-figure';
import { Workbench } from '../workbench';
import type { FigureOptions } from './figure-options';
import { exitCodes, print, say, type ExitCode } from './outcome';
import { findExperiment } from './results-command';

/**
 * Writes a figure with its data beside it and prints the paths; what to know of its page goes to the other stream.
 * @throws PhasescapeError for bad input or an unwritable place
 */
export async function figureCommand(options: FigureOptions): Promise<ExitCode> {
  const problems = problemsOf(options);
  if (problems.length > 0)
    throw new PhasescapeError('invalid-input', `figure: ${problems.join('; ')}`);
  const file = options.from === undefined ? null : await readFigureText(options.from);
  await using workbench = Workbench.open({ folder: options.project, readOnly: true });
  const named =
    options.experiment === undefined ? undefined : findExperiment(workbench, options.experiment);
  const opened = file === null ? null : openFigureFile(workbench.desk, file, named);
  const experimentId = opened?.experimentId ?? named ?? '';
  if (options.all) return await everyFigureCommand(workbench, experimentId, options);
  const settings = mergedSettings(opened?.settings ?? { kind: options.kind as FigureKind }, {
    options,
    stored: storedThresholds(workbench.desk, experimentId),
  });
  const { paths, notes } = await writeExperimentFigure(
    workbench.desk,
    { ...settings, experimentId, version: workbench.version },
    { file: options.out, resourcesFolder: workbench.resourcesFolder },
  );
  for (const note of notes) say(`note: ${note}`);
  await print(paths.join('\n'));
  return exitCodes.done;
}

async function everyFigureCommand(
  workbench: Workbench,
  experimentId: string,
  options: FigureOptions,
): Promise<ExitCode> {
  const stored = storedThresholds(workbench.desk, experimentId);
  const { page, thresholds } = mergedSettings({ kind: 'phase-diagram' }, { options, stored });
  const paths = await writeEveryFigure(
    workbench.desk,
    { ...given({ page, thresholds }), experimentId, version: workbench.version },
    { folder: options.out, format: options.format, resourcesFolder: workbench.resourcesFolder },
  );
  await print(paths.join('\n'));
  return exitCodes.done;
}

/** What all figures of an experiment cannot share, by option. */
const ownOfOne = {
  kind: '--kind',
  from: '--from',
  metric: '--metric',
  across: '--across',
  panels: '--panels',
  statistic: '--statistic',
  range: '--range',
  held: '--held',
  along: '--along',
  training: '--training',
  asError: '--as-error',
} as const satisfies Partial<Record<keyof FigureOptions, string>>;

function problemsOfAll(options: FigureOptions): readonly string[] {
  const surplus = Object.entries(ownOfOne).flatMap(([name, option]) =>
    options[name as keyof typeof ownOfOne] === undefined
      ? []
      : [`${option} must be left out with --all, which draws every kind; drop one`],
  );
  return options.experiment === undefined
    ? [...surplus, '--experiment must be given with --all; add it']
    : surplus;
}

/** What only some kinds of figures take. */
const takenBy: Readonly<Record<string, readonly FigureKind[]>> = {
  metric: ['heatmap', 'slice', 'connectivity-sharpness'],
  across: ['connectivity-sharpness'],
  panels: ['phase-diagram', 'slice'],
  along: ['slice'],
  training: ['slice'],
  asError: ['slice'],
};

/** What is wrong with the options together, all of it. */
function problemsOf(options: FigureOptions): readonly string[] {
  const { all, from, kind, experiment, metric, panels } = options;
  if (all) return problemsOfAll(options);
  if (from !== undefined)
    return kind === undefined
      ? []
      : ['--kind must be left out with --from, which says it; drop one'];
  const missing = [
    ...(experiment === undefined ? ['--experiment'] : []),
    ...(kind === undefined ? ['--kind'] : []),
  ].map((name) => `${name} must be given, or --from with the .json of a figure; add it`);
  const surplus = Object.entries(takenBy).flatMap(([name, kinds]) =>
    kind === undefined || options[name as keyof FigureOptions] === undefined || kinds.includes(kind)
      ? []
      : [
          `a ${kind} must be without ${optionNames[name] ?? `a ${name}`}, got ${JSON.stringify(options[name as keyof FigureOptions])}; leave it out, or draw a ${kinds.join(' or ')}`,
        ],
  );
  const both =
    metric !== undefined && panels !== undefined && kind === 'slice'
      ? ['slices must have a metric or panels, got both; leave one out']
      : [];
  return [...missing, ...surplus, ...both];
}

const optionNames: Readonly<Record<string, string>> = {
  across: '--across',
  panels: '--panels',
  along: '--along',
  training: '--training',
  asError: '--as-error',
};

/** The settings with all that the options say in their place. @throws PhasescapeError with every problem */
function mergedSettings(
  { page, lines, held, ranges, ...settings }: FigureSettings,
  {
    options,
    stored,
  }: {
    readonly options: FigureOptions;
    readonly stored: NonNullable<FigureSettings['thresholds']>;
  },
): FigureSettings {
  const { metric, across, panels, statistic, range, threshold, errorBars } = options;
  const merged = {
    ...settings,
    ...given({ metric, across, panels, statistic }),
    ...(errorBars ? {} : { errorBars }),
    ...(threshold
      ? { thresholds: { ...(settings.thresholds ?? stored), ...threshold } }
      : given({ thresholds: settings.thresholds })),
    ...filled('ranges', { ...ranges, ...range }),
    ...filled('held', { ...held, ...options.held }),
    ...filled('lines', { ...lines, ...linesOf(options) }),
    ...filled('page', { ...page, ...pageOf(options) }),
  };
  const parsed = figureSettingsSchema.safeParse(merged);
  if (parsed.success) return parsed.data;
  const problems = problemsOfIssues(parsed.error.issues, merged).map(formatProblem);
  throw new PhasescapeError('invalid-input', `figure: ${problems.join('; ')}`);
}

function linesOf({ along, training, asError }: FigureOptions): FigureLines {
  return given({ along, training, asError });
}

function pageOf(options: FigureOptions): FigurePage {
  const { width, height, fontSize, font, lineWeight, title, letters, colourMap, dpi } = options;
  return {
    ...given({ width, height, fontSize, font, lineWeight, title, letters, colourMap, dpi }),
    ...(options.caption ? {} : { caption: false }),
  };
}

/** The settings that are there. */
function given<T extends object>(settings: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(
    Object.entries(settings).filter(([, value]) => value !== undefined),
  ) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

/** A group under its name; nothing for an empty one. */
function filled(name: string, group: object): object {
  return Object.keys(group).length === 0 ? {} : { [name]: group };
}
