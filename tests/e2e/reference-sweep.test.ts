import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CellMetric, CellsResult } from '#shared/domain/results';
import { cli, repository } from '../fixtures/command-line';
import { temporaryFolder } from '../fixtures/temporary-folder';

/** The reference sweep R1 against the same sweep in PyTorch (`tests/reference/pytorch-r1.csv`, other random numbers). */

const spec = JSON.parse(
  readFileSync(join(repository, 'resources/samples/digits-width-batch.json'), 'utf8'),
) as { metrics: Record<string, unknown>[] };

/** PyTorch's row of each cell, by `width,batch`. */
const pytorch = new Map(
  readCsv(join(repository, 'tests/reference/pytorch-r1.csv')).map((row) => [
    `${row['width']},${row['batch']}`,
    row,
  ]),
);

function readCsv(file: string): Record<string, string>[] {
  const [head, ...lines] = readFileSync(file, 'utf8').trim().split('\n');
  const names = (head as string).split(',');
  return lines.map((line) => {
    const values = line.split(',');
    return Object.fromEntries(names.map((name, i) => [name, values[i] ?? '']));
  });
}

const keyOf = (axes: CellsResult['cells'][0]['axes']) =>
  `${axes['model.width']},${axes['training.batchSize']}`;

/** Distance of our mean from PyTorch's in combined standard errors. */
function deviation(ours: CellMetric, theirs: { mean: number; sd: number; n: number }): number {
  const error = Math.sqrt(
    (ours.sd as number) ** 2 / (ours.n as number) + theirs.sd ** 2 / theirs.n,
  );
  return Math.abs((ours.mean as number) - theirs.mean) / error;
}

// With three seeds a side a standard error has few degrees of freedom: some 4% of honest cells lie beyond three. A single
// metric may therefore lose a few of 25 cells; all together must not.
const columns = [
  ['testAccuracy', 'test_acc'],
  ['hessianTopEigenvalue', 'eig'],
  ['hessianTrace', 'trace'],
  ['cka', 'cka'],
  ['weightDistance', 'l2'],
] as const;

const specFile = join(repository, 'resources/samples/digits-width-batch.json');

async function sweep(file: string, engine = 'auto'): Promise<CellsResult> {
  const project = join(temporaryFolder(), 'project');
  const { code, stdout, stderr } = await cli(
    'run',
    file,
    '--project',
    project,
    '--json',
    '--engine',
    engine,
  );
  expect(stderr).not.toMatch(/error/i);
  expect(code).toBe(0);
  return JSON.parse(stdout) as CellsResult;
}

describe('the reference sweep', () => {
  // The default of this machine, and the engine of every machine.
  it.each(['auto', 'onnx-cpu'])(
    'has every metric in 25 cells, and means as in PyTorch within three combined standard errors, on %s',
    async (engine) => {
      const result = await sweep(specFile, engine);
      expect(result.cells).toHaveLength(25);
      const names = [
        ...['trainLoss', 'trainAccuracy', 'testLoss', 'testAccuracy'],
        ...['hessianTopEigenvalue', 'hessianBottomEigenvalue', 'hessianNegativeRatio'],
        ...['hessianTrace', 'cka', 'weightDistance'],
      ];
      for (const cell of result.cells) {
        expect(cell.n).toBe(3);
        expect(cell.diverged).toBe(0);
        for (const name of names) expect(cell.metrics[name]?.n, name).toBe(3);
        for (const name of ['modeConnectivity', 'curveBarrier', 'curveGain']) {
          expect(cell.metrics[name]?.n, name).toBe(1);
        }
        expect(cell.phaseReason).not.toBe('');
      }

      let within = 0;
      for (const [name, column] of columns) {
        const near = result.cells.filter((cell) => {
          const row = pytorch.get(keyOf(cell.axes)) as Record<string, string>;
          const theirs = {
            mean: Number(row[`${column}_mean`]),
            sd: Number(row[`${column}_sd`]),
            n: 3,
          };
          return deviation(cell.metrics[name] as CellMetric, theirs) <= 3;
        }).length;
        expect(near, name).toBeGreaterThanOrEqual(21);
        within += near;
      }
      expect(within / (columns.length * 25)).toBeGreaterThanOrEqual(0.9);
    },
  );

  it("agrees with PyTorch's barriers, the spread taken over a ring of pairs", async () => {
    const folder = temporaryFolder();
    const metrics = spec.metrics.map((m) =>
      m['name'] === 'mode-connectivity' ? { ...m, pairs: 'ring' } : m,
    );
    const file = join(folder, 'ring.json');
    const curves = metrics.filter((m) => m['name'] === 'mode-connectivity');
    writeFileSync(
      file,
      JSON.stringify({ ...spec, name: 'ring', seeds: [0, 1, 2, 3, 4, 5], metrics: curves }),
    );
    const { cells } = await sweep(file);
    const near = cells.filter((cell) => {
      const barrier = cell.metrics['curveBarrier'] as CellMetric;
      expect(barrier.n).toBe(6);
      const row = pytorch.get(keyOf(cell.axes)) as Record<string, string>;
      // PyTorch's sweep has one pair a cell: its spread is ours.
      return (
        deviation(barrier, { mean: Number(row['barrier']), sd: barrier.sd as number, n: 1 }) <= 3
      );
    });
    expect(near.length / 25).toBeGreaterThanOrEqual(0.9);
  });
});
