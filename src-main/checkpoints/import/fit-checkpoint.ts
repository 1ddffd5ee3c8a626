/** Fits the weights of a file to a model: which set of them it is, and which tensor is which parameter. */
import { flatteningOf } from '#shared/domain/flattened';
import type { WeightLayout } from '#shared/domain/imported-weights';
import type { NetworkBorder } from '#shared/domain/model-size';
import type { ModelSpec } from '#shared/domain/model-spec';
import { problem, type SpecProblem } from '#shared/domain/spec-problem';
import type { Network } from '#main/engine/networks/network';
import type { CheckpointFormat, ForeignWeights } from '../foreign/foreign-tensor';
import { encodeWeights } from '../weights-file';
import { assembleWeights, fitWeights } from './assemble-weights';
import { isComplete, type NamedShape, type TensorMatching } from './match-tensors';

/** A file as it was found. */
export interface CheckpointFile {
  /** Without its folder. */
  readonly file: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly format: CheckpointFormat;
  /** Every set of weights in it. */
  readonly weights: readonly ForeignWeights[];
}

/** What is said of a file besides the model. */
export interface FitChoice {
  readonly layout: WeightLayout;
  /** Keys that lead to the weights; null: those that fit. */
  readonly container: string | null;
  /** Parameter to tensor. */
  readonly map: Readonly<Record<string, string>>;
}

/** The model that weights are fitted to. */
export interface FittedModel {
  readonly network: Network;
  readonly model: ModelSpec;
  readonly border: NetworkBorder;
}

/** How a file fits a model. */
export interface CheckpointFit {
  readonly file: CheckpointFile;
  readonly weights: ForeignWeights;
  readonly matching: TensorMatching;
  /** Everything that stands against an import; empty where it can be imported. */
  readonly problems: readonly SpecProblem[];
}

/**
 * Matches a file with a model. Of several sets of weights that one is taken which is named, else the only one that fits, else the one
 * of which most fits, with the problem told.
 * Never throws.
 */
export function fitCheckpoint(
  file: CheckpointFile,
  { network, model, border }: FittedModel,
  { layout, container, map }: FitChoice,
): CheckpointFit {
  const options = {
    map,
    layout,
    flattening: flatteningOf(model, border),
    // A state dict and a graph keep the order of the layers; the others are sorted as their writers please.
    isInOrder: file.format === 'torch' || file.format === 'onnx',
  };
  const named = file.weights.filter((one) => container === null || one.container === container);
  const fits = (named.length > 0 ? named : file.weights).map((weights) => ({
    weights,
    matching: fitWeights(network, weights, options),
  }));
  const complete = fits.filter(({ matching }) => isComplete(matching));
  const [best] = [...fits].sort(
    (a, b) => b.matching.matched.length - a.matching.matched.length,
  ) as [(typeof fits)[number]];
  const chosen = complete[0] ?? best;
  return {
    file,
    ...chosen,
    problems: [
      ...(named.length === 0 ? [noContainer(file, container ?? '')] : []),
      ...(complete.length > 1
        ? [
            manyContainers(
              file,
              complete.map(({ weights }) => weights),
            ),
          ]
        : []),
      ...matchProblems(file, chosen.matching),
    ],
  };
}

/**
 * The bytes of the artifact that holds the weights of a file that fits.
 * @param fit - without problems
 * @returns the bytes; or the problem that some tensors hold numbers which are not finite
 */
export function weightsArtifact(
  { file, weights, matching }: CheckpointFit,
  { network, model, border }: FittedModel,
  layout: WeightLayout,
): { readonly bytes: Uint8Array } | { readonly problem: SpecProblem } {
  const flattening = flatteningOf(model, border);
  const { notFinite, weights: flat } = assembleWeights(network, weights, {
    matching,
    layout,
    flattening,
  });
  if (notFinite.length > 0)
    return {
      problem: {
        path: `${file.file}, ${notFinite.slice(0, 3).join(', ')}`,
        rule: 'must have finite numbers in float32',
        got: 'NaN or infinity',
        fix: 'import a checkpoint of a training that did not diverge',
      },
    };
  const tensors = [...network.parameters, ...network.statistics];
  return { bytes: encodeWeights(tensors, { final: flat }, { network: network.key }) };
}

const shown = ({ name, shape }: NamedShape) => `${name} [${shape.join(', ')}]`;

function listed(things: readonly string[], most = 5): string {
  const more = things.length > most ? ` and ${things.length - most} more` : '';
  return `${things.slice(0, most).join(', ')}${more}`;
}

const containerWords = (container: string) =>
  container === '' ? 'the file itself' : JSON.stringify(container);

function noContainer({ file, weights }: CheckpointFile, container: string): SpecProblem {
  const there = listed(weights.map((one) => containerWords(one.container)));
  return problem(`${file}, container`, 'must lead to weights', container, `use one of: ${there}`);
}

function manyContainers({ file }: CheckpointFile, fitting: readonly ForeignWeights[]): SpecProblem {
  return {
    path: `${file}, container`,
    rule: 'must be said where several sets of weights fit',
    got: listed(fitting.map((one) => containerWords(one.container))),
    fix: 'choose one of them (--container)',
  };
}

function matchProblems(
  { file }: CheckpointFile,
  { missing, mismatched, unused, wrongInMap }: TensorMatching,
): SpecProblem[] {
  const rest = unused.length === 0 ? 'no tensor is left' : `left are ${listed(unused.map(shown))}`;
  return [
    ...wrongInMap.map((got) => ({
      path: `${file}, map`,
      rule: 'must lead each parameter to a tensor of its own',
      got,
      fix: 'correct the map',
    })),
    ...mismatched.map(({ parameter, tensor, needed, got }) => ({
      path: `${file}, ${tensor}`,
      rule: `must have the shape [${needed.join(', ')}] of ${parameter}`,
      got: `[${got.join(', ')}]`,
      fix: isReversed(needed, got)
        ? 'say that its layout is that of Keras (--layout keras)'
        : 'use the model that it was trained with, or map another tensor',
    })),
    ...(missing.length === 0
      ? []
      : [
          {
            path: file,
            rule: 'must have a tensor for every parameter and statistic of the model',
            got: `none for ${listed(missing.map(shown))}`,
            fix: `use the model that it was trained with, or map them (${rest})`,
          },
        ]),
  ];
}

/** Whether the extents are those of Keras: [in, out] for [out, in], [h, w, in, out] for [out, in, h, w]. */
function isReversed(needed: readonly number[], got: readonly number[]): boolean {
  const turned =
    got.length === 4 ? [got[3], got[2], got[0], got[1]] : got.length === 2 ? [got[1], got[0]] : [];
  return turned.length > 0 && turned.join() === needed.join();
}
