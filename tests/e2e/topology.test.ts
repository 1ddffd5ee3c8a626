import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cli } from '../fixtures/command-line';
import { temporaryFolder } from '../fixtures/temporary-folder';
import { readFixture } from '../reference/fixtures';

interface FixtureGrid {
  readonly rows: number;
  readonly columns: number;
  readonly values: { readonly data: readonly number[] };
  readonly results: Readonly<
    Record<
      string,
      {
        readonly minima: number;
        readonly saddles: number;
        readonly pair_count: number;
        readonly merge_tree: object;
        readonly global_pairs: readonly [
          { readonly birth_vertex: number; readonly death_vertex: number },
        ];
      }
    >
  >;
}

const [grid] = (readFixture('topology.json') as { grids: [FixtureGrid] }).grids;

function gridFile(): string {
  const file = join(temporaryFolder(), 'grid.csv');
  const values = grid.values.data;
  const rows = Array.from({ length: grid.rows }, (_, row) =>
    values.slice(row * grid.columns, (row + 1) * grid.columns).join(','),
  );
  writeFileSync(file, rows.join('\n'));
  return file;
}

describe('phasescape topology', () => {
  it.each(['freudenthal', '4', '8'])('prints pairs, tree and summary: %s', async (name) => {
    const file = gridFile();
    const expected = grid.results[name] as FixtureGrid['results'][string];
    const options = ['--neighbourhood', name];
    const { code, stdout } = await cli('topology', file, ...options, '--json');
    expect(code).toBe(0);
    const printed = JSON.parse(stdout) as Record<string, unknown>;
    expect(printed).toMatchObject({
      neighbourhood: name,
      minima: expected.minima,
      saddles: expected.saddles,
      mergeTree: expected.merge_tree,
      globalPair: {
        birthVertex: expected.global_pairs[0].birth_vertex,
        deathVertex: expected.global_pairs[0].death_vertex,
      },
    });
    expect(printed['pairs']).toHaveLength(expected.pair_count);
    const text = await cli('topology', file, ...options, '--threshold', '0.5');
    expect([text.code, text.stdout]).toEqual([
      0,
      expect.stringContaining(`neighbourhood: ${name}`),
    ]);
    expect(text.stdout).toContain('average persistence, without the global pair: ');
    expect(text.stdout).toMatch(/merge tree\n *vertex +kind +value +parent\n/);
    expect(text.stdout).not.toMatch(/averagePersistence|\d\.\d{8}/);
  });

  it('takes thresholds from 0, which keeps every pair, to 1, which keeps none', async () => {
    const file = gridFile();
    const pairsAt = async (threshold: string) => {
      const { stdout } = await cli('topology', file, '--threshold', threshold, '--json');
      return (JSON.parse(stdout) as { pairs: unknown[] }).pairs.length;
    };
    expect(await pairsAt('0')).toBe(grid.results['freudenthal']?.pair_count);
    expect(await pairsAt('1')).toBe(0);
    for (const wrong of ['-0.1', '1.1', 'NaN', '']) {
      const { code, stderr } = await cli('topology', file, `--threshold=${wrong}`);
      expect([code, stderr]).toEqual([2, expect.stringContaining('must be a number from 0 to 1')]);
    }
  });

  it('refuses another neighbourhood and a grid that is none', async () => {
    const file = gridFile();
    const other = await cli('topology', file, '--neighbourhood', '6');
    expect([other.code, other.stderr]).toEqual([
      2,
      expect.stringContaining('Allowed choices are freudenthal, 4, 8'),
    ]);
    writeFileSync(file, 'x,y\n1,2\n');
    const names = await cli('topology', file);
    expect([names.code, names.stdout]).toEqual([2, '']);
    expect(names.stderr).toMatch(/line 1, column 1: must be a finite number, got "x"/);
  });
});
