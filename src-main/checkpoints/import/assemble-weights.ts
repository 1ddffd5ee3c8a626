/** From the tensors of a file to the weights of a network. */
import type { Flattening } from '#shared/domain/flattened';
import type { WeightLayout } from '#shared/domain/imported-weights';
import type { Network } from '#main/engine/networks/network';
import type { ForeignTensor, ForeignWeights } from '../foreign/foreign-tensor';
import { inOurLayout, inOurRowOrder } from './layouts';
import {
  matchTensors,
  type MatchOptions,
  type NamedShape,
  type TensorMatching,
} from './match-tensors';

export interface FittingOptions extends MatchOptions {
  readonly layout: WeightLayout;
  readonly flattening: Flattening;
}

/**
 * Matches one set of weights of a file with a network: as `matchTensors`, of tensors as they are in our layout.
 * Never throws.
 */
export function fitWeights(
  network: Network,
  { tensors }: ForeignWeights,
  options: FittingOptions,
): TensorMatching {
  const shapes = tensors.map((tensor) => {
    const { name, shape } = inOurLayout({ ...tensor, data: none(tensor.data) }, options.layout);
    return { name, shape };
  });
  return matchTensors(neededOf(network), shapes, options);
}

/** Shapes alone are looked at: no number is moved. */
const none = (data: Float32Array<ArrayBuffer>) => data.subarray(0, 0);

/**
 * Parameters and statistics layer by layer, as a state dict lists them: the statistics of a norm follow its scale and shift.
 * Never throws.
 */
export function neededOf({ parameters, statistics }: Network): readonly NamedShape[] {
  const layerOf = (name: string) => name.slice(0, name.lastIndexOf('.'));
  const left = new Set(statistics);
  const needed: NamedShape[] = [];
  for (const [i, { name, shape }] of parameters.entries()) {
    needed.push({ name, shape });
    const next = parameters[i + 1];
    if (next && layerOf(next.name) === layerOf(name)) continue;
    for (const statistic of left)
      if (layerOf(statistic.name) === layerOf(name)) {
        needed.push({ name: statistic.name, shape: statistic.shape });
        left.delete(statistic);
      }
  }
  return needed;
}

/**
 * Parameters and statistics in one vector, in the order of the network.
 * @param matching - complete
 * @returns the vector, and the names of tensors that hold a number which is not finite in float32
 */
export function assembleWeights(
  network: Network,
  { tensors }: ForeignWeights,
  {
    matching,
    layout,
    flattening,
  }: { matching: TensorMatching } & Pick<FittingOptions, 'layout' | 'flattening'>,
): { readonly weights: Float32Array; readonly notFinite: readonly string[] } {
  const sources = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  const taken = new Map(matching.matched.map(({ parameter, tensor }) => [parameter, tensor]));
  const weights = new Float32Array(network.parameterCount + network.statisticsCount);
  const notFinite: string[] = [];
  let at = 0;
  for (const { name, shape } of [...network.parameters, ...network.statistics]) {
    const source = sources.get(taken.get(name) ?? '') as ForeignTensor;
    const { data } = inOurLayout(source, layout);
    const own = inOurRowOrder({ name, shape, data }, flattening, layout);
    if (!own.every(Number.isFinite)) notFinite.push(source.name);
    weights.set(own, at);
    at += own.length;
  }
  return { weights, notFinite };
}
