/** Data sets of one's own: from files to a trained network, on the command line and on the screen. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import axe from 'axe-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { CellsResult } from '#shared/domain/results';
import { startCli, type Ended } from '../fixtures/command-line';
import { cifarRecord, idxFile } from '../fixtures/data-files';
import { temporaryFolder } from '../fixtures/temporary-folder';
import { openBrowser, openPage } from './browser';
import { serve } from './served-workbench';

const stepMs = 20_000;

function place() {
  const folder = temporaryFolder();
  const registry = join(folder, 'registry');
  const files = join(folder, 'files');
  mkdirSync(files);
  const cli = (...args: readonly string[]): Promise<Ended> =>
    startCli(args, { PHASESCAPE_DATASETS: registry }).ended;
  return { folder, registry, files, cli };
}

function writeCifar(folder: string, count: number): void {
  const records = Array.from({ length: count }, (_, i) => cifarRecord(i % 10));
  writeFileSync(join(folder, 'data_batch_1.bin'), Buffer.concat(records));
  writeFileSync(join(folder, 'test_batch.bin'), Buffer.concat(records.slice(0, 20)));
}

function writeSpec(file: string, dataset: object): void {
  const spec = {
    specVersion: 1,
    name: 'own',
    dataset,
    model: { family: 'cnn', width: 2 },
    optimizer: { name: 'sgd', learningRate: 0.01 },
    training: { epochs: 1, batchSize: 16 },
    axes: [],
    seeds: [0],
    metrics: [],
  };
  writeFileSync(file, JSON.stringify(spec));
}

describe('phasescape import dataset', () => {
  it('makes CIFAR files a data set that a convolution is trained on; samples that change later are refused with both digests', async () => {
    const { folder, registry, files, cli } = place();
    writeCifar(files, 60);
    const imported = await cli('import', 'dataset', files, '--name', 'small-cifar', '--json');
    expect([imported.code, imported.stderr]).toEqual([0, '']);
    const { digest, trainCount, testCount, normalisation } = JSON.parse(imported.stdout) as {
      digest: string;
      trainCount: number;
      testCount: number;
      normalisation: { kind: string };
    };
    expect([trainCount, testCount, normalisation.kind]).toEqual([60, 20, 'unit']);
    const spec = join(folder, 'spec.json');
    writeSpec(spec, { name: 'small-cifar' });
    const project = join(folder, 'project');
    const run = await cli('run', spec, '--project', project, '--workers', '1', '--json');
    expect([run.code, run.stderr.includes('failed')]).toEqual([0, false]);
    const results = JSON.parse(run.stdout) as CellsResult;
    expect(results.cells[0]?.metrics['testAccuracy']?.n).toBe(1);

    const samples = join(registry, 'small-cifar', 'samples.bin');
    const bytes = readFileSync(samples);
    bytes[100] = (bytes[100] as number) ^ 1;
    writeFileSync(samples, bytes);
    writeSpec(spec, { name: 'small-cifar', fraction: 0.5 });
    const again = await cli('run', spec, '--project', join(folder, 'other'), '--workers', '1');
    expect(again.code).toBe(1);
    expect(again.stderr).toMatch(
      /small-cifar: must be as it was registered with SHA-256 [0-9a-f]{64}, got [0-9a-f]{64}/,
    );

    // Everything that the manifest says is part of its digest.
    const manifest = join(registry, 'small-cifar', 'dataset.json');
    writeFileSync(
      manifest,
      readFileSync(manifest, 'utf8').replace('"classes": 10', '"classes": 11'),
    );
    const changed = await cli('run', spec, '--project', join(folder, 'third'));
    expect(changed.code).toBe(2);
    expect(changed.stderr).toMatch(new RegExp(`with SHA-256 ${digest}, got [0-9a-f]{64}`));
  });

  it('refuses bad files and names with exit code 2 and one line', async () => {
    const { files, cli } = place();
    writeFileSync(join(files, 'data_batch_1.bin'), cifarRecord(200));
    const label = await cli('import', 'dataset', files, '--name', 'x');
    expect([label.code, label.stderr]).toEqual([
      2,
      'error: data_batch_1.bin, record 1: labels must be whole numbers 0..9, got 200; get the file again from its publisher\n',
    ]);
    const name = await cli('import', 'dataset', files, '--name', 'digits');
    expect([name.code, name.stderr.split('\n').length]).toEqual([2, 2]);
    const missing = await cli('import', 'dataset', join(files, 'nothing'), '--name', 'x');
    expect([missing.code, missing.stderr]).toEqual([
      2,
      'error: nothing: must be a readable file or folder, got nothing there; check the path\n',
    ]);
  });
});

describe('the Data sets screen', () => {
  it('adds files of the machine, shows them, offers them in Design, and refuses what calls a function', async () => {
    const { folder, registry, files } = place();
    const pixels = Uint8Array.from({ length: 20 * 36 }, (_, i) => (i * 13) % 256);
    mkdirSync(join(files, 'letters'));
    writeFileSync(join(files, 'letters', 'train-images-idx3-ubyte'), idxFile([20, 6, 6], pixels));
    writeFileSync(
      join(files, 'letters', 'train-labels-idx1-ubyte'),
      idxFile([20], pixels.map((_, i) => i % 2).subarray(0, 20)),
    );
    const call = join(import.meta.dirname, '../fixtures/pickles/call-protocol-4.pickle');
    writeFileSync(join(files, 'data_batch_1'), readFileSync(call));

    const before = { ...process.env };
    onTestFinished(() => void (process.env = before));
    process.env = { ...before, PHASESCAPE_DATASETS: registry, PHASESCAPE_IMPORT_FOLDER: files };
    const { url } = await serve(folder);
    const { page, faults } = await openPage(await openBrowser());
    page.setDefaultTimeout(stepMs);
    await page.goto(url);
    await page.getByRole('link', { name: 'Data sets', exact: true }).click();
    await page.getByRole('button', { name: /^Glyph digits/ }).click();
    await page.getByRole('img', { name: 'Sample 1 of class 9' }).waitFor();

    await page.getByRole('button', { name: 'Add a data set' }).click();
    await page.getByRole('button', { name: /^data_batch_1/ }).click();
    await page.getByText('a call of posix.system').waitFor();
    await page.getByRole('button', { name: /^letters/ }).click();
    await page.getByRole('button', { name: 'Use this folder as the data' }).click();
    await page.getByText('16 to train and 4 to test').waitFor();
    await page.evaluate(axe.source);
    const problems = await page.evaluate(async () => {
      const { axe: run } = globalThis as unknown as {
        axe: { run: () => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
      };
      const { violations } = await run.run();
      return violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(' | ')}`);
    });
    expect(problems).toEqual([]);
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('heading', { name: 'letters' }).waitFor();

    await page.getByRole('link', { name: 'Design', exact: true }).click();
    await page.getByLabel('Data set', { exact: true }).selectOption('letters');
    await page.getByText('16 to train and 4 to test, 2 classes').waitFor();
    await page.getByLabel('Data set', { exact: true }).selectOption('two-spirals');
    await page.getByRole('textbox', { name: 'Turns' }).waitFor();
    expect(faults).toEqual([]);
  });
});
