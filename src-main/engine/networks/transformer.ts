/** The transformer encoder, norm first: tokens come as rows of one-hot vectors, one for each position. */
import {
  add,
  broadcast,
  constant,
  matmul,
  mul,
  reshape,
  slice,
  softmax,
  transpose,
  type Node,
} from '../graph';
import { sizeOf, type Shape } from '../tensor';
import {
  activation,
  dropout,
  linear,
  plain,
  represented,
  residual,
  sequence,
  unflatten,
  type Activation,
  type Layer,
} from './layers';
import { networkOf, type Network } from './network';
import { normalisation } from './norms';
import { featuresOf, fixUnits, freeUnits } from './unit-symmetry';

export interface TransformerOptions {
  /** Positions of a sequence and symbols of the vocabulary. */
  readonly length: number;
  readonly vocabulary: number;
  readonly classes: number;
  /** Width of the embedding; a multiple of `heads`. */
  readonly width: number;
  readonly heads: number;
  readonly depth: number;
  /** Width of the two-layer network after each attention. */
  readonly feedForward: number;
  readonly activation: Activation;
  /** Whether a position sees only itself and those before it. */
  readonly causal: boolean;
  /** What the head reads: the last position, or the mean over positions. */
  readonly pooling: 'last' | 'mean';
  /** Rate of dropout. */
  readonly dropout?: number;
}

type Maker = (sample: Shape) => Layer;

/**
 * Embedding plus learned positions; `depth` times h += attention(norm(h)), h += feedForward(norm(h)); a linear head. No final
 * norm. Dropout of the embedded tokens and of what each part adds (Vaswani et al. 2017). With one layer its tensors are named as PyTorch's encoder layer does; more have `layers.i.` before. Hidden representations: the embedded tokens, and each layer's.
 */
export function transformer(options: TransformerOptions): Network {
  const { dropout: rate = 0, ...named } = options;
  const { length, vocabulary, classes, depth } = options;
  const layers = Array.from({ length: depth }, (_, i) =>
    represented(`layers.${i}`, (sample) =>
      sequence(sample, encoderLayer(depth === 1 ? '' : `layers.${i}.`, options)),
    ),
  );
  const body = [
    unflatten([length, vocabulary]),
    represented('embed', embedding(options)),
    ...dropping(options),
    ...layers,
    pool(options.pooling),
    linear('head', classes),
  ];
  const layer = sequence([length * vocabulary], body);
  return networkOf(`transformer ${JSON.stringify(named)}`, layer, rate);
}

function dropping({ dropout: rate = 0 }: TransformerOptions): Maker[] {
  return rate > 0 ? [dropout()] : [];
}

/** One-hot tokens to embeddings: a product picks the rows. */
function embedding({ length, vocabulary, width }: TransformerOptions): Maker {
  const scale = { fanIn: width, fanOut: width };
  return (sample) =>
    plain(
      [length, width],
      (x, parameters) => {
        const [symbols, positions] = parameters as [Node, Node];
        const lead = x.shape.slice(0, x.shape.length - sample.length - 1);
        const count = x.shape[lead.length] as number;
        const embedded = matmul(reshape(x, [...lead, count * length, vocabulary]), symbols);
        const rows = reshape(embedded, [...embedded.shape.slice(0, -2), count, length, width]);
        const place = reshape(positions, [...positions.shape.slice(0, -2), 1, length, width]);
        return add(rows, place);
      },
      {
        parameters: [
          { name: 'embed.weight', shape: [vocabulary, width], ...scale },
          { name: 'position.weight', shape: [length, width], ...scale },
        ],
        follow: ({ units }) => {
          fixUnits(units);
          const made = freeUnits(width);
          const tables = [vocabulary, length].map((rows) => ({
            view: [rows, width],
            axes: [null, made],
          }));
          return { features: featuresOf(made), parameters: tables, statistics: [] };
        },
      },
    );
}

function encoderLayer(prefix: string, options: TransformerOptions): Maker[] {
  const { width, feedForward, activation: kind } = options;
  return [
    (sample) =>
      residual(
        sequence(sample, [
          normalisation(`${prefix}norm1`, 'feature'),
          attention(`${prefix}attn`, options),
          ...dropping(options),
        ]),
        null,
      ),
    (sample) =>
      residual(
        sequence(sample, [
          normalisation(`${prefix}norm2`, 'feature'),
          linear(`${prefix}linear1`, feedForward),
          activation(kind),
          linear(`${prefix}linear2`, width),
          ...dropping(options),
        ]),
        null,
      ),
  ];
}

/** softmax(Q K' / sqrt(d)) V for each head, then a linear layer; `in_proj` rows are query, key, value. */
function attention(name: string, { width, heads, causal }: TransformerOptions): Maker {
  return (sample) => {
    const projection = linear(name, 3 * width)(sample);
    const output = linear(`${name}.out_proj`, width)(sample);
    const [weight, bias] = projection.parameters;
    const parameters = [
      { ...(weight as (typeof projection.parameters)[0]), name: `${name}.in_proj_weight` },
      { ...(bias as (typeof projection.parameters)[0]), name: `${name}.in_proj_bias` },
      ...output.parameters,
    ];
    return {
      ...plain(
        sample,
        (x, tensors) => {
          const none = { statistics: null, masks: null };
          const projected = projection.apply(x, { parameters: tensors.slice(0, 2), ...none });
          const mixed = attend(projected.result, { heads, causal });
          return output.apply(mixed, { parameters: tensors.slice(2), ...none }).result;
        },
        {
          parameters,
          follow: ({ units }) => {
            // Whole heads change places; inside of one, what permutations do is part of a larger, continuous symmetry.
            const head = freeUnits(heads);
            const made = freeUnits(width);
            const size = width / heads;
            return {
              features: featuresOf(made),
              parameters: [
                { view: [3, heads, size, width], axes: [null, head, null, units] },
                { view: [3, heads, size], axes: [null, head, null] },
                { view: [width, heads, size], axes: [made, head, null] },
                { view: [width], axes: [made] },
              ],
              statistics: [],
            };
          },
        },
      ),
      widest: Math.max(3 * sizeOf(sample), heads * (sample[0] as number) ** 2),
    };
  };
}

/** Rows of query, key and value [...lead, N, L, 3 D] to attended values [...lead, N, L, D]. */
function attend(projected: Node, { heads, causal }: { heads: number; causal: boolean }): Node {
  const [count, length, triple] = projected.shape.slice(-3) as [number, number, number];
  const lead = projected.shape.slice(0, -3);
  const size = triple / 3 / heads;
  const parts = reshape(projected, [...lead, count, length, 3, heads, size]);
  const fixed = lead.map((_, axis) => axis);
  const move = (x: Node, order: readonly number[]) =>
    transpose(x, [...fixed, ...order.map((axis) => lead.length + axis)]);
  const part = (index: number) => {
    const cut = slice(parts, -3, { start: index, end: index + 1 });
    const own = reshape(cut, [...lead, count, length, heads, size]);
    return move(own, [0, 2, 1, 3]);
  };
  const scores = mul(constant(1 / Math.sqrt(size)), matmul(part(0), part(1), { transposeB: true }));
  const weights = softmax(causal ? add(scores, futureMask(length)) : scores);
  return reshape(move(matmul(weights, part(2)), [0, 2, 1, 3]), [
    ...lead,
    count,
    length,
    heads * size,
  ]);
}

/** -1e9 where a position would look ahead. */
function futureMask(length: number): Node {
  const values = Array.from({ length: length ** 2 }, (_, i) =>
    i % length > Math.floor(i / length) ? -1e9 : 0,
  );
  return broadcast(constant(values, [length, length]), [length, length]);
}

function pool(kind: 'last' | 'mean'): Maker {
  return (sample) => {
    const [length, width] = sample as [number, number];
    return plain([width], (x) => {
      const rows = [...x.shape.slice(0, -2), width];
      if (kind === 'last') return reshape(slice(x, -2, { start: length - 1, end: length }), rows);
      const ones = constant(1 / length, [1, length]);
      return reshape(matmul(ones, x), rows);
    });
  };
}
