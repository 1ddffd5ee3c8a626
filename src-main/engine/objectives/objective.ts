/** What a network is trained for: the loss of each sample, and what its outputs mean. One file per objective. */
import { concat, constant, mul, reshape, sum, type Node } from '../graph';
import type { Network } from '../networks/network';
import type { Shape } from '../tensor';

/** A network with its parameters put in. */
export interface Model {
  /** Leading extents of the parameters: [S] for S models. */
  readonly lead: Shape;
  /** Rows [...lead, N, inputs], or what broadcasts to them, to outputs [...lead, N, outputs]. */
  readonly apply: (rows: Node) => Node;
}

/** How well a model does besides its loss: classes told right, or the distance to a known solution. */
export type Score = 'accuracy' | 'relative-error';

export interface Objective {
  /** Names everything that the graphs depend on. */
  readonly key: string;
  readonly score: Score;
  /**
   * The loss of every sample: training minimises its mean over the samples.
   * @param batch - `x` [..., N, inputs] and `targets` [..., N, classes]
   * @returns [...lead, N]
   */
  losses(model: Model, batch: { readonly x: Node; readonly targets: Node }): Node;
  /** What representations of models are compared by: rows `x` [..., N, inputs] to [...lead, N, outputs]. */
  outputs(model: Model, x: Node): Node;
  /** One number per sample, [...lead, N], which the score is made of: the class, or the value of the solution. */
  predictions(model: Model, x: Node): Node;
}

/** The mean over the samples of their losses: [...lead, N] to [...lead]. */
export function meanLoss(each: Node): Node {
  const count = each.shape.at(-1) as number;
  return mul(constant(1 / count), reshape(sum(each, [-1]), each.shape.slice(0, -1)));
}

/**
 * A network as an objective sees it.
 * @param parameters - one tensor per parameter, as `splitParameters` makes them
 * @param masks - of the network's dropout while it trains, a row for each sample; where several points of every sample are looked at
 * in one pass, all of a sample's points see its mask: one network each. null: nothing is dropped
 * @param statistics - to normalise with; null: those of the batch
 * @returns the model, and the statistics and hidden representations of the first batch that it was applied to (after that)
 */
export function modelOf(
  network: Network,
  {
    parameters,
    lead,
    masks = null,
  }: { parameters: readonly Node[]; lead: Shape; masks?: Node | null },
  statistics: readonly Node[] | null,
): Model & {
  readonly firstBatch: () => readonly Node[];
  readonly firstHidden: () => readonly Node[];
} {
  let first: { readonly batch: readonly Node[]; readonly hidden: readonly Node[] } | null = null;
  return {
    lead,
    apply(rows) {
      const own = masks && repeated(masks, rows.shape.at(-2) as number);
      const { logits, ...inside } = network.forward(parameters, rows, statistics, own);
      first ??= inside;
      return logits;
    },
    firstBatch: () => first?.batch ?? [],
    firstHidden: () => first?.hidden ?? [],
  };
}

/** Masks [..., N, units] once for each block of N among `rows` rows. */
function repeated(masks: Node, rows: number): Node {
  const blocks = rows / (masks.shape.at(-2) as number);
  return concat(new Array<Node>(blocks).fill(masks), -2);
}
