/** Networks that PyTorch trained, as runs: on the command line and by pointing, from the file to what is measured on them. */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { cli } from '../fixtures/command-line';
import { plainMlp, plainNet } from '../fixtures/plain-net';
import { temporaryFolder } from '../fixtures/temporary-folder';
import { openBrowser, openPage } from './browser';
import { seriousProblems } from './serious-problems';
import { serve } from './served-workbench';

const stepMs = 20_000;
const reference = join(import.meta.dirname, '../reference/torch-checkpoints');
const checkpoint = (name: string) => join(reference, name);
/** What PyTorch computed for `cnn.pt` and `mlp.pt`: expected.json. */
const cnnTestAccuracy = 327 / 360;
const mlpTestAccuracy = 288 / 360;

interface Told {
  readonly files: readonly { readonly file: string; readonly prefix: string }[];
  readonly numbers: readonly {
    readonly name: string;
    readonly seeds: readonly number[];
    readonly value: number;
    readonly error: number | null;
    readonly samples: string;
    readonly n: number;
  }[];
}

/** A folder with the models of the reference networks. */
function prepared() {
  const folder = temporaryFolder();
  const model = (name: string, value: object) => {
    const path = join(folder, name);
    writeFileSync(path, JSON.stringify(value));
    return path;
  };
  return {
    folder,
    project: join(folder, 'project'),
    cnn: model('cnn.json', { family: 'sequential', layers: plainNet }),
    mlp: model('mlp.json', plainMlp),
  };
}

describe('import checkpoint', () => {
  it('makes runs of files, measures them, tells where they come from, and is done once', async () => {
    const { cnn, folder, project } = prepared();
    const files = ['cnn.pt', 'cnn_legacy.pt', 'cnn_wrapped.pt'].map(checkpoint);
    const words = [
      ...['import', 'checkpoint', ...files, '--project', project, '--model', cnn],
      ...['--dataset', 'digits', '--name', 'foreign', '--json'],
    ];
    const done = await cli(...words);
    expect(done.code).toBe(0);
    const { files: told, numbers } = JSON.parse(done.stdout) as Told;
    expect(told.map(({ file, prefix }) => [file, prefix])).toEqual([
      ['cnn.pt', ''],
      ['cnn_legacy.pt', ''],
      ['cnn_wrapped.pt', 'module.'],
    ]);
    const accuracies = numbers.filter(({ name }) => name === 'testAccuracy');
    expect(accuracies.map(({ value, n }) => [value, n])).toEqual(
      [0, 1, 2].map(() => [cnnTestAccuracy, 3]),
    );
    const again = await cli(...words);
    expect(again.code).toBe(0);
    expect(again.stderr).toContain('nothing to do, these files were imported before');

    const of = ['--project', project, '--experiment', 'foreign'];
    const measured = await cli('measure', ...of, '--metrics', 'weight-distance,hessian');
    expect(measured.code).toBe(0);
    const refused = await cli('measure', ...of, '--metrics', 'sgd-walk');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('imported weights come without');
    const out = join(folder, 'figure.svg');
    const drawn = await cli('figure', ...of, '--kind', 'phase-diagram', '--out', out);
    expect(drawn.code).toBe(0);
    const methods = readFileSync(join(folder, 'figure.md'), 'utf8');
    expect(methods).toContain(
      'we measured 3 networks trained elsewhere (a chain of layers (conv1 3x3',
    );
    expect(methods).toContain('nothing was trained here');
    expect(methods).not.toMatch(/SGD|epochs/);
    const { spec } = JSON.parse(readFileSync(join(folder, 'figure.json'), 'utf8')) as {
      spec: object;
    };
    expect(Object.keys(spec)).not.toContain('training');
    expect(spec).toHaveProperty('imported.files.0.file', 'cnn.pt');
    const healthy = await cli('doctor', '--project', project);
    expect(healthy.stdout + healthy.stderr).not.toMatch(/✗|failed/);
    const weights = join(folder, 'weights.npz');
    await cli('export', 'weights', ...of, '--cell', '0', '--seed', '1', '--out', weights);
    expect(existsSync(weights)).toBe(true);
  });

  it('says everything that does not fit, and makes no project', async () => {
    const { mlp, project } = prepared();
    const refused = await cli(
      ...['import', 'checkpoint', checkpoint('cnn.pt'), '--project', project],
      ...['--model', mlp, '--dataset', 'digits'],
    );
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('must have a tensor for every parameter');
    expect(existsSync(project)).toBe(false);
    const hostile = await cli(
      ...['import', 'checkpoint', checkpoint('hostile_zip.pt'), '--project', project],
      ...['--model', mlp, '--dataset', 'digits'],
    );
    expect(hostile.code).toBe(2);
    expect(hostile.stderr).toContain('nothing in it was executed');
  });
});

describe('analyse', () => {
  it('prints every number of files, and leaves nothing behind', async () => {
    const { folder, mlp } = prepared();
    const temporary = join(folder, 'tmp');
    mkdirSync(temporary);
    const before = process.env['TMPDIR'];
    process.env['TMPDIR'] = temporary;
    onTestFinished(() => {
      if (before === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = before;
    });
    const done = await cli(
      ...['analyse', '--checkpoint', checkpoint('mlp.pt'), checkpoint('mlp_float16.pt')],
      ...['--model', mlp, '--dataset', 'digits', '--metrics', 'weight-distance,hessian', '--json'],
    );
    expect(done.code).toBe(0);
    const { numbers } = JSON.parse(done.stdout) as Told;
    const found = (name: string) => numbers.filter((number) => number.name === name);
    expect(found('testAccuracy').map(({ value }) => value)).toEqual([
      mlpTestAccuracy,
      mlpTestAccuracy,
    ]);
    const [trace] = found('hessianTrace');
    expect(trace?.error).toBeGreaterThan(0);
    expect(trace?.samples).toBe('first 512 training samples');
    expect(found('weightDistance')).toMatchObject([{ seeds: [0, 1], n: 1 }]);
    expect(readdirSync(temporary)).toEqual([]);
  });
});

describe('the dialog', () => {
  it('fits files to a model, takes what is said by hand, imports them and opens their cell', async () => {
    const folder = temporaryFolder();
    const imports = join(folder, 'imports');
    mkdirSync(imports);
    for (const name of ['cnn.pt', 'cnn_wrapped.pt'])
      copyFileSync(checkpoint(name), join(imports, name));
    process.env['PHASESCAPE_IMPORT_FOLDER'] = imports;
    onTestFinished(() => {
      delete process.env['PHASESCAPE_IMPORT_FOLDER'];
    });
    const { url } = await serve(folder);
    const { page, faults } = await openPage(await openBrowser());
    page.setDefaultTimeout(stepMs);
    await page.goto(url);
    await page.getByRole('button', { name: 'Import checkpoints' }).first().click();
    const dialog = page.getByRole('dialog', { name: 'Import checkpoints' });
    await dialog.getByRole('button', { name: /^cnn\.pt/ }).click();
    await dialog.getByText('Every parameter has its tensor in 1 file.').waitFor();
    await dialog.getByRole('button', { name: /^cnn_wrapped\.pt/ }).click();
    await dialog.getByText('Every parameter has its tensor in 2 files.').waitFor();
    expect(await seriousProblems(page)).toEqual([]);

    // A wrong choice by hand is told, and can be taken back.
    const choice = dialog.getByLabel('Tensor for bn1.weight');
    await choice.selectOption({ label: 'conv2.bias [12]' });
    await dialog.getByText('its shape is [12]').waitFor();
    const button = dialog.getByRole('button', { name: 'Import', exact: true });
    expect(await button.isDisabled()).toBe(true);
    await choice.selectOption('');
    await dialog.getByText('Every parameter has its tensor in 2 files.').waitFor();
    await dialog.getByLabel('Name of the experiment').fill('foreign');
    await button.click();

    await page.waitForURL(/\/cells\/0/);
    await page.getByText('their training was elsewhere').first().waitFor();
    await page.getByRole('link', { name: 'seed 1' }).click();
    await page.getByText('elsewhere: nothing was trained here').waitFor();
    await page.getByText('cnn_wrapped.pt, 8,184 bytes').waitFor();
    await page.getByRole('link', { name: 'Design', exact: true }).click();
    await page.getByText('there is no training to design').waitFor();
    expect(faults).toEqual([]);
  });
});
