/** Which representation of a model is compared, and its form: rows of features, or what samples have in common. */
import type { Tensor } from '#main/engine/tensor';
import type { CellContext, ModelWeights } from '../context';
import type { Representation } from '../representation';
import type { CkaSettings } from './definition';
import { gramOf, type Gram, type HsicKind } from './hsic';
import { kernelCka, kernelOf, type Incomparable, type Kernel } from './kernel-cka';
import { hiddenGrams } from './kernels';
import { linearCka, type CkaEstimate } from './linear-cka';
import { mixupBatch } from './mixup';
import { outputsOf } from './outputs';

/** Where in the network; `words` say it after the samples. */
export type ComparedPlace = { readonly words: string } & (
  | { readonly kind: 'outputs'; readonly form: 'softmax' | 'logits' }
  | { readonly kind: 'hidden'; readonly position: number }
  | { readonly kind: 'absent'; readonly reason: string }
);

/** The place that the settings name in the network of a cell. */
export function comparedPlace(
  { network: { hidden }, objective }: Pick<CellContext, 'network' | 'objective'>,
  { representation, layer, hsic }: CkaSettings,
): ComparedPlace {
  const isProblem = objective.score === 'relative-error';
  const debiased = hsic === 'debiased' ? '; debiased HSIC' : '';
  const words = (what: string) =>
    isProblem ? `; ${what} there${debiased}` : `, mixed up; ${what}${debiased}`;
  if (representation === 'softmax' || representation === 'logits') {
    const what = isProblem ? 'the solutions' : `${representation} outputs`;
    return { kind: 'outputs', form: representation, words: words(what) };
  }
  const position = representation === 'layer' ? layer - 1 : hidden.length - 1;
  const name = hidden[position]?.name;
  if (name === undefined) {
    const count = hidden.length === 1 ? '1 hidden layer' : `${hidden.length} hidden layers`;
    const reason = `hidden layer ${position + 1} does not exist: the network has ${count}`;
    return { kind: 'absent', reason, words: words(`hidden layer ${position + 1}`) };
  }
  return { kind: 'hidden', position, words: words(`hidden layer ${position + 1} (${name})`) };
}

/** A model's side of a comparison. */
export type Represented =
  | { readonly kind: 'features'; readonly rows: Representation }
  | { readonly kind: 'kernel'; readonly kernel: Kernel };

/** Represents one model: wide layers and the debiased HSIC by kernels, outputs by features, whose sums are shorter. */
export async function represent(
  context: CellContext,
  { weights, x }: { weights: ModelWeights; x: Tensor },
  { place, hsic }: { place: Exclude<ComparedPlace, { kind: 'absent' }>; hsic: HsicKind },
): Promise<Represented> {
  const kernel = (gram: Gram): Represented => ({
    kind: 'kernel',
    kernel: kernelOf(gram, { kind: hsic, batchSize: mixupBatch }),
  });
  if (place.kind === 'hidden') {
    const [gram] = await hiddenGrams(context, { weights, x }, [place.position]);
    return kernel(gram as Gram);
  }
  const rows = await outputsOf(context, { weights, x }, place.form);
  return hsic === 'debiased' ? kernel(gramOf(rows)) : { kind: 'features', rows };
}

/** CKA of two models that were represented alike, with the jackknife error over mixing batches. */
export function compareRepresented(
  a: Represented,
  b: Represented,
  hsic: HsicKind,
): CkaEstimate | Incomparable {
  if (a.kind === 'kernel' && b.kind === 'kernel')
    return kernelCka(a.kernel, b.kernel, { kind: hsic, batchSize: mixupBatch });
  if (a.kind === 'features' && b.kind === 'features')
    return (
      linearCka(a.rows, b.rows, mixupBatch) ?? { reason: 'an output is the same for every sample' }
    );
  throw new TypeError(`cka: both models must be represented alike, got ${a.kind} and ${b.kind}`);
}
