/** Which tensor of a file is which parameter of a network: by what was said, by name, by known other names, by shape. */
import { isCounter, roleOf, spellingOf } from './tensor-names';

export interface NamedShape {
  readonly name: string;
  readonly shape: readonly number[];
}

/** How a tensor was found: `map`: it was said; `name`: the same name; `spelling`: another name for the same; `shape`: nothing else fits; `order`: the next of several that fit. */
export type MatchRule = 'map' | 'name' | 'spelling' | 'shape' | 'order';

export interface TensorMatch {
  /** Of the network. */
  readonly parameter: string;
  /** Of the file. */
  readonly tensor: string;
  readonly rule: MatchRule;
}

export interface ShapeMismatch {
  readonly parameter: string;
  readonly tensor: string;
  /** What the network needs, and what the tensor has. */
  readonly needed: readonly number[];
  readonly got: readonly number[];
}

/** What fits and what does not. */
export interface TensorMatching {
  /** What stood before every matched name: `module.`; empty where nothing did. */
  readonly prefix: string;
  readonly matched: readonly TensorMatch[];
  readonly missing: readonly NamedShape[];
  /** Tensors with the name of a parameter, or said to be it, that have another shape. */
  readonly mismatched: readonly ShapeMismatch[];
  /** Tensors that nothing needs; counters of steps are not listed. */
  readonly unused: readonly NamedShape[];
  /** What is wrong with the map: a key that is no parameter, a value that is no tensor or is there twice. */
  readonly wrongInMap: readonly string[];
}

export interface MatchOptions {
  /** Parameter to tensor, over every rule. */
  readonly map?: Readonly<Record<string, string>>;
  /** Whether the tensors come in the order of the network's layers; otherwise they are taken by their names, numbers as numbers. */
  readonly isInOrder: boolean;
}

/**
 * Matches the tensors of a file with the parameters and statistics of a network.
 *
 * In this order: what the map says; equal names, once what stands before most of them (`module.`, `_orig_mod.`, `model.`) is taken away;
 * equal spellings (`bn1` for `norm1`, `downsample.0` for `shortcut`, `kernel` for `weight`); then, among those left with the same role
 * (weight, bias, mean, variance) and shape, one for one where there is one of each, and in order where there are as many of one as of the
 * other. A tensor is used once. Never throws.
 * @param needed - parameters and statistics, in the order of the network's layers
 * @param tensors - with the shapes that they have in the network's layout
 */
export function matchTensors(
  needed: readonly NamedShape[],
  tensors: readonly NamedShape[],
  { map = {}, isInOrder }: MatchOptions,
): TensorMatching {
  const usable = tensors.filter(({ name }) => !isCounter(name));
  const left = { needed: [...needed], tensors: [...usable] };
  const matched: TensorMatch[] = [];
  const mismatched: ShapeMismatch[] = [];
  const take = (parameter: NamedShape, tensor: NamedShape, rule: MatchRule) => {
    left.needed = left.needed.filter((one) => one !== parameter);
    left.tensors = left.tensors.filter((one) => one !== tensor);
    if (isSame(parameter.shape, tensor.shape))
      matched.push({ parameter: parameter.name, tensor: tensor.name, rule });
    else
      mismatched.push({
        parameter: parameter.name,
        tensor: tensor.name,
        needed: parameter.shape,
        got: tensor.shape,
      });
  };

  const wrongInMap: string[] = [];
  const said = new Set<string>();
  for (const [parameter, tensor] of Object.entries(map)) {
    const own = left.needed.find(({ name }) => name === parameter);
    const other = usable.find(({ name }) => name === tensor);
    if (!own) wrongInMap.push(`${parameter} is no parameter of the model`);
    if (!other) wrongInMap.push(`${tensor} is no tensor of the file`);
    else if (said.has(tensor)) wrongInMap.push(`${tensor} is there twice`);
    said.add(tensor);
    if (own && other && left.tensors.includes(other)) take(own, other, 'map');
  }

  const prefix = commonPrefix(left.needed, left.tensors);
  const bare = (name: string) => (name.startsWith(prefix) ? name.slice(prefix.length) : null);
  for (const rule of ['name', 'spelling'] as const) {
    const told = rule === 'name' ? (name: string) => name : spellingOf;
    const byName = new Map<string, NamedShape[]>();
    for (const tensor of left.tensors) {
      const name = bare(tensor.name);
      if (name !== null) byName.set(told(name), [...(byName.get(told(name)) ?? []), tensor]);
    }
    for (const parameter of [...left.needed]) {
      // Two tensors of one spelling: the name does not tell.
      const [tensor, ...others] = byName.get(told(parameter.name)) ?? [];
      if (tensor && others.length === 0 && left.tensors.includes(tensor))
        take(parameter, tensor, rule);
    }
  }

  const ordered = isInOrder ? left.tensors : [...left.tensors].sort(byNumberedName);
  for (const [key, parameters] of Map.groupBy(left.needed, kindOf)) {
    const fitting = ordered.filter((tensor) => kindOf(tensor) === key);
    if (fitting.length !== parameters.length) continue;
    const rule = parameters.length === 1 ? 'shape' : 'order';
    parameters.forEach((parameter, i) => {
      take(parameter, fitting[i] as NamedShape, rule);
    });
  }
  // Names that say nothing (`arr_0`): the shape alone, where it leaves no choice.
  for (const parameter of [...left.needed]) {
    const alike = left.needed.filter(({ shape }) => isSame(shape, parameter.shape));
    const fitting = left.tensors.filter(
      ({ name, shape }) => roleOf(name) === null && isSame(shape, parameter.shape),
    );
    if (alike.length === 1 && fitting.length === 1)
      take(parameter, fitting[0] as NamedShape, 'shape');
  }

  const position = new Map(needed.map(({ name }, i) => [name, i]));
  const inOrder = <T extends { readonly parameter: string }>(list: readonly T[]) =>
    [...list].sort((a, b) => (position.get(a.parameter) ?? 0) - (position.get(b.parameter) ?? 0));
  return {
    prefix,
    matched: inOrder(matched),
    missing: left.needed,
    mismatched: inOrder(mismatched),
    unused: left.tensors,
    wrongInMap,
  };
}

/** Whether every parameter and statistic has its tensor. */
export function isComplete({ missing, mismatched, wrongInMap }: TensorMatching): boolean {
  return missing.length + mismatched.length + wrongInMap.length === 0;
}

/** What stands before most of the names that are known: the shortest of those that stand there most often. */
function commonPrefix(needed: readonly NamedShape[], tensors: readonly NamedShape[]): string {
  const known = new Set(needed.flatMap(({ name }) => [name, spellingOf(name)]));
  const counts = new Map<string, number>();
  for (const { name } of tensors) {
    for (let at = 0; at >= 0; at = nextPart(name, at)) {
      const rest = name.slice(at);
      if (known.has(rest) || known.has(spellingOf(rest)))
        counts.set(name.slice(0, at), (counts.get(name.slice(0, at)) ?? 0) + 1);
    }
  }
  const [best] = [...counts].sort(([a, n], [b, m]) => m - n || a.length - b.length);
  return best?.[0] ?? '';
}

/** Where the next part of a name begins; -1 after the last. */
function nextPart(name: string, at: number): number {
  const rest = name.slice(at).search(/[./]/);
  return rest < 0 ? -1 : at + rest + 1;
}

const kindOf = ({ name, shape }: NamedShape) => `${roleOf(name) ?? `only ${name}`} ${shape.join()}`;

const isSame = (a: readonly number[], b: readonly number[]) => a.join() === b.join();

const byNumberedName = (a: NamedShape, b: NamedShape) =>
  a.name.localeCompare(b.name, 'en', { numeric: true });
