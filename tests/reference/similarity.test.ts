import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linearCka, softmaxRows, type Representation } from '#main/metrics/cka/linear-cka';
import { weightDistance } from '#main/metrics/weight-distance/measure';
import { denseAlgebra, exactStatistics } from '../tolerances';
import { readFixture, relativeError, type FixtureArray } from './fixtures';

const fixture = readFixture('similarity.json');

function representation({ shape, data }: FixtureArray): Representation {
  return { rows: shape[0] as number, columns: shape[1] as number, data: Float64Array.from(data) };
}

describe('linearCka', () => {
  for (const pair of fixture.cka) {
    it(`gives the biased value of ${pair.name}`, () => {
      const got = linearCka(representation(pair.x), representation(pair.y));
      if (pair.biased_feature_form === null) expect(got).toBeNull();
      else
        expect(Math.abs((got?.value ?? NaN) - pair.biased_feature_form)).toBeLessThan(denseAlgebra);
    });
  }

  it('gives the fixture of two models on mixed samples, softmax and logits', () => {
    const logits = [
      representation(fixture.mixup.logits_first),
      representation(fixture.mixup.logits_second),
    ] as const;
    expect(linearCka(...logits)?.value).toBeCloseTo(fixture.mixup.cka_logits_biased, 10);
    expect(linearCka(softmaxRows(logits[0]), softmaxRows(logits[1]))?.value).toBeCloseTo(
      fixture.mixup.cka_softmax_biased,
      10,
    );
  });

  it('does not depend on how the rows are cut into batches, and its error comes from leaving them out', () => {
    const x = representation(fixture.cka[0].x);
    const y = representation(fixture.cka[0].y);
    const whole = linearCka(x, y);
    const cut = linearCka(x, y, 6);
    expect(cut?.value).toBeCloseTo(whole?.value ?? NaN, 12);
    expect(whole?.standardError).toBeNull();
    const keep = (z: Representation, b: number): Representation => {
      const data = z.data.filter((_, i) => Math.floor(i / z.columns / 6) !== b);
      return { rows: data.length / z.columns, columns: z.columns, data };
    };
    const without = [0, 1, 2, 3].map((b) => linearCka(keep(x, b), keep(y, b))?.value ?? NaN);
    const mean = without.reduce((p, q) => p + q, 0) / 4;
    const error = Math.sqrt((3 / 4) * without.reduce((p, q) => p + (q - mean) ** 2, 0));
    expect(cut?.standardError).toBeCloseTo(error, 10);
  });

  it('is 1 with itself, symmetric, and unchanged by shifts and scaling', () => {
    const rows = fc.array(fc.integer({ min: -1000, max: 1000 }), {
      minLength: 30,
      maxLength: 30,
    });
    fc.assert(
      fc.property(rows, rows, fc.double({ min: 0.1, max: 10, noNaN: true }), (a, b, factor) => {
        const x: Representation = { rows: 10, columns: 3, data: Float64Array.from(a) };
        const y: Representation = { rows: 10, columns: 3, data: Float64Array.from(b) };
        const moved: Representation = { ...x, data: x.data.map((v) => factor * v + 3) };
        const value = linearCka(x, y)?.value;
        if (value === undefined) return;
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1 + 1e-9);
        expect(linearCka(y, x)?.value).toBeCloseTo(value, 9);
        expect(linearCka(moved, y)?.value).toBeCloseTo(value, 6);
        expect(linearCka(x, x)?.value).toBeCloseTo(1, 9);
      }),
    );
  });
});

describe('softmaxRows', () => {
  it('gives the outputs of the fixture', () => {
    const got = softmaxRows(representation(fixture.outputs.logits_first));
    expect(relativeError(got.data, fixture.outputs.softmax_first.data)).toBeLessThan(
      exactStatistics,
    );
  });
});

describe('weightDistance', () => {
  it('gives the distance of the fixture', () => {
    const flat = (parameters: { data: number[] }[] | FixtureArray) =>
      Array.isArray(parameters) ? parameters.flatMap((p) => p.data) : parameters.data;
    const { first, second } = fixture.models;
    const got = weightDistance(flat(first.parameters ?? first), flat(second.parameters ?? second));
    expect(got).toBeCloseTo(fixture.distance.l2, 10);
  });
});
