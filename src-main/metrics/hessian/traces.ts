/** The trace by the method that the settings name, with that of each layer where the probes give it. */
import type { SeriesMeasurement } from '#shared/domain/measurement';
import { streamSeed, type EstimateOf } from '../curvature/estimates';
import { hutchPlusPlus, thirdOf } from '../curvature/hutch-plus-plus';
import { hutchinsonTrace, type TraceEstimate } from '../curvature/hutchinson';
import { layeredCurvature, type LayerTrace } from '../curvature/layer-traces';
import { hessianCurvature, hessianProduct, type HessianProblem } from '../curvature/products';
import { networkLayers } from '../network-layers';
import type { HessianSettings } from './definition';

export interface ModelTrace extends TraceEstimate {
  readonly errorOver: string;
  /** The series `hessian-layer-traces`; empty where whole products were not computed. */
  layerSeries(of: EstimateOf): SeriesMeasurement[];
}

/** Traces of several models in step, each as it would be alone. */
export async function measureTraces(
  problem: HessianProblem,
  { probes, traceMethod, layerTraces }: HessianSettings,
): Promise<ModelTrace[]> {
  const { network } = problem.context;
  const models = problem.models.length;
  const options = { models, size: network.parameterCount, seed: streamSeed };
  const product = hessianProduct(problem);
  const layered = layeredCurvature(product, models, networkLayers(network));
  if (traceMethod === 'hutch++') {
    const found = await hutchPlusPlus(product, { ...options, products: probes }, layered.product);
    return found.map((trace, s) => ({
      ...trace,
      errorOver: `standard error over ${trace.probes} Rademacher probes of what ${trace.probes} directions leave`,
      layerSeries: (of) => [layerSeries(of, layered.traces(s, thirdOf(probes)), thirdOf(probes))],
    }));
  }
  const curvature = layerTraces ? layered.curvature : hessianCurvature(problem);
  const found = await hutchinsonTrace(curvature, { ...options, most: probes });
  return found.map((trace, s) => ({
    ...trace,
    errorOver: `standard error over ${trace.probes} Rademacher probes`,
    layerSeries: (of) =>
      layerTraces ? [layerSeries(of, layered.traces(s, trace.probes), trace.probes)] : [],
  }));
}

function layerSeries(
  of: EstimateOf,
  layers: readonly LayerTrace[],
  probes: number,
): SeriesMeasurement {
  return {
    kind: 'series',
    name: 'hessian-layer-traces',
    ...of,
    columns: {
      layer: layers.map((_, i) => i),
      trace: layers.map(({ value }) => (Number.isFinite(value) ? value : null)),
      standardError: layers.map((l) => (Number.isFinite(l.standardError) ? l.standardError : null)),
    },
    facts: {
      names: layers.map(({ name }) => name),
      error: `standard error over ${probes} Rademacher probes`,
    },
  };
}
