import { afterAll, describe, expect, it } from 'vitest';
import { differentiate } from '#main/engine/differentiate';
import type { Executor } from '#main/engine/executor';
import { ReferenceExecutor } from '#main/engine/executors/reference';
import { input, mul, topologicalOrder, type Node } from '#main/engine/graph';
import { linearise } from '#main/engine/linearise';
import { shapeRules } from '#main/engine/ops';
import { makeProgram } from '#main/engine/program';
import { RandomStream } from '#main/engine/random';
import { sizeOf, tensor, type Tensor } from '#main/engine/tensor';
import { largestDifference, relativeError } from '../reference/fixtures';
import { centralDifference, denseAlgebra } from '../tolerances';
import { closeExecutors, executors } from './executors';
import { indexValues, opCases, type OpCase } from './op-cases';

const reference = new ReferenceExecutor();
const others = executors.filter(({ name }) => name !== 'reference');
afterAll(async () => {
  await reference[Symbol.asyncDispose]();
  await closeExecutors();
});

interface Built {
  readonly operands: readonly Node[];
  readonly outputs: Record<string, Node>;
  readonly values: Record<string, Tensor>;
}

/** The op's value; a weighted gradient of it; and that gradient's derivative along a direction, both ways. */
function build(opCase: OpCase): Built {
  const stream = new RandomStream(11, 'test', opCases.indexOf(opCase));
  const draw = (shape: readonly number[]) => {
    // At least 0.2 from zero, where relu and step have their kink.
    return tensor(
      shape,
      Float64Array.from(
        { length: sizeOf(shape) },
        () => (opCase.positive ? 1 : stream.sign()) * (0.2 + stream.uniform()),
      ),
    );
  };
  const operands = opCase.operands.map((shape, i) => input(`x${i}`, shape));
  const directions = opCase.operands.map((shape, i) => input(`v${i}`, shape));
  const values: Record<string, Tensor> = { indices: tensor([2, 3], indexValues) };
  opCase.operands.forEach((shape, i) => {
    values[`x${i}`] = draw(shape);
    values[`v${i}`] = draw(shape);
  });
  const value = opCase.build(operands);
  if (opCase.flat) return { operands, outputs: { value }, values };
  values['weight'] = draw(value.shape);
  const gradients = differentiate(mul(value, input('weight', value.shape)), operands);
  const [tangent] = linearise([value], new Map(operands.map((x, i) => [x, directions[i] as Node])));
  const second = linearise(gradients, new Map(operands.map((x, i) => [x, directions[i] as Node])));
  const outputs: Record<string, Node> = { value, tangent: tangent as Node };
  gradients.forEach((gradient, i) => {
    outputs[`gradient${i}`] = gradient;
    const along = second[i];
    if (along) outputs[`forward${i}`] = along;
  });
  const inner = gradients.map((gradient, i) => mul(gradient, directions[i] as Node));
  operands.forEach((x, i) => {
    // The derivative of <gradient, v>, one operand's part at a time, summed by linearity.
    inner.forEach((product, j) => {
      outputs[`reverse${i}from${j}`] = differentiate(product, [x])[0] as Node;
    });
  });
  return { operands, outputs, values };
}

async function run(
  executor: Executor,
  key: string,
  { outputs, values }: Built,
): Promise<Record<string, Tensor>> {
  const program = await executor.program(key, () => makeProgram(outputs));
  return program.run(values);
}

/** Central differences of a function of the operands along the directions. */
async function difference(
  built: Built,
  pick: (result: Record<string, Tensor>) => Float64Array,
): Promise<Float64Array> {
  const h = 1e-5;
  const moved = async (sign: number) => {
    const values = { ...built.values };
    built.operands.forEach((_, i) => {
      const x = built.values[`x${i}`] as Tensor;
      const v = built.values[`v${i}`] as Tensor;
      values[`x${i}`] = tensor(
        x.shape,
        Float64Array.from(x.data, (a, k) => a + sign * h * (v.data[k] as number)),
      );
    });
    const program = await reference.program('difference', () => makeProgram(built.outputs));
    return pick(await program.run(values));
  };
  const plus = await moved(1);
  const minus = await moved(-1);
  await reference[Symbol.asyncDispose]();
  return plus.map((p, k) => (p - (minus[k] as number)) / (2 * h));
}

describe('the vocabulary', () => {
  it('has a case for every op', () => {
    const covered = new Set(opCases.map((c) => c.op));
    for (const op of [...Object.keys(shapeRules), 'input', 'constant'])
      expect(covered, op).toContain(op);
  });
});

for (const opCase of opCases) {
  describe(`${opCase.op}: ${opCase.name}`, () => {
    const built = build(opCase);

    it('really uses the op', () => {
      expect(
        topologicalOrder([built.outputs['value'] as Node]).some((n) => n.op === opCase.op),
      ).toBe(true);
    });

    if (!opCase.flat) {
      it('has a tangent and derivatives of its gradient equal to central differences', async () => {
        const result = await run(reference, opCase.name, built);
        const tangent = await difference(built, (r) =>
          Float64Array.from((r['value'] as Tensor).data),
        );
        expect(relativeError((result['tangent'] as Tensor).data, tangent)).toBeLessThan(
          centralDifference,
        );
        for (const i of built.operands.keys()) {
          const expected = await difference(built, (r) =>
            Float64Array.from((r[`gradient${i}`] as Tensor).data),
          );
          const forward = result[`forward${i}`]?.data ?? new Float64Array(expected.length);
          expect(largestDifference(forward, expected)).toBeLessThan(centralDifference);
        }
      });

      it('has a gradient that is the transpose of its tangent, and second derivatives that agree both ways', async () => {
        const result = await run(reference, opCase.name, built);
        const along = inner(result['tangent'] as Tensor, built.values['weight'] as Tensor);
        const against = built.operands.reduce(
          (total, _, i) =>
            total + inner(result[`gradient${i}`] as Tensor, built.values[`v${i}`] as Tensor),
          0,
        );
        expect(along).toBeCloseTo(against, 9);
        for (const i of built.operands.keys()) {
          const size = (built.values[`x${i}`] as Tensor).data.length;
          const forward = result[`forward${i}`]?.data ?? new Float64Array(size);
          const reverse = new Float64Array(size);
          built.operands.forEach((_, j) =>
            (result[`reverse${i}from${j}`] as Tensor).data.forEach((x, k) => {
              reverse[k] = (reverse[k] as number) + x;
            }),
          );
          expect(largestDifference(reverse, forward)).toBeLessThan(denseAlgebra);
        }
      });
    }

    for (const { name, executor, tolerances } of others) {
      it(`has the reference's value and derivatives on ${name}`, async () => {
        const expected = await run(reference, opCase.name, built);
        const got = await run(executor, opCase.name, built);
        for (const [name, { shape, data }] of Object.entries(expected)) {
          expect(got[name]?.shape, name).toEqual(shape);
          expect(relativeError(got[name]?.data ?? [], data), name).toBeLessThan(tolerances.op);
        }
      });
    }
  });
}

function inner(a: Tensor, b: Tensor): number {
  return Array.from(a.data).reduce((total, x, k) => total + x * (b.data[k] as number), 0);
}
