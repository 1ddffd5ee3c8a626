/** Problems as a person solves them: from the command line to figures, and by pointing. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CellsResult } from '#shared/domain/results';
import { cli, repository } from '../fixtures/command-line';
import { temporaryFolder } from '../fixtures/temporary-folder';
import { openBrowser, openPage } from './browser';
import { serve } from './served-workbench';

const stepMs = 20_000;
const sweepMs = 150_000;

/** A sample with fewer cells. */
function sample(name: string, changes: object): Record<string, unknown> {
  const file = join(repository, 'resources/samples', `${name}.json`);
  return { ...(JSON.parse(readFileSync(file, 'utf8')) as object), ...changes };
}

async function run(folder: string, spec: object): Promise<CellsResult> {
  const file = join(folder, 'spec.json');
  writeFileSync(file, JSON.stringify(spec));
  const project = join(folder, 'project');
  const { code, stdout, stderr } = await cli(
    'run',
    file,
    '--project',
    project,
    '--workers',
    '1',
    '--json',
  );
  expect([code, stderr.includes('error')]).toEqual([0, false]);
  return JSON.parse(stdout) as CellsResult;
}

describe('phasescape run on a problem', () => {
  it.each(['poisson-1d-ritz', 'poisson-1d-galerkin', 'convection-beta'])(
    'solves the first cell of %s to a relative error under 2%',
    async (name) => {
      const spec = sample(name, { axes: [], metrics: [], seeds: [0] });
      const { cells } = await run(temporaryFolder(), spec);
      const { metrics } = cells[0] as CellsResult['cells'][0];
      expect(metrics['testRelativeError']?.mean).toBeLessThan(0.02);
      expect(Object.keys(metrics)).toEqual([
        'trainLoss',
        'trainRelativeError',
        'testLoss',
        'testRelativeError',
      ]);
    },
  );

  it('sweeps beta, and shows relative errors where accuracies are in grid, figures and words', async () => {
    const folder = temporaryFolder();
    const spec = sample('convection-beta', {
      name: 'small',
      training: { epochs: 20, batchSize: 64 },
      axes: [
        { path: 'dataset.beta', role: 'load', values: [1, 30] },
        { path: 'training.batchSize', role: 'temperature', values: [64, 128] },
      ],
      metrics: [
        { name: 'hessian', samples: 64, probes: 10 },
        { name: 'cka', samples: 128 },
        { name: 'mode-connectivity', epochs: 2, learningRate: 0.0005 },
      ],
    });
    const { cells } = await run(folder, spec);
    const errorOf = (i: number) => cells[i]?.metrics['testRelativeError']?.mean ?? NaN;
    // The faster wave is the harder one.
    expect(errorOf(2)).toBeGreaterThan(2 * errorOf(0));
    for (const { metrics, chanceLoss } of cells) {
      expect(metrics['hessianTopEigenvalue']?.mean).toBeGreaterThan(0);
      expect(metrics['cka']?.n).toBe(1);
      expect(metrics['modeConnectivity']?.n).toBe(1);
      // u = 0 leaves the mean of sin^2, with weight 1.
      expect(chanceLoss).toBeCloseTo(0.5, 1);
    }
    const project = join(folder, 'project');
    const again = await cli('run', join(folder, 'spec.json'), '--project', project);
    expect(again.stdout).toContain('the mean relative error on the test grid in %');
    const figure = (kind: string) =>
      cli(
        'figure',
        '--project',
        project,
        '--experiment',
        'small',
        '--kind',
        kind,
        '--out',
        join(folder, `${kind}.svg`),
      );
    for (const kind of ['phase-diagram', 'slice', 'heatmap', 'connectivity-sharpness']) {
      expect((await figure(kind)).code).toBe(0);
      const svg = readFileSync(join(folder, `${kind}.svg`), 'utf8');
      // Not the embedded font, whose bytes spell anything.
      const words = [...svg.matchAll(/>([^<>]*)<\/text>/g)].map(([, text]) => text).join(' ');
      expect(words).toMatch(/[Tt]est relative error/);
      expect(words).not.toMatch(/accurac|nats/i);
    }
    const methods = readFileSync(join(folder, 'phase-diagram.md'), 'utf8');
    expect(methods).toContain('We trained a multilayer perceptron of 3 hidden layers of width 32');
    expect(methods).toContain(
      'The network solves the convection equation u_t + beta u_x = 0, with',
    );
    expect(methods).toContain('Linear CKA (biased HSIC) of the solutions at 128 training points.');
    expect(methods).not.toMatch(/accurac|nats|softmax/i);
  });

  it('names what a problem cannot have, and writes nothing, exit 2', async () => {
    const folder = temporaryFolder();
    const spec = sample('poisson-1d-ritz', {
      dataset: { name: 'poisson-1d', labelNoise: 0.1, points: 0 },
      model: { family: 'mlp', width: 8 },
    });
    writeFileSync(join(folder, 'spec.json'), JSON.stringify(spec));
    const { code, stderr } = await cli(
      'run',
      join(folder, 'spec.json'),
      '--project',
      join(folder, 'p'),
    );
    expect(code).toBe(2);
    expect(stderr).toContain(
      'dataset.labelNoise: must be 0 for a problem: it has no labels, got 0.1',
    );
    expect(stderr).toContain('dataset.points: must be at least 1, got 0');
    expect(stderr).toContain('model.activation: must be smooth for a problem');
  });
});

describe('the workbench on a problem', () => {
  it('designs deep Ritz by pointing, runs it, and shows energies and relative errors', async () => {
    const { url } = await serve(temporaryFolder());
    const { page, faults } = await openPage(await openBrowser());
    await page.goto(`${url}#/design`);
    const field = (name: string) => page.getByLabel(name, { exact: true }).first();
    await page.locator('#field-name').fill('ritz');
    await field('Data set').selectOption('Poisson in 1-D');
    expect(await field('Activation').inputValue()).toBe('tanh');
    expect(await page.getByLabel('Label noise').count()).toBe(0);
    expect(await field('Formulation').inputValue()).toBe('deep-ritz');
    await field('Method').selectOption('Adam');
    await field('Learning rate').fill('0.01');
    await field('Epochs').fill('20');
    await page.getByRole('button', { name: 'Width: make it an axis' }).click();
    await page.getByLabel('Values of Width').fill('4, 8');
    await page.getByRole('button', { name: 'Batch size: make it an axis' }).click();
    await page.getByLabel('Values of Batch size').fill('32, 64');
    await page.getByLabel('Seeds', { exact: true }).fill('0, 1');
    await page.getByRole('checkbox', { name: 'Mode connectivity' }).uncheck();
    await page.getByRole('complementary').getByRole('button', { name: 'Run' }).click();
    await page.waitForURL(/\/progress/, { timeout: stepMs });
    await page
      .getByRole('banner')
      .getByText('finished', { exact: true })
      .waitFor({ timeout: sweepMs });

    const id = /experiments\/(\w+)/.exec(page.url())?.[1] ?? '';
    await page.goto(`${url}#/experiments/${id}/phase-diagram`);
    await page.getByRole('heading', { name: 'Test relative error' }).waitFor({ timeout: stepMs });
    // An energy below 0 can be a threshold here.
    const loss = page.getByLabel('Flat: train loss below', { exact: true });
    await loss.fill('-1');
    await page.keyboard.press('Tab');
    expect(await page.getByText(/Must be above 0/).count()).toBe(0);
    await page.goto(`${url}#/experiments/${id}/cells/0`);
    await page
      .getByRole('heading', { name: 'Relative error over epochs' })
      .waitFor({ timeout: stepMs });
    expect(await page.getByRole('heading', { name: 'Accuracy over epochs' }).count()).toBe(0);
    await page.goto(`${url}#/experiments/${id}/runs`);
    await page
      .getByRole('columnheader', { name: /Test relative error/ })
      .waitFor({ timeout: stepMs });
    expect(await page.getByText('nats').count()).toBe(0);
    expect(faults).toEqual([]);
  });
});
