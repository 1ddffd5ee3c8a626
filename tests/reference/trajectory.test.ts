import { describe, expect, it } from 'vitest';
import { differentiate } from '#main/engine/differentiate';
import { ReferenceExecutor } from '#main/engine/executors/reference';
import { constant, input } from '#main/engine/graph';
import { compressibilityOf } from '#main/engine/training-loop';
import { palStep } from '#main/engine/optimisers/pal';
import { makeProgram } from '#main/engine/program';
import { tensor } from '#main/engine/tensor';
import { exactStatistics } from '../tolerances';
import { readFixture, relativeError } from './fixtures';

const fixture = readFixture('trajectory.json');
const executor = new ReferenceExecutor();
const number = (value: number) => tensor([], Float64Array.of(value));

describe('palStep', () => {
  for (const row of fixture.pal) {
    it(`is the reference's step: ${row.name} (${row.branch})`, async () => {
      const longest = row.s_max as number | null;
      const limits = {
        relaxation: row.alpha as number,
        longest: longest === null ? null : constant(longest),
      };
      const program = await executor.program(JSON.stringify([row.alpha, longest]), () =>
        makeProgram({
          step: palStep(
            {
              here: input('here', []),
              there: input('there', []),
              slope: input('slope', []),
              mu: input('mu', []),
            },
            limits,
          ),
        }),
      );
      const { step } = await program.run({
        here: number(row.l0),
        there: number(row.l_mu),
        slope: number(row.slope),
        mu: number(row.mu),
      });
      expect(step?.data[0]).toBeCloseTo(row.step, 12);
    });
  }
});

describe('compressibilityOf', () => {
  for (const [index, row] of fixture.compressibility.entries()) {
    const values: number[] = row.w.data;
    if (values.every((w) => w === 0)) continue;
    it(`of vector ${index} and its gradient are the closed forms`, async () => {
      const theta = input('theta', [1, 1, values.length]);
      const ratio = compressibilityOf(theta);
      const program = await executor.program(`compressibility ${index}`, () => {
        const [gradient] = differentiate(ratio, [theta]);
        return makeProgram({ ratio, gradient: gradient as typeof theta });
      });
      const result = await program.run({
        theta: tensor([1, 1, values.length], Float64Array.from(values)),
      });
      expect(result['ratio']?.data[0]).toBeCloseTo(row.value, 12);
      expect(relativeError(result['gradient']?.data ?? [], row.gradient.data)).toBeLessThan(
        exactStatistics,
      );
    });
  }
});
