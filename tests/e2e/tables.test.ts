/** Published results as an experiment: on the command line and by pointing, from the file to the figure. */
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import axe from 'axe-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { CellsResult } from '#shared/domain/results';
import { cli } from '../fixtures/command-line';
import { temporaryFolder } from '../fixtures/temporary-folder';
import { openBrowser, openPage } from './browser';
import { serve } from './served-workbench';

const published = join(
  import.meta.dirname,
  '../reference/published/resnet18-cifar10-width-batch.csv',
);
const stepMs = 20_000;

const axes = ['--load', 'width', '--temperature', 'batch_size'];
const metrics = [
  'trainLoss=train_loss:train_loss_sd',
  'testAccuracy=test_accuracy_percent/100:test_accuracy_percent_sd',
  'hessianTopEigenvalue=hessian_top_eigenvalue:hessian_top_eigenvalue_sd',
  'hessianTrace=hessian_trace:hessian_trace_sd',
  'cka=cka_softmax',
  'modeConnectivity=mode_connectivity',
  'weightDistance=weight_distance_l2',
].flatMap((words) => ['--metric', words]);
const importing = (file: string, folder: string, name = 'published') => [
  ...['import', 'table', file, '--project', join(folder, 'project'), '--name', name],
  ...axes,
];

/** The file by our own route: split at commas, as it has no quotes. */
function rowsOf(file: string): Record<string, string>[] {
  const [head = '', ...lines] = readFileSync(file, 'utf8').trim().split(/\r?\n/);
  const names = head.split(',');
  return lines.map((line) =>
    Object.fromEntries(line.split(',').map((value, i) => [names[i] ?? '', value])),
  );
}

describe('import table', () => {
  it('makes cells of every row, whose numbers are those of the file', async () => {
    const folder = temporaryFolder();
    const done = await cli(...importing(published, folder), ...metrics, '--n', '5', '--json');
    expect(done.code).toBe(0);
    const results = JSON.parse(done.stdout) as CellsResult;
    expect(results.axes.map(({ path, role }) => [path, role])).toEqual([
      ['width', 'load'],
      ['batch_size', 'temperature'],
    ]);
    const rows = rowsOf(published);
    expect(rows).toHaveLength(210);
    expect(results.cells).toHaveLength(210);
    for (const row of rows) {
      const cell = results.cells.find(
        (c) =>
          c.axes['width'] === Number(row['width']) &&
          c.axes['batch_size'] === Number(row['batch_size']),
      );
      const number = (column: string) => (row[column] === '' ? null : Number(row[column]));
      expect(cell?.metrics['trainLoss']?.mean).toBe(number('train_loss'));
      expect(cell?.metrics['hessianTrace']?.sd).toBe(number('hessian_trace_sd'));
      expect(cell?.metrics['modeConnectivity']?.mean).toBe(number('mode_connectivity'));
      expect(cell?.metrics['cka']).toMatchObject({
        mean: number('cka_softmax'),
        sd: null,
        se: null,
        n: row['cka_softmax'] === '' ? 0 : null,
      });
      const percent = number('test_accuracy_percent');
      const accuracy = cell?.metrics['testAccuracy'];
      if (percent === null) expect(accuracy?.mean).toBeNull();
      else {
        expect(accuracy?.mean).toBeCloseTo(percent / 100, 12);
        const sd = Number(row['test_accuracy_percent_sd']);
        expect(accuracy?.se).toBeCloseTo(sd / 100 / Math.sqrt(5), 12);
      }
    }
    const again = await cli(
      ...['results', '--project', join(folder, 'project'), '--experiment', 'published'],
    );
    expect(JSON.parse(again.stdout)).toEqual(results);
  });

  it('draws figures whose provenance is the file, and says where n is not known', async () => {
    const folder = temporaryFolder();
    await cli(...importing(published, folder), ...metrics);
    const out = join(folder, 'diagram.svg');
    const drawn = await cli(
      ...['figure', '--project', join(folder, 'project'), '--experiment', 'published'],
      ...['--kind', 'phase-diagram', '--out', out],
      ...['--range', 'testAccuracy=0.55:0.91', '--range', 'hessianTrace=3:8'],
    );
    expect(drawn.code).toBe(0);
    const svg = readFileSync(out, 'utf8');
    expect(svg).toContain('Batch size (hot at the top)');
    expect(svg).toContain('an unknown number of');
    expect(svg.replaceAll(/<[^>]*>\s*/g, ' ')).toMatch(/Values\s+beyond\s+the\s+ends/);
    const provenance = JSON.parse(readFileSync(join(folder, 'diagram.json'), 'utf8')) as {
      imported: { file: string; sha256: string; choice: { metrics: unknown[] } };
      spec: unknown;
      figure: { ranges: unknown };
    };
    expect(provenance.figure.ranges).toEqual({ testAccuracy: [0.55, 0.91], hessianTrace: [3, 8] });
    expect(provenance.spec).toBeNull();
    expect(provenance.imported.file).toBe('resnet18-cifar10-width-batch.csv');
    expect(provenance.imported.sha256).toBe(
      createHash('sha256').update(readFileSync(published)).digest('hex'),
    );
    expect(provenance.imported.choice.metrics).toHaveLength(7);
    const methods = readFileSync(join(folder, 'diagram.md'), 'utf8');
    expect(methods).toContain(`SHA-256 ${provenance.imported.sha256}`);
    const [head = '', first = ''] = readFileSync(join(folder, 'diagram.csv'), 'utf8').split('\n');
    const values = first.split(',');
    expect(values[head.split(',').indexOf('trainLoss')]).toBe('1.4015277');
    expect(values[head.split(',').indexOf('trainLoss_n')]).toBe('');
    expect(values[head.split(',').indexOf('trainLoss_se')]).toBe('');
  });

  it('tells every mistake of file and options at once, and makes nothing', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'bad.csv');
    writeFileSync(file, '\uFEFFwidth;batch_size;acc\r\n1;2;50\r\n1;2;x\r\n2;4\r\n4;inf;0.5\r\n');
    const refused = await cli(
      ...importing(file, folder),
      ...['--metric', 'testAccuracy=acc', '--metric', 'cka=none', '--n', 'many'],
    );
    expect(refused.code).toBe(2);
    expect(refused.stdout).toBe('');
    for (const message of [
      /^error: line 4: must have 3 values, as the first row has names, got 2/m,
      /^error: --metric cka=none: must name a column, got "none"; use one of: width, batch_size, acc/m,
      /^error: --n many: must name a column/m,
      /^error: line 2, column acc as testAccuracy: must be a fraction .*testAccuracy=acc\/100/m,
      /^error: line 3, column acc: must be a number, got "x"/m,
      /^error: line 5, column batch_size: must be finite, got "inf"/m,
    ])
      expect(refused.stderr).toMatch(message);
    expect(existsSync(join(folder, 'project'))).toBe(false);
  });

  it('does nothing for the same file again, and refuses another one or another choice under its name', async () => {
    const folder = temporaryFolder();
    const first = await cli(...importing(published, folder), ...metrics);
    expect(first.code).toBe(0);
    const same = await cli(...importing(published, folder), ...metrics);
    expect(same.code).toBe(0);
    expect(same.stderr).toMatch(/nothing to do, this file was imported before/);
    expect(same.stdout).toBe(first.stdout);
    const fewer = await cli(...importing(published, folder), ...metrics.slice(0, 4));
    expect(fewer.code).toBe(2);
    expect(fewer.stderr).toMatch(/must be new or belong to the same file and columns/);
    const changed = join(folder, 'changed.csv');
    writeFileSync(changed, readFileSync(published, 'utf8').replace('1.4015277', '1.5'));
    const other = await cli(...importing(changed, folder), ...metrics);
    expect(other.code).toBe(2);
    expect(other.stderr).toMatch(/imported from another file \(resnet18/);
    // Nor can it be run.
    const spec = join(folder, 'published.json');
    const sample = join(import.meta.dirname, '../../resources/samples/digits-width-batch.json');
    const text = readFileSync(sample, 'utf8').replace('"digits-width-batch"', '"published"');
    writeFileSync(spec, text);
    const run = await cli('run', spec, '--project', join(folder, 'project'));
    expect(run.code).toBe(2);
    expect(run.stderr).toMatch(/belongs to results imported from resnet18/);
  });
});

describe('importing a table by pointing', () => {
  it('goes from the file to the diagram, and every screen about runs says that there are none', async () => {
    const folder = temporaryFolder();
    const files = join(folder, 'files');
    mkdirSync(files);
    copyFileSync(published, join(files, 'published.csv'));
    writeFileSync(join(files, 'bad.csv'), 'a,b,c\n1,2,x\n1,2,7\n');
    process.env['PHASESCAPE_IMPORT_FOLDER'] = files;
    onTestFinished(() => {
      delete process.env['PHASESCAPE_IMPORT_FOLDER'];
    });
    const { url } = await serve(folder);
    const { page, faults } = await openPage(await openBrowser());
    page.setDefaultTimeout(stepMs);
    await page.goto(url);
    await page.getByRole('button', { name: 'Import table' }).first().click();

    // Where the list begins, and how to begin elsewhere.
    await page.getByText(/start the workbench with PHASESCAPE_IMPORT_FOLDER/).waitFor();
    // What is wrong is told while one points, and nothing can be imported.
    await page.getByRole('button', { name: /^bad\.csv/ }).click();
    await page.getByLabel('Column a is').selectOption({ label: 'Load axis' });
    await page.getByLabel('Column b is').selectOption({ label: 'Temperature axis' });
    await page.getByText('Still to choose: a number.').waitFor();
    await page.getByLabel('Column c is').selectOption({ label: 'Test accuracy' });
    await page.getByText(/line 2, column c: must be a number, got "x"/).waitFor();
    await page.getByText(/line 3: must be another cell than line 2/).waitFor();
    const button = page.getByRole('button', { name: 'Import', exact: true });
    expect(await button.isDisabled()).toBe(true);

    // The names of the columns say what they are; a choice can be changed.
    await page.getByRole('button', { name: /^published\.csv/ }).click();
    await page.getByText('210 cells on a grid of 14 by 15, 8 numbers each.').waitFor();
    expect(await page.getByLabel('Numbers of test_accuracy_percent are').inputValue()).toBe(
      'percent',
    );
    await page.getByLabel('Column train_accuracy_percent is').selectOption({ label: 'not used' });
    await page.getByText('210 cells on a grid of 14 by 15, 7 numbers each.').waitFor();
    await page.evaluate(axe.source);
    const serious = await page.evaluate(async () => {
      const { axe: run } = globalThis as unknown as {
        axe: { run: () => Promise<{ violations: { id: string; impact: string }[] }> };
      };
      const { violations } = await run.run();
      return violations.filter((v) => ['serious', 'critical'].includes(v.impact)).map((v) => v.id);
    });
    expect(serious).toEqual([]);
    await page.getByLabel('Name of the experiment').fill('paper');
    await page.getByLabel('Runs behind each row (n)').fill('5');
    await button.click();

    await page.getByRole('heading', { name: 'Test accuracy' }).waitFor();
    await page.getByText(/^210 cells, Width by Batch size/).waitFor({ state: 'attached' });
    await page.getByText('imported, no runs').waitFor();
    await page.getByRole('application').first().focus();
    await page.keyboard.press('ArrowRight');
    const inspector = page.getByRole('complementary', { name: 'Inspector' });
    await inspector.getByText('Over 5 runs').waitFor();
    await inspector.getByText('Over pairs, how many is not known').waitFor();

    for (const screen of ['Progress', 'Runs', 'Design']) {
      await page.getByRole('link', { name: screen, exact: true }).click();
      await page.getByRole('heading', { name: 'Imported results have no runs' }).waitFor();
      await page.getByText('published.csv, 210 rows').waitFor();
    }
    await page.getByRole('button', { name: 'The numbers as a table' }).click();
    await page.getByRole('columnheader', { name: 'Test accuracy' }).waitFor();

    await page.getByRole('link', { name: 'Experiments', exact: true }).click();
    await page.getByText('imported from published.csv').waitFor();
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('button', { name: 'Delete paper' }).click();
    await page.getByText('No experiment in this project yet').waitFor();
    expect(faults).toEqual([]);
  });
});
