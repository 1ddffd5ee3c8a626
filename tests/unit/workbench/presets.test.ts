import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkSpec } from '#shared/domain/check-spec';
import { readPresets } from '#main/workbench/presets';

const resources = join(import.meta.dirname, '../../../resources');

describe('readPresets', () => {
  it('gives specs that are valid, of two axes and three seeds, each with what it shows', () => {
    const presets = readPresets(resources);
    expect(presets).toHaveLength(5);
    for (const { description, name, spec } of presets) {
      const check = checkSpec(spec);
      expect({ name, check: check.ok ? [] : check.problems }).toEqual({ name, check: [] });
      expect(check).toMatchObject({ ok: true, spec: { seeds: [0, 1, 2] } });
      expect((spec as { axes: unknown[] }).axes).toHaveLength(2);
      expect(description).toMatch(/^[A-Z].*\.$/);
    }
    expect(new Set(presets.map(({ name }) => name)).size).toBe(5);
  });
  it('says so where one is missing', () => {
    expect(() => readPresets('/nowhere')).toThrow(
      /preset samples\/digits-width-batch\.json: must be readable/,
    );
  });
});
