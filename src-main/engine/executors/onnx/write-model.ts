/** Our programs and loops as ONNX graphs. */
import { topologicalOrder, type Node } from '../../graph';
import type { LoopProgram, Program } from '../../program';
import { GraphWriter, type FormulationOf, type Provider } from './graph-writer';
import { lowerMask, lowerMasked, loweringRules, lowerSplits, maskNodes } from './lowering';
import type { OnnxGraph, OnnxInitializer, OnnxValue } from './model-format';

/** Writes every node that `outputs` need; returns the name of each output. */
function writeNodes(
  writer: GraphWriter,
  outputs: readonly Node[],
  inputName: (name: string) => string,
): string[] {
  const names = new Map<Node, string>();
  const order = topologicalOrder(outputs);
  const nameOf = (node: Node) => names.get(node) as string;
  const splitsAfter = lowerSplits(writer, order, nameOf);
  const masks = maskNodes(order, outputs);
  for (const node of order) {
    if (!names.has(node)) {
      const mask = node.inputs.find((x) => masks.has(x));
      if (node.op === 'input') names.set(node, inputName(node.params.name));
      else if (masks.has(node)) names.set(node, lowerMask(writer, nameOf(node.inputs[0] as Node)));
      else if (mask) names.set(node, lowerMasked(writer, node.inputs.map(nameOf), nameOf(mask)));
      else {
        const rule = loweringRules[node.op] as (
          writer: GraphWriter,
          node: Node,
          inputs: readonly string[],
        ) => string;
        names.set(node, rule(writer, node, node.inputs.map(nameOf)));
      }
    }
    for (const [part, name] of splitsAfter(node)) names.set(part, name);
  }
  return outputs.map(nameOf);
}

const value = (
  name: string,
  node: Node,
  leading: readonly (number | string)[] = [],
): OnnxValue => ({ name, type: node.dtype, shape: [...leading, ...node.shape] });

const asGather: FormulationOf = () => 'gather';

/** @param formulationOf - what its convolutions are written as */
export function writeProgram(
  program: Program,
  provider: Provider,
  formulationOf = asGather,
): OnnxGraph {
  const writer = new GraphWriter('v', provider, formulationOf);
  const results = writeNodes(
    writer,
    program.outputs.map((o) => o.node),
    (name) => `in:${name}`,
  );
  program.outputs.forEach((o, i) => {
    writer.publish(results[i] as string, `out:${o.name}`);
  });
  return {
    nodes: writer.nodes,
    initializers: writer.initializers,
    inputs: program.inputs.map((x) => value(`in:${x.params.name}`, x)),
    outputs: program.outputs.map((o) => value(`out:${o.name}`, o.node)),
  };
}

/** The number of the step inside a loop's body, and what the `Loop` carries for it. */
interface StepCounter {
  readonly name: string;
  readonly initial: readonly OnnxInitializer[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly final: readonly string[];
}

/** The counter that `Loop` gives, on the host. */
const hostCounter: StepCounter = {
  name: 'iteration',
  initial: [],
  inputs: [],
  outputs: [],
  final: [],
};

/** A counter that lives on the device, so that no step waits for a copy from the host. */
function deviceCounter(body: GraphWriter): StepCounter {
  body.emit('Add', ['at', body.int32s([1], [])], { output: 'nextAt' });
  return {
    name: 'at',
    initial: [{ name: 'first', type: 'int', shape: [], bytes: new Uint8Array(4) }],
    inputs: [{ name: 'at', type: 'int', shape: [] }],
    outputs: [{ name: 'nextAt', type: 'int', shape: [] }],
    final: ['last'],
  };
}

/**
 * A loop as one ONNX `Loop`: constants are read from the outer graph, sequences row by row from a matrix there, so that
 * nothing but the states travels between steps. The graph's input `steps` is the trip count.
 */
export function writeLoop(
  loop: LoopProgram,
  provider: Provider,
  formulationOf = asGather,
): OnnxGraph {
  const body = new GraphWriter('b', provider, formulationOf);
  const counter = provider === 'webgpu' ? deviceCounter(body) : hostCounter;
  const sequenceRows = new Map(
    loop.sequences.map((x) => [
      x.params.name,
      body.emit('Gather', [`in:${x.params.name}`, counter.name], {
        attributes: { axis: { int: 0 } },
      }),
    ]),
  );
  const states = loop.states.map((s) => s.input.params.name);
  const results = writeNodes(
    body,
    loop.states.map((s) => s.next),
    (name) => {
      return sequenceRows.get(name) ?? (states.includes(name) ? `state:${name}` : `in:${name}`);
    },
  );
  body.emit('Identity', ['going'], { output: 'goOn' });
  loop.states.forEach((_, i) => {
    body.publish(results[i] as string, `next:${states[i]}`);
  });
  const bodyGraph: OnnxGraph = {
    nodes: body.nodes,
    initializers: body.initializers,
    inputs: [
      { name: 'iteration', type: 'int64', shape: [] },
      { name: 'going', type: 'bool', shape: [] },
      ...counter.inputs,
      ...loop.states.map((s) => value(`state:${s.input.params.name}`, s.input)),
    ],
    outputs: [
      { name: 'goOn', type: 'bool', shape: [] },
      ...counter.outputs,
      ...loop.states.map((s) => value(`next:${s.input.params.name}`, s.input)),
    ],
  };
  return {
    nodes: [
      {
        opType: 'Loop',
        inputs: [
          'steps',
          '',
          ...counter.initial.map((x) => x.name),
          ...states.map((name) => `in:${name}`),
        ],
        outputs: [...counter.final, ...states.map((name) => `out:${name}`)],
        attributes: { body: { graph: bodyGraph } },
      },
    ],
    initializers: counter.initial,
    inputs: [
      { name: 'steps', type: 'int64', shape: [] },
      ...loop.states.map((s) => value(`in:${s.input.params.name}`, s.input)),
      ...loop.constants.map((x) => value(`in:${x.params.name}`, x)),
      ...loop.sequences.map((x) => value(`in:${x.params.name}`, x, ['K'])),
    ],
    outputs: loop.states.map((s) => value(`out:${s.input.params.name}`, s.input)),
  };
}
