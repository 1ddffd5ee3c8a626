/** Measures `cka`: how alike two seeds represent the same samples. */
import type { ScalarMeasurement } from '#shared/domain/measurement';
import type { Tensor } from '#main/engine/tensor';
import type { CellContext, ModelWeights } from '../context';
import { divergedReason } from '../diverged';
import type { AllPairsMeasure } from '../measure';
import { modelPairs } from '../model-pairs';
import type { CkaSettings } from './definition';
import type { HsicKind } from './hsic';
import type { Incomparable } from './kernel-cka';
import { layerByLayer } from './layer-by-layer';
import type { CkaEstimate } from './linear-cka';
import { comparedSamples } from './outputs';
import {
  comparedPlace,
  compareRepresented,
  represent,
  type ComparedPlace,
  type Represented,
} from './represent';

/**
 * CKA of every unordered pair of models (of a problem: of their solutions at the training points, not mixed up), or of those across
 * `split` (see `modelPairs`); a pair's numbers do not depend on the others.
 *
 * Error: jackknife over the mixing batches (each left out once): how much the value depends on the samples drawn.
 */
export const measure: AllPairsMeasure<CkaSettings> = {
  subject: 'all-pairs',
  measure: async ({ context, settings: { dataset } }, models, { settings, split }) => {
    const x = comparedSamples(context, settings.samples, dataset.noiseSeed);
    const first = `first ${settings.samples} training samples${context.measuredOrder}`;
    const place = comparedPlace(context, settings);
    const sides: ComparedSide[] = [];
    for (const { seed, weights } of models) {
      const options = { place, hsic: settings.hsic };
      const side = weights ? await sideOf(context, { weights, x }, options) : null;
      sides.push({ seed, side });
    }
    const scalars = modelPairs(sides, split).map(([a, b]): ScalarMeasurement => ({
      kind: 'scalar',
      name: 'cka',
      subject: { kind: 'pair', seeds: [a.seed, b.seed] },
      samples: `${first}${place.words}`,
      ...valuesOf(compareSides(a, b, settings.hsic)),
    }));
    const isMixed = context.objective.score === 'accuracy';
    const field =
      settings.layerByLayer && split === undefined
        ? await layerByLayer(context, models, {
            x,
            hsic: settings.hsic,
            samples: `${first}${isMixed ? ', mixed up' : ''}`,
          })
        : null;
    return { measurements: field ? [...scalars, field] : scalars };
  },
};

/** A model on its way into a comparison. */
interface ComparedSide {
  readonly seed: number;
  /** Null for a diverged run. */
  readonly side: Represented | Incomparable | null;
}

async function sideOf(
  context: CellContext,
  model: { weights: ModelWeights; x: Tensor },
  { place, hsic }: { place: ComparedPlace; hsic: HsicKind },
): Promise<Represented | Incomparable> {
  if (place.kind === 'absent') return { reason: place.reason };
  return represent(context, model, { place, hsic });
}

function compareSides(
  a: ComparedSide,
  b: ComparedSide,
  hsic: HsicKind,
): CkaEstimate | Incomparable {
  if (!a.side || !b.side) {
    const diverged = [a, b].filter(({ side }) => side === null);
    return { reason: divergedReason(diverged.map(({ seed }) => seed)) };
  }
  if ('reason' in a.side) return a.side;
  if ('reason' in b.side) return b.side;
  return compareRepresented(a.side, b.side, hsic);
}

function valuesOf(
  cka: CkaEstimate | Incomparable,
): Pick<ScalarMeasurement, 'value' | 'reason' | 'error' | 'errorOver'> {
  if ('reason' in cka) return { value: null, reason: cka.reason, error: null };
  const { value, standardError: error, batches } = cka;
  const over = `jackknife over ${batches} mixing batches`;
  return {
    value,
    error,
    errorOver: error === null ? 'no jackknife: it needs two mixing batches' : over,
  };
}
