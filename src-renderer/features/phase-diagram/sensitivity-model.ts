/** What the sensitivity view draws: cells per phase along each threshold, and how firmly each cell has its phase. Pure. */
import type { Diagram } from '#shared/domain/diagram';
import type { DiagramPanel, PanelCell } from '#shared/domain/diagram-panel';
import {
  decidingThresholds,
  phaseRobustness,
  phasesAlong,
  plausibleRange,
  plausibleValues,
  widened,
  type CellRobustness,
} from '#shared/domain/phase-sensitivity';
import { phaseNames, type PhaseThresholds } from '#shared/domain/phases';
import type { CellResult, CellsResult } from '#shared/domain/results';
import type { PhaseLines } from '../../charts/phase-lines-chart';
import { formatNumber } from '../../charts/number-format';
import { sliderSteps, sliderValue, thresholdSliders } from './threshold-scale';

/** Values along each threshold: as fine as a line of a few hundred pixels shows. */
const valuesPerLine = 161;

/** How wide the plausible range is, by its name in the address. */
export const spreads = { half: 0.5, usual: 1, twice: 2 } as const;
export type Spread = keyof typeof spreads;

/** The lines of the three thresholds that decide, over the range of their sliders, the present value among the values. */
export function phaseLines(
  results: CellsResult,
  cells: readonly (CellResult | null)[],
  thresholds: PhaseThresholds,
): readonly PhaseLines[] {
  return thresholdSliders(results, thresholds).map((slider) => {
    const present = thresholds[slider.name];
    const steps = Array.from({ length: valuesPerLine }, (_, i) =>
      sliderValue(slider, (i * sliderSteps) / (valuesPerLine - 1)),
    );
    const values = [...new Set([...steps, present])].sort((a, b) => a - b);
    const unit = slider.unit === '' ? '' : ` (${slider.unit})`;
    return {
      values,
      counts: phasesAlong(cells, thresholds, { name: slider.name, values }),
      scale: slider.scale,
      present,
      title: `${slider.title}${unit}`,
    };
  });
}

/** The robustness of every cell in the order of the diagram's cells. */
export function robustnessOf(
  { cells, thresholds }: Pick<Diagram, 'cells' | 'thresholds'>,
  spread: Spread,
): readonly CellRobustness[] {
  const range = widened(plausibleRange, spreads[spread]);
  return phaseRobustness(
    cells.map(({ result }) => result),
    thresholds,
    range,
  );
}

/** `train loss 0.05 to 0.2, connectivity −2 to 0 pp, CKA 0.5 to 0.7`. */
export function plausibleText(thresholds: PhaseThresholds, spread: Spread): string {
  const range = widened(plausibleRange, spreads[spread]);
  const names = {
    trainLoss: ['train loss', ''],
    logTrace: ['ln trace', ''],
    modeConnectivity: ['mode connectivity', ' pp'],
    cka: ['CKA', ''],
  } as const;
  return decidingThresholds(thresholds)
    .map((name) => {
      const values = plausibleValues(name, thresholds, range);
      const [title, unit] = names[name];
      return `${title} ${formatNumber(values[0])} to ${formatNumber(values.at(-1))}${unit}`;
    })
    .join(', ');
}

/** The map of robustness: the share of settings as a panel; cells without a phase to keep are missing. */
export function robustnessPanel(robustness: readonly CellRobustness[]): DiagramPanel {
  const cells = robustness.map(({ share }): PanelCell => ({
    value: share,
    error: null,
    t: share,
    state: share === null ? 'missing' : 'present',
    reason: share === null ? 'undecided: no phase to keep' : null,
    mean: share,
    sd: null,
    quartiles: null,
    n: 0,
    over: null,
  }));
  const definition =
    'Share of the plausible settings of the thresholds that give the cell the phase it has now.';
  return {
    scalar: {
      name: 'robustness',
      title: 'Robustness',
      unit: '',
      over: 'run',
      metric: 'phases',
      scale: 'linear',
      colour: 'sequential',
      definition,
    },
    statistic: 'mean',
    title: 'Robustness of the phases',
    unit: '',
    scale: 'linear',
    colourMap: 'cividis',
    reversed: false,
    range: [0, 1],
    cells,
  };
}

/** `III in 82%, IV-A in 11%, undecided in 7% of the settings`. */
export function sharesText({ shares }: CellRobustness): string {
  const parts = phaseNames
    .filter((phase) => shares[phase] >= 0.0005)
    .sort((a, b) => shares[b] - shares[a])
    .map((phase) => `${phase} in ${percent(shares[phase])}`);
  return `${parts.join(', ')} of the settings`;
}

/** `82%`; never 100% or 0% of what is not all or none. */
export function percent(share: number): string {
  const rounded = Math.round(100 * share);
  if (rounded === 100 && share < 1 - 1e-9) return '>99%';
  return rounded === 0 && share > 1e-9 ? '<1%' : `${rounded}%`;
}

export interface RobustnessSummary {
  /** Cells with a phase. */
  readonly decided: number;
  /** Of these, those that keep it in every setting, and in nine of ten or more. */
  readonly always: number;
  readonly mostly: number;
  /** Undecided because a deciding number is within one standard error of its threshold. */
  readonly close: number;
  /** No threshold can decide these. */
  readonly withoutNumbers: number;
}

/** The map in a few counts. */
export function summariseRobustness(cells: readonly CellRobustness[]): RobustnessSummary {
  const shares = cells.flatMap(({ share }) => share ?? []);
  return {
    decided: shares.length,
    always: shares.filter((share) => share > 1 - 1e-9).length,
    mostly: shares.filter((share) => share >= 0.9).length,
    close: cells.filter(({ close }) => close.length > 0).length,
    withoutNumbers: cells.filter(({ isWithoutNumbers }) => isWithoutNumbers).length,
  };
}
