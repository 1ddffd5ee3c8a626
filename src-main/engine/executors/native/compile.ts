/** From a graph to a plan: units in order, a layout for every node, instructions, memory, and at last the numbers. */
import { ShapeError } from '#shared/errors';
import { topologicalOrder, type Node, type NodeOf } from '../../graph';
import type { LoopProgram, Program } from '../../program';
import { sizeOf } from '../../tensor';
import { decideDestinations, type Decisions } from './destinations';
import { lowerElementwise } from './elementwise';
import { encode, type EncodedPlan } from './encode';
import { findFinishes, type FinishedProduct } from './finishes';
import { isElementwise, isReadOutside, readersOf, unitsOf, type Unit } from './fusion';
import type { Instruction } from './instructions';
import { contiguous, isContiguous, ownStorage, type Layout, type Storage } from './layout';
import { loweringRules } from './lowering';
import { noFinish, type Finish } from './products';
import { copy } from './results';

export interface PlanInput {
  readonly node: NodeOf<'input'>;
  readonly kind: 'copied' | 'fixed' | 'sequence';
  readonly storage: Storage;
}

/** A value that a plan hands out. */
export interface PlanOutput {
  readonly name: string;
  readonly node: Node;
  readonly layout: Layout;
}

type Rule = (sink: Compilation, node: Node, inputs: readonly Layout[], finish: Finish) => Layout;

class Compilation {
  readonly instructions: Instruction[] = [];
  readonly constants: number[] = [];
  readonly #layouts = new Map<Node, Layout>();
  readonly #decisions: Decisions;
  readonly #finishes: ReadonlyMap<Node, FinishedProduct>;
  readonly #outputs: ReadonlySet<Node>;
  readonly #readers: ReadonlyMap<Node, readonly Node[]>;

  constructor(
    units: readonly Unit[],
    {
      outputs,
      inputs,
      states,
    }: {
      outputs: readonly Node[];
      inputs: readonly PlanInput[];
      states: readonly { input: Node; next: Node }[];
    },
  ) {
    const order = topologicalOrder(outputs);
    this.#outputs = new Set(outputs);
    this.#readers = readersOf(order);
    this.#finishes = findFinishes(units, { readers: this.#readers, outputs: this.#outputs });
    for (const { node, storage } of inputs)
      this.#layouts.set(node, contiguous(storage, node.shape));
    this.#decisions = decideDestinations(units, {
      order,
      readers: this.#readers,
      finishes: this.#finishes,
      states: states.map(({ input, next }) => ({
        input,
        next,
        layout: this.#layouts.get(input) as Layout,
      })),
    });
    for (const unit of units) this.#lower(unit);
  }

  destination(node: Node): Layout | null {
    return this.#decisions.get(node) ?? null;
  }

  layoutOf(node: Node): Layout {
    return this.#layouts.get(node) as Layout;
  }

  #lower(unit: Unit): void {
    if (unit.kind === 'elementwise') {
      this.#lowerGroup(unit.members);
      return;
    }
    const { node } = unit;
    // A product with a finish waits for the unit that it is finished by.
    if (this.#layouts.has(node) || this.#finishes.has(node)) return;
    if (node.op === 'constant') this.#layouts.set(node, this.#constant(node));
    else this.#layouts.set(node, this.#apply(node, node, noFinish));
  }

  #lowerGroup(members: readonly Node[]): void {
    const [last] = members.slice(-1) as [Node];
    const finished = this.#finishes.get(last);
    if (finished) {
      const { product, bias, relu, step } = finished;
      const layout = this.#apply(product, last, {
        bias: bias && this.layoutOf(bias),
        relu,
        step: step && this.layoutOf(step),
      });
      this.#layouts.set(last, layout);
      return;
    }
    const inside = new Set(members);
    const results = members.filter(
      (node) => this.#outputs.has(node) || isReadOutside(node, inside, this.#readers),
    );
    const { instruction, layouts } = lowerElementwise({
      members,
      results,
      layoutOf: (node) => this.layoutOf(node),
      destination: (node) => this.destination(node),
    });
    this.instructions.push(instruction);
    for (const [node, layout] of layouts) this.#layouts.set(node, layout);
  }

  /** Runs the rule of `node`; its result takes the place that was decided for `target`. */
  #apply(node: Node, target: Node, finish: Finish): Layout {
    if (node.op === 'input' || node.op === 'constant' || isElementwise(node))
      throw new ShapeError(
        `native-cpu: ${node.op} must be known before it is read, got none; report this defect`,
      );
    const inputs = node.inputs.map((x) => this.layoutOf(x));
    const sink = {
      instructions: this.instructions,
      destination: () => this.destination(target),
    };
    const rule = loweringRules[node.op as keyof typeof loweringRules] as unknown as Rule;
    return rule(sink as unknown as Compilation, node, inputs, finish);
  }

  #constant(node: NodeOf<'constant'>): Layout {
    const { values } = node.params;
    const storage: Storage = {
      kind: 'constant',
      size: values.length,
      slot: 0,
      pinned: true,
    };
    const offset = this.constants.length;
    for (const value of values) this.constants.push(value);
    return { ...contiguous(storage, node.shape), offset };
  }
}

/** The plan of a program: its inputs are read in place, its outputs are copied out. */
export function compileProgram(program: Program): EncodedPlan {
  const nodes = shareMasks(program.outputs.map(({ node }) => node));
  const inputs = program.inputs.map((node, i) => planInput(node, 'fixed', i));
  const units = unitsOf(nodes);
  const compilation = new Compilation(units, { outputs: nodes, inputs, states: [] });
  const outputs = program.outputs.map(({ name }, i) => {
    const node = nodes[i] as Node;
    return { name, node, layout: settled(compilation, compilation.layoutOf(node)) };
  });
  return encode({ compilation, inputs, outputs });
}

/**
 * The plan of one step of a loop. States lie in the plan's memory; a step ends with their new values there, written in place
 * where nothing reads the old ones any more.
 */
export function compileLoop(loop: LoopProgram): EncodedPlan {
  const nexts = shareMasks(loop.states.map((state) => state.next));
  const all = [
    ...loop.states.map(({ input }) => ({ node: input, kind: 'copied' as const })),
    ...loop.constants.map((node) => ({ node, kind: 'fixed' as const })),
    ...loop.sequences.map((node) => ({ node, kind: 'sequence' as const })),
  ];
  const inputs = all.map(({ node, kind }, i) => planInput(node, kind, i));
  const states = loop.states.map(({ input }, i) => ({
    input: input,
    next: nexts[i] as Node,
  }));
  const compilation = new Compilation(unitsOf(nexts), { outputs: nexts, inputs, states });
  replaceStates(
    compilation,
    states.map(({ next }, i) => ({
      from: compilation.layoutOf(next),
      to: contiguous((inputs[i] as PlanInput).storage, next.shape),
    })),
  );
  const outputs = loop.states.map(({ input }, i) => ({
    name: input.params.name,
    node: input,
    layout: contiguous((inputs[i] as PlanInput).storage, input.shape),
  }));
  return encode({ compilation, inputs, outputs });
}

/** Copies new states to their places; one that lies in another state's place is brought to safety first. */
function replaceStates(
  compilation: Compilation,
  moves: readonly { from: Layout; to: Layout }[],
): void {
  const places = new Set(moves.map(({ to }) => to.storage));
  const safe = moves.map(({ from, to }) => {
    const isThere = from.storage === to.storage && from.offset === 0 && isContiguous(from);
    if (isThere) return null;
    if (!places.has(from.storage)) return from;
    const aside = contiguous(ownStorage(sizeOf(from.shape)), from.shape);
    copy(compilation, from, aside);
    return aside;
  });
  moves.forEach(({ to }, i) => {
    const from = safe[i];
    if (from) copy(compilation, from, to);
  });
}

function planInput(node: NodeOf<'input'>, kind: PlanInput['kind'], index: number): PlanInput {
  const size = sizeOf(node.shape);
  const storage: Storage =
    kind === 'copied'
      ? { ...ownStorage(size), pinned: true }
      : { kind: 'input', size, slot: index + 1, pinned: true };
  return { node, kind, storage };
}

/** The output as it is handed out: contiguous, and kept to the end. */
function settled(compilation: Compilation, layout: Layout): Layout {
  const isWhole = isContiguous(layout);
  const to = isWhole ? layout : contiguous(ownStorage(sizeOf(layout.shape)), layout.shape);
  if (!isWhole) copy(compilation, layout, to);
  to.storage.pinned = true;
  return to;
}

/**
 * The graph with step(x) read off relu(x) where that is computed anyway: both are positive for the same x, and x itself then
 * need not be kept.
 */
function shareMasks(outputs: readonly Node[]): Node[] {
  const order = topologicalOrder(outputs);
  const relus = new Map(
    order.filter((node) => node.op === 'relu').map((node) => [node.inputs[0] as Node, node]),
  );
  const replaced = new Map<Node, Node>();
  const now = (node: Node) => replaced.get(node) as Node;
  for (const node of order) {
    if (replaced.has(node)) continue;
    const relu = node.op === 'step' ? relus.get(node.inputs[0] as Node) : undefined;
    const inputs = (relu ? [relu] : node.inputs).map((x) => replaced.get(x) ?? rebuild(x));
    replaced.set(node, inputs.every((x, i) => x === node.inputs[i]) ? node : { ...node, inputs });
  }
  // A relu may come after the step that now reads it.
  function rebuild(node: Node): Node {
    const inputs = node.inputs.map((x) => replaced.get(x) ?? rebuild(x));
    const made = inputs.every((x, i) => x === node.inputs[i]) ? node : { ...node, inputs };
    replaced.set(node, made);
    return made;
  }
  return outputs.map(now);
}
