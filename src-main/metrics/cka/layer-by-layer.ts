/** CKA between every two hidden layers of two models. */
import type { FieldMeasurement } from '#shared/domain/measurement';
import type { Tensor } from '#main/engine/tensor';
import type { CellContext } from '../context';
import type { ComparedModel } from '../measure';
import type { HsicKind } from './hsic';
import { kernelCka, kernelOf, type Kernel } from './kernel-cka';
import { hiddenGrams } from './kernels';

/**
 * The field of CKA of hidden layers, the first model's in rows and the second's in columns, numbered from the input, of the first two
 * models that did not diverge.
 *
 * @param x - samples that both represent, [N, inputs]
 * @returns null where there are no two such models or no hidden layers; values are null where a layer is constant or the HSIC is not
 * above 0
 * Cost: a forward pass of each model and, for every two layers, samples squared.
 */
export async function layerByLayer(
  context: CellContext,
  models: readonly ComparedModel[],
  { x, hsic, samples }: { x: Tensor; hsic: HsicKind; samples: string },
): Promise<FieldMeasurement | null> {
  const sound = models.flatMap(({ seed, weights }) => (weights ? [{ seed, weights }] : []));
  const [first, second] = sound;
  const names = context.network.hidden.map(({ name }) => name);
  if (!first || !second || names.length === 0) return null;
  const options = { kind: hsic, batchSize: Infinity };
  const kernelsOf = async ({ weights }: typeof first): Promise<Kernel[]> => {
    const grams = await hiddenGrams(context, { weights, x }, [...names.keys()]);
    return grams.map((gram) => kernelOf(gram, options));
  };
  const rows = await kernelsOf(first);
  const columns = await kernelsOf(second);
  const positions = names.map((_, i) => i + 1);
  return {
    kind: 'field',
    name: 'cka-layers',
    subject: { kind: 'pair', seeds: [first.seed, second.seed] },
    x: positions,
    y: positions,
    values: rows.flatMap((a) =>
      columns.map((b) => {
        const cka = kernelCka(a, b, options);
        return 'reason' in cka ? null : cka.value;
      }),
    ),
    samples,
    facts: { layers: names, hsic },
  };
}
