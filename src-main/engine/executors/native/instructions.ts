/** The instructions of a plan, each with what it reads and writes; `plan.h` says what the numbers mean. */
import type { Layout } from './layout';

/** In the order of the enum in `plan.h`. */
export const instructionKinds = [
  'elementwise',
  'sum',
  'copy',
  'fill',
  'matmul',
  'softmax',
  'logSoftmax',
  'argMax',
  'crossEntropy',
  'gather',
  'scatterAdd',
  'conv2d',
  'conv2dInput',
  'conv2dWeight',
] as const;

/** In the order of the enum in `plan.h`. */
export const operationKinds = [
  'neg',
  'exp',
  'log',
  'sqrt',
  'tanh',
  'relu',
  'step',
  'erf',
  'maximum',
  'atLeast',
  'add',
  'sub',
  'mul',
  'div',
  'mulStep',
] as const;

export type OperationKind = (typeof operationKinds)[number];

/** A tensor as an instruction sees it: strides along the instruction's axes. */
export interface View {
  readonly layout: Layout;
  readonly strides: readonly number[];
}

/** A number, or a view that becomes its slot, offset and strides once memory is planned. */
export type Word = number | View;

export interface Instruction {
  readonly kind: (typeof instructionKinds)[number];
  readonly words: readonly Word[];
  readonly reads: readonly Layout[];
  readonly writes: readonly Layout[];
}

export function instruction(
  kind: Instruction['kind'],
  words: readonly Word[],
  writes: readonly Layout[],
): Instruction {
  const views = words.flatMap((word) => (typeof word === 'number' ? [] : [word.layout]));
  return { kind, words, writes, reads: views.filter((layout) => !writes.includes(layout)) };
}
