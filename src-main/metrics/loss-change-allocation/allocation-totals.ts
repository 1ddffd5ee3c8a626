/** Sums of allocations along a training: by parameter, by layer and epoch, by step. */
import { addScaled } from '../mean-gradients';
import type { NetworkLayer } from '../network-layers';

/** What one step between recorded weights has yielded on one set of samples. */
export interface StepTotals {
  /** Sum over the parameters. */
  readonly change: number;
  readonly integrationError: number;
  readonly splits: number;
  /** Parameters with a negative allocation among those whose is not 0; null where all are 0. */
  readonly helpingFraction: number | null;
}

/** Sums up the allocations of one run on one set of samples. Has state: one step is added after another. */
export class AllocationTotals {
  readonly steps: StepTotals[] = [];
  readonly #layers: readonly NetworkLayer[];
  readonly #byWeight: Float64Array;
  /** By the epoch that a step ends in: one number a layer. */
  readonly #byEpoch = new Map<number, Float64Array>();

  /**
   * @param layers - half-open ranges that cover the n parameters
   * @param weights - P, the first of them; running averages come after them and neither help nor hurt
   */
  constructor(layers: readonly NetworkLayer[], weights: number) {
    this.#layers = layers;
    this.#byWeight = new Float64Array(weights);
  }

  /** @param epoch - where the step ends, in epochs: 1.5 counts to the second; one that spans several counts to its last */
  add(
    epoch: number,
    step: {
      readonly allocation: Float64Array;
      readonly integrationError: number;
      readonly splits: number;
    },
  ): void {
    const { allocation, integrationError, splits } = step;
    const bin = Math.ceil(epoch);
    const sums = this.#byEpoch.get(bin) ?? new Float64Array(this.#layers.length);
    this.#byEpoch.set(bin, sums);
    const own = allocation.subarray(0, this.#byWeight.length);
    addScaled(this.#byWeight, own, 1);
    let change = 0;
    this.#layers.forEach(({ from, to }, layer) => {
      let sum = 0;
      for (let i = from; i < to; i++) sum += allocation[i] as number;
      sums[layer] = (sums[layer] as number) + sum;
      change += sum;
    });
    this.steps.push({ change, integrationError, splits, helpingFraction: helpingFraction(own) });
  }

  /** Part of the weights that lowered the loss over all steps; null where none has a say. */
  get helpingFraction(): number | null {
    return helpingFraction(this.#byWeight);
  }

  /** Mean over the steps of the part of the weights that lowered the loss in each; null where none has a say in any. */
  get meanHelpingFraction(): number | null {
    const fractions = this.steps.flatMap((step) => step.helpingFraction ?? []);
    if (fractions.length === 0) return null;
    return fractions.reduce((sum, x) => sum + x, 0) / fractions.length;
  }

  /** Over all steps and parameters. */
  get total(): number {
    return this.steps.reduce((sum, { change }) => sum + change, 0);
  }

  get largestIntegrationError(): number {
    return this.steps.reduce((most, step) => Math.max(most, Math.abs(step.integrationError)), 0);
  }

  /** Epochs that have steps, rising. */
  get epochs(): number[] {
    return [...this.#byEpoch.keys()].sort((a, b) => a - b);
  }

  /** Layer by layer, a number for each of `epochs`. */
  get byLayerAndEpoch(): number[][] {
    const { epochs } = this;
    return this.#layers.map((_, layer) =>
      epochs.map((epoch) => this.#byEpoch.get(epoch)?.[layer] ?? 0),
    );
  }

  /** Sums over the epochs, a number a layer. */
  get byLayer(): number[] {
    return this.byLayerAndEpoch.map((row) => row.reduce((sum, x) => sum + x, 0));
  }
}

/**
 * Part of the parameters with a negative allocation, among those whose allocation is not exactly 0: parameters that did not move or
 * have no say (a pixel that is always black) neither help nor hurt.
 * @returns null where every allocation is 0. Never throws.
 */
function helpingFraction(allocation: Float64Array): number | null {
  let help = 0;
  let hurt = 0;
  for (const share of allocation) {
    if (share < 0) help++;
    else if (share > 0) hurt++;
  }
  return help + hurt === 0 ? null : help / (help + hurt);
}
