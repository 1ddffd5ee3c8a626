import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadMeasure } from '#main/metrics/load-measure';
import type { MetricWork } from '#shared/domain/metric-definition';
import {
  findMetric,
  metricDefinitions,
  metricOf,
  metricScalars,
} from '#shared/domain/metric-registry';
import { scalarDefinitions } from '#shared/domain/scalars';
import { trainingSchema } from '#shared/domain/spec';

const folder = resolve(import.meta.dirname, '../../../src-main/metrics');
const work: MetricWork = {
  parameters: 1000,
  trainSamples: 200,
  testSamples: 50,
  training: trainingSchema.parse({ epochs: 5, batchSize: 20 }),
  runs: 3,
  pairs: 3,
  trajectoryPoints: 6,
};

describe('metricDefinitions', () => {
  it('has every folder of metrics once, under its name', () => {
    const folders = readdirSync(folder).filter((name) =>
      existsSync(join(folder, name, 'definition.ts')),
    );
    expect(metricDefinitions.map(({ name }) => name).sort()).toEqual(folders.sort());
    expect(findMetric('no-such-metric')).toBeUndefined();
    expect(() => metricOf({ name: 'no-such-metric' })).toThrow(
      /must be one of hessian, .*, got no/,
    );
  });

  it('names each scalar once', () => {
    const names = scalarDefinitions.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(metricScalars.every(({ name }) => /^[a-z][A-Za-z0-9]+$/.test(name))).toBe(true);
  });

  it.each(metricDefinitions.map((definition) => [definition.name, definition] as const))(
    '%s is complete: valid defaults, words for each setting, costs, sentences',
    async (name, definition) => {
      const settings = definition.settings.parse({ name });
      expect(settings['name']).toBe(name);
      const keys = Object.keys(definition.settings.shape).filter((key) => key !== 'name');
      expect(Object.keys(definition.words).sort()).toEqual(keys.sort());
      for (const key of [
        ...(definition.planningSettings ?? []),
        ...Object.keys(definition.laterSettings ?? {}),
      ])
        expect(keys).toContain(key);
      // What stands for the time before a setting is its default.
      expect(settings).toMatchObject(definition.laterSettings ?? {});
      const { gradients, samples, otherMs = 0 } = definition.cost(settings, work);
      for (const value of [gradients, samples, otherMs, definition.bytesPerWeight(settings, 3)]) {
        expect(value).toBeGreaterThanOrEqual(0);
        expect(Number.isFinite(value)).toBe(true);
      }
      expect(gradients === 0 || samples > 0).toBe(true);
      for (const isOfProblem of [false, true]) {
        expect(definition.methods(settings, isOfProblem)).toMatch(/^[A-Z].*\.$/s);
        const caption = definition.captionSamples(settings, isOfProblem);
        if (caption !== null) expect(caption).not.toMatch(/\.$/);
      }
      for (const text of [definition.definition, definition.help]) expect(text).toMatch(/^.+\.$/s);
      expect(definition.source).toMatch(/\d{4}/);
      const { measure } = await loadMeasure(name);
      expect(measure.subject).toBe(definition.subject);
    },
  );
});
