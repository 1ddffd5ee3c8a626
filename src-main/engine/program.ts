/** What executors run: a graph with named inputs and outputs, or a loop over one. */
import { ShapeError } from '#shared/errors';
import { topologicalOrder, type Node, type NodeOf } from './graph';
import { simplify } from './simplify';
import { sameShape } from './tensor';

export interface Program {
  readonly inputs: readonly NodeOf<'input'>[];
  readonly outputs: readonly { readonly name: string; readonly node: Node }[];
}

/** One value that a loop carries: read as `input`, replaced after each step by `next`. */
export interface CarriedState {
  readonly input: NodeOf<'input'>;
  readonly next: Node;
}

/**
 * A body that runs once per step. `sequences` are inputs of the body that are given with a leading axis over steps;
 * every other input of the body is the same in all steps. The results are the final states.
 */
export interface LoopProgram {
  readonly states: readonly CarriedState[];
  readonly sequences: readonly NodeOf<'input'>[];
  readonly constants: readonly NodeOf<'input'>[];
}

/** A program of simplified outputs; its inputs are those that the outputs read. */
export function makeProgram(outputs: Readonly<Record<string, Node>>): Program {
  const names = Object.keys(outputs);
  const nodes = simplify(Object.values(outputs));
  return {
    inputs: inputsOf(nodes),
    outputs: names.map((name, i) => ({ name, node: nodes[i] as Node })),
  };
}

/**
 * A loop over a simplified body.
 * @param next - name of a state's input to its value after the step; a state keeps its shape
 * @param sequenceNames - the inputs that change from step to step
 * @throws ShapeError when a state is not an input of the body or changes its shape
 */
export function makeLoop(
  next: Readonly<Record<string, Node>>,
  sequenceNames: readonly string[],
): LoopProgram {
  const nodes = simplify(Object.values(next));
  const inputs = inputsOf(nodes);
  const states = Object.keys(next).map((name, i) => {
    const state = inputs.find((x) => x.params.name === name);
    const after = nodes[i] as Node;
    if (!state || !sameShape(state.shape, after.shape)) {
      throw new ShapeError(
        `loop: state must be an input of its own shape, got ${name} ${state ? `[${state.shape.join(',')}] -> [${after.shape.join(',')}]` : 'unknown'}; correct the body`,
      );
    }
    return { input: state, next: after };
  });
  const isState = new Set(states.map((s) => s.input.params.name));
  return {
    states,
    sequences: inputs.filter((x) => sequenceNames.includes(x.params.name)),
    constants: inputs.filter(
      (x) => !isState.has(x.params.name) && !sequenceNames.includes(x.params.name),
    ),
  };
}

function inputsOf(nodes: readonly Node[]): NodeOf<'input'>[] {
  return topologicalOrder(nodes).filter((n): n is NodeOf<'input'> & Node => n.op === 'input');
}
