/** Sliders for the thresholds: their ends from the data, their steps round, small losses as easy to reach as large ones. */
import type { CellsResult } from '#shared/domain/results';
import { hasProblemResults } from '#shared/domain/problem-scalars';
import type { PhaseThresholds, ThresholdName } from '#shared/domain/phases';

export interface ThresholdSlider {
  readonly name: ThresholdName;
  /** `Flat: train loss below`. */
  readonly title: string;
  readonly unit: string;
  readonly help: string;
  readonly scale: 'linear' | 'log';
  readonly least: number;
  readonly most: number;
}

/** Positions of a slider: 0..this. */
export const sliderSteps = 400;

/** The sliders that decide now: three, the first by what decides flatness. */
export function thresholdSliders(
  results: CellsResult | null,
  thresholds: PhaseThresholds,
): readonly ThresholdSlider[] {
  const means = (name: string) =>
    (results?.cells ?? []).flatMap((c) => {
      const mean = c.metrics[name]?.mean;
      return mean === undefined || mean === null || !Number.isFinite(mean) ? [] : [mean];
    });
  const logs = means('hessianTrace')
    .filter((v) => v > 0)
    .map(Math.log);
  const losses = [...means('trainLoss'), thresholds.trainLoss];
  // Energies of problems may be negative.
  const lossScale = losses.some((v) => v <= 0) ? 'linear' : 'log';
  const flat: ThresholdSlider =
    thresholds.flatBy === 'trainLoss'
      ? {
          name: 'trainLoss',
          title: 'Flat: train loss below',
          unit: hasProblemResults(results?.cells ?? []) ? '' : 'nats',
          help: 'A cell is flat when its mean train loss is below this, else sharp.',
          scale: lossScale,
          ...span(lossScale === 'log' ? [...losses, 0.01, 1] : [...losses, 1], lossScale),
        }
      : {
          name: 'logTrace',
          title: 'Flat: ln Hessian trace below',
          unit: '',
          help: 'A cell is flat when the natural log of its mean Hessian trace is below this, else sharp.',
          scale: 'linear',
          ...span([...logs, thresholds.logTrace, 0], 'linear'),
        };
  return [
    flat,
    {
      name: 'modeConnectivity',
      title: 'Poor: connectivity below',
      unit: 'pp',
      help: 'A cell is poorly connected when its mean mode connectivity, in percentage points, is below this.',
      scale: 'linear',
      ...span([...means('modeConnectivity'), thresholds.modeConnectivity, -5, 1], 'linear'),
    },
    {
      name: 'cka',
      title: 'IV-B: CKA at least',
      unit: '',
      help: 'A flat and well connected cell is IV-B when its mean CKA is at or above this, else IV-A.',
      scale: 'linear',
      least: 0,
      most: 1,
    },
  ];
}

function span(values: readonly number[], scale: 'linear' | 'log') {
  const least = Math.min(...values);
  const most = Math.max(...values);
  return scale === 'log'
    ? { least: 10 ** Math.floor(Math.log10(least)), most: 10 ** Math.ceil(Math.log10(most)) }
    : { least: Math.floor(least), most: Math.ceil(most) };
}

/** Where a threshold stands on its slider, 0..`sliderSteps`, whole. */
export function sliderPosition(slider: ThresholdSlider, value: number): number {
  const { least, most, scale } = slider;
  const u =
    scale === 'log'
      ? Math.log(Math.max(value, least) / least) / Math.log(most / least)
      : (value - least) / (most - least);
  return Math.round(sliderSteps * Math.min(1, Math.max(0, u)));
}

/** The threshold at a place of its slider, rounded to what the place tells apart. */
export function sliderValue(slider: ThresholdSlider, position: number): number {
  const { least, most, scale } = slider;
  const u = position / sliderSteps;
  if (scale === 'log') return Number((least * (most / least) ** u).toPrecision(2));
  const step = 10 ** Math.floor(Math.log10((most - least) / sliderSteps));
  return Number((Math.round((least + u * (most - least)) / step) * step).toPrecision(6));
}
