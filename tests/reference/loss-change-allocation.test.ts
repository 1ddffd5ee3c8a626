import { describe, expect, it } from 'vitest';
import { ReferenceExecutor } from '#main/engine/executors/reference';
import { gradientProgram } from '#main/engine/network-programs';
import { mlp } from '#main/engine/networks/mlp';
import { tensor } from '#main/engine/tensor';
import { networkLayers } from '#main/metrics/network-layers';
import { allocateSegment } from '#main/metrics/loss-change-allocation/segment-allocation';
import { float64Gradient } from '../tolerances';
import { oneHot, readFixture, relativeError } from './fixtures';

const { model, loss_change_allocation: fixture } = readFixture('trajectory.json');
const network = mlp({ sizes: model.sizes, activation: model.activation });
const size = network.parameterCount;
const executor = new ReferenceExecutor();
const targets = tensor([20, 3], oneHot(model.labels.data ?? model.labels, 3));
const x = tensor([20, 6], Float64Array.from(model.inputs.data));

async function gradientAt(theta: Float64Array): Promise<Float64Array> {
  const program = await executor.program('gradient', () =>
    gradientProgram(network, 1, { samples: 20, inputs: 6, classes: 3 }),
  );
  const { gradient } = await program.run({ theta: tensor([1, 1, size], theta), x, targets });
  return gradient?.data as Float64Array;
}

/** Allocation of step t with exactly so many intervals. */
async function allocationOf(t: number, splits: number) {
  const path = Float64Array.from(fixture.path.data);
  const from = path.slice(t * size, (t + 1) * size);
  const to = path.slice((t + 1) * size, (t + 2) * size);
  return allocateSegment(
    {
      movement: to.map((w, i) => w - (from[i] as number)),
      lossChange: fixture.loss_change.data[t],
      first: await gradientAt(from),
      last: await gradientAt(to),
      async gradientSum(positions) {
        const sum = new Float64Array(size);
        for (const s of positions) {
          const at = from.map((w, i) => w + s * ((to[i] as number) - w));
          (await gradientAt(at)).forEach((g, i) => (sum[i] = (sum[i] as number) + g));
        }
        return sum;
      },
    },
    { tolerance: 0, mostSplits: splits },
  );
}

describe('allocateSegment', () => {
  for (const run of fixture.runs)
    it(`gives the reference's allocation with ${run.splits} intervals, parameter by parameter`, async () => {
      const steps = [];
      for (let t = 0; t < 5; t++) steps.push(await allocationOf(t, run.splits));
      expect(steps.map(({ splits }) => splits)).toEqual(new Array(5).fill(run.splits));
      expect(
        relativeError(
          steps.map(({ total }) => total),
          run.sum_per_step.data,
        ),
      ).toBeLessThan(float64Gradient);
      const missed = steps.map(({ integrationError }) => -integrationError);
      run.sum_minus_loss_change.data.forEach((error: number, t: number) => {
        expect(Math.abs((missed[t] as number) - error)).toBeLessThan(1e-13);
      });
      if (!run.lca) return;
      const allocation = steps.flatMap((step) => [...step.allocation]);
      expect(relativeError(allocation, run.lca.data)).toBeLessThan(float64Gradient);
    });

  it('stops halving once the change of the loss is met within the tolerance', async () => {
    const path = Float64Array.from(fixture.path.data);
    const [from, to] = [path.slice(4 * size, 5 * size), path.slice(5 * size)];
    const segment = {
      movement: to.map((w, i) => w - (from[i] as number)),
      lossChange: fixture.loss_change.data[4],
      first: await gradientAt(from),
      last: await gradientAt(to),
      async gradientSum(positions: readonly number[]) {
        const sum = new Float64Array(size);
        for (const s of positions)
          (await gradientAt(from.map((w, i) => w + s * ((to[i] as number) - w)))).forEach(
            (g, i) => (sum[i] = (sum[i] as number) + g),
          );
        return sum;
      },
    };
    // Two intervals miss 0.0025 of this step, four less than 0.001.
    const { splits, integrationError } = await allocateSegment(segment, {
      tolerance: 1e-3,
      mostSplits: 32,
    });
    expect(splits).toBe(4);
    expect(Math.abs(integrationError)).toBeLessThan(1e-3);
  });
});

describe('networkLayers', () => {
  it('sums the reference by tensors to layers', async () => {
    const run = fixture.runs[0];
    const totals = new Float64Array(size);
    for (let t = 0; t < 5; t++)
      (await allocationOf(t, run.splits)).allocation.forEach(
        (share, i) => (totals[i] = (totals[i] as number) + share),
      );
    for (const { name, from, to } of networkLayers(network)) {
      const sum = totals.subarray(from, to).reduce((a, b) => a + b, 0);
      const expected = run.by_tensor_total
        .filter((tensor: { name: string }) => tensor.name.startsWith(`${name}.`))
        .reduce((total: number, { value }: { value: number }) => total + value, 0);
      expect(sum).toBeCloseTo(expected, 10);
    }
  });
});
