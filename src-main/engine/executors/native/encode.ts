/** Writes a plan as the numbers that `plan.c` reads. */
import { PhasescapeError } from '#shared/errors';
import type { NodeOf } from '../../graph';
import { sizeOf, type DType, type Shape } from '../../tensor';
import type { PlanInput, PlanOutput } from './compile';
import { instructionKinds, type Instruction, type View } from './instructions';
import type { Storage } from './layout';
import { placeStorages } from './memory';

export interface EncodedPlan {
  readonly words: Int32Array;
  readonly constants: Float32Array;
  readonly inputs: readonly { readonly node: NodeOf<'input'>; readonly isSequence: boolean }[];
  readonly outputs: readonly {
    readonly name: string;
    readonly shape: Shape;
    readonly dtype: DType;
  }[];
}

/** Floats that a plan's memory may have: offsets are 32-bit. */
const mostFloats = 2 ** 31 - 1;

export function encode({
  compilation,
  inputs,
  outputs,
}: {
  compilation: {
    readonly instructions: readonly Instruction[];
    readonly constants: readonly number[];
  };
  inputs: readonly PlanInput[];
  outputs: readonly PlanOutput[];
}): EncodedPlan {
  const { instructions, constants } = compilation;
  const pinned = [
    ...inputs.filter(({ kind }) => kind === 'copied').map(({ storage }) => storage),
    ...outputs.map(({ layout }) => layout.storage).filter(({ kind }) => kind === 'own'),
  ];
  const { offsets, size } = placeStorages(instructions, pinned, constants.length);
  if (size > mostFloats)
    throw new PhasescapeError(
      'invalid-input',
      `native-cpu: a program must fit into 8 GB, got ${Math.ceil((4 * size) / 2 ** 30)}; use fewer samples or models at once, or another engine`,
    );
  const base = (storage: Storage) => offsets.get(storage) ?? 0;
  const view = ({ layout, strides }: View) => [
    layout.storage.slot,
    base(layout.storage) + layout.offset,
    ...strides,
  ];
  const words = [
    size,
    constants.length,
    inputs.length,
    ...inputs.flatMap(({ kind, storage, node }) => [
      ['copied', 'fixed', 'sequence'].indexOf(kind),
      sizeOf(node.shape),
      base(storage),
    ]),
    outputs.length,
    ...outputs.flatMap(({ node, layout }) => [
      sizeOf(node.shape),
      ...view({ layout, strides: [] }),
    ]),
    instructions.length,
    ...instructions.flatMap(({ kind, words: of }) => [
      instructionKinds.indexOf(kind),
      ...of.flatMap((word) => (typeof word === 'number' ? [word] : view(word))),
    ]),
  ];
  return {
    words: Int32Array.from(words),
    constants: Float32Array.from(constants),
    inputs: inputs.map(({ node, kind }) => ({ node, isSequence: kind === 'sequence' })),
    outputs: outputs.map(({ name, node }) => ({ name, shape: node.shape, dtype: node.dtype })),
  };
}
