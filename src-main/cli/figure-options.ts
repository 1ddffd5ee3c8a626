/** The options of `phasescape figure`: what is drawn, how, and on which page. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { whole } from './option-parsers';
import { sequentialMaps } from '#shared/domain/colour-maps';
import type { FixedRange } from '#shared/domain/diagram-panel';
import { diagramStatistics, type DiagramStatistic } from '#shared/domain/diagram-statistic';
import { figureFonts, letterForms, pageLimits, type FigurePage } from '#shared/domain/figure-page';
import { figureKinds, type FigureKind } from '#shared/domain/figure-settings';
import { figureWidths, findWidth, parseLength } from '#shared/domain/figure-widths';
import { findScalar } from '#shared/domain/scalars';
import type { PhaseThresholds } from '#shared/domain/phases';
import type { Scalar } from '#shared/domain/spec';
import type { SliceDirection } from '#shared/domain/slice-choice';

/** As commander gives them; the program checks what they mean together. */
export interface FigureOptions {
  readonly project: string;
  readonly experiment?: string;
  readonly kind?: FigureKind;
  /** Every figure of the experiment, into the folder that `out` names. */
  readonly all?: true;
  readonly format: 'svg' | 'pdf' | 'png';
  /** A figure's `.json` to draw again. */
  readonly from?: string;
  readonly metric?: string;
  readonly across?: string;
  readonly panels?: readonly string[];
  readonly statistic?: DiagramStatistic;
  /** Fixed colour ranges. */
  readonly range?: Readonly<Record<string, FixedRange>>;
  readonly held?: Readonly<Record<string, Scalar>>;
  readonly along?: SliceDirection;
  readonly training?: true;
  readonly asError?: true;
  /** False where they are left out. */
  readonly errorBars: boolean;
  readonly threshold?: Partial<PhaseThresholds>;
  readonly width?: number;
  readonly height?: number;
  readonly fontSize?: number;
  readonly font?: FigurePage['font'];
  readonly lineWeight?: number;
  readonly title?: string;
  /** False where it is left out. */
  readonly caption: boolean;
  readonly letters?: FigurePage['letters'];
  readonly colourMap?: FigurePage['colourMap'];
  readonly dpi?: number;
  readonly out: string;
}

/** Adds every option but project and experiment. */
export function addFigureOptions(command: Command): Command {
  return figureOptions().reduce((built, option) => built.addOption(option), command);
}

function figureOptions(): readonly Option[] {
  return [
    new Option('--kind <kind>', 'what to draw').choices(figureKinds),
    new Option('--from <file>', "a figure's .json: the same figure of the results there are now"),
    new Option('--all', 'every figure that there are numbers for, into the folder --out'),
    new Option('--format <format>', 'of the pictures of --all')
      .choices(['svg', 'pdf', 'png'])
      .default('svg'),
    new Option('--metric <name>', 'scalar of a heatmap or slice, or upwards in a scatter'),
    new Option('--across <name>', 'scalar to the right in a scatter'),
    new Option(
      '--panels <names>',
      'scalars of a phase diagram, the large one first, or of slices: a,b',
    ).argParser(names),
    new Option('--statistic <name>', 'what to draw of each cell (default: mean)').choices(
      diagramStatistics,
    ),
    new Option(
      '--range <name=low:high>',
      'ends of a colour range as it is drawn; an empty one is that of the data',
    ).argParser(colourRange),
    new Option('--held <path=value>', 'where an axis that is not drawn is held').argParser(heldAt),
    new Option('--along <axis>', 'axis that slices run along').choices([...directions]),
    new Option('--training', 'slices: the same number over the training samples, dashed'),
    new Option('--as-error', 'slices: accuracies as errors in percent'),
    new Option('--no-error-bars', 'scatter: without error bars'),
    new Option(
      '--threshold <name=value>',
      'a threshold in place of the stored one: trainLoss, logTrace, modeConnectivity, cka, or flatBy',
    ).argParser(threshold),
    new Option(
      '--width <length>',
      `85mm, 3.25in, or a venue: ${figureWidths.map(({ name }) => name).join(', ')}`,
    ).argParser(width),
    new Option('--height <length>', '60mm, 2.5in (default: as needed)').argParser((text) =>
      length(text, pageLimits.heightMm),
    ),
    new Option('--font-size <points>', 'of ordinary text; nothing is smaller').argParser((text) =>
      within(text, pageLimits.fontSize, 'points'),
    ),
    new Option('--font <family>', 'sans: Arimo, as Arial; serif: Tinos, as Times').choices(
      figureFonts,
    ),
    new Option('--line-weight <factor>', 'on the width of every line').argParser((text) =>
      within(text, pageLimits.lineWeight, 'times the usual'),
    ),
    new Option('--title <text>', 'printed above the drawing').argParser(title),
    new Option('--no-caption', 'without the words below'),
    new Option('--letters <form>', 'how panels are lettered').choices(letterForms),
    new Option('--colour-map <name>', 'of values from little to much').choices(sequentialMaps),
    new Option('--dpi <count>', 'dots per inch of a PNG').argParser(
      whole(pageLimits.dpi.least, pageLimits.dpi.most),
    ),
  ];
}

const directions = ['x', 'y', 'both'] as const satisfies readonly SliceDirection[];

/** `a,b`; whether these are scalars is for the figure to say. */
function names(text: string): readonly string[] {
  return text.split(',').map((name) => name.trim());
}

/** `testAccuracy=0.55:0.91`, several times; an end may be left to the data. */
function colourRange(
  text: string,
  before: Readonly<Record<string, FixedRange>> = {},
): Readonly<Record<string, FixedRange>> {
  const [, name = '', low = '', high = ''] = /^(\w+)=([^:]*):([^:]*)$/.exec(text) ?? [];
  const end = (words: string) => (words.trim() === '' ? null : Number(words));
  const [least, most] = [end(low), end(high)];
  const isWrong = [least, most].some((e) => e !== null && !Number.isFinite(e)) || least === most;
  const isReversed = least !== null && most !== null && least >= most;
  if (!findScalar(name) || isWrong || isReversed)
    throw new InvalidArgumentError('must be SCALAR=LOW:HIGH, as testAccuracy=0.55:0.91.');
  return { ...before, [name]: [least, most] };
}

/** `dataset.labelNoise=0.1`, several times. */
function heldAt(
  text: string,
  before: Readonly<Record<string, Scalar>> = {},
): Readonly<Record<string, Scalar>> {
  const [, path = '', value = ''] = /^([\w.]+)=(.+)$/.exec(text) ?? [];
  if (path === '') throw new InvalidArgumentError('must be PATH=VALUE, as dataset.labelNoise=0.1.');
  return { ...before, [path]: scalarValue(value) };
}

function scalarValue(text: string): Scalar {
  if (text === 'true' || text === 'false') return text === 'true';
  const number = Number(text);
  return text.trim() !== '' && Number.isFinite(number) ? number : text;
}

const flatBy = ['trainLoss', 'logTrace'] as const satisfies readonly PhaseThresholds['flatBy'][];
const thresholdNames = ['trainLoss', 'logTrace', 'modeConnectivity', 'cka'] as const;

/** `trainLoss=0.05` or `flatBy=logTrace`, several times. */
function threshold(text: string, before: Partial<PhaseThresholds> = {}): Partial<PhaseThresholds> {
  const [, name = '', value = ''] = /^(\w+)=(.+)$/.exec(text) ?? [];
  const rule = flatBy.find((each) => name === 'flatBy' && each === value);
  if (rule) return { ...before, flatBy: rule };
  const known = thresholdNames.find((each) => each === name);
  const number = Number(value);
  if (known && value.trim() !== '' && Number.isFinite(number))
    return { ...before, [known]: number };
  throw new InvalidArgumentError(
    `must be NAME=NUMBER of ${thresholdNames.join(', ')}, or flatBy=${flatBy.join(' or ')}.`,
  );
}

function width(text: string): number {
  const venue = findWidth(text.trim());
  return venue ? venue.widthMm : length(text, pageLimits.widthMm);
}

function length(text: string, { least, most }: { least: number; most: number }): number {
  const millimetres = parseLength(text);
  if (millimetres !== null && millimetres >= least && millimetres <= most) return millimetres;
  throw new InvalidArgumentError(
    `must be a length from ${least} to ${most} mm with its unit (mm, cm, in)${text.includes('-') ? ', or the name of a venue' : ''}.`,
  );
}

function within(text: string, { least, most }: { least: number; most: number }, unit: string) {
  const value = Number(text);
  if (text.trim() !== '' && value >= least && value <= most) return value;
  throw new InvalidArgumentError(`must be a number from ${least} to ${most} ${unit}.`);
}

function title(text: string): string {
  if (text.length <= 300) return text;
  throw new InvalidArgumentError(`must be at most 300 characters, got ${text.length}.`);
}
