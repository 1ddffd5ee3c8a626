/** A cell as a person explores it: measuring more with a click, linked topology, one run and its weights, in a real browser. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { parseNpz } from '#main/formats/npy';
import { cli } from '../fixtures/command-line';
import { temporaryFolder } from '../fixtures/temporary-folder';
import { openBrowser, openPage } from './browser';
import { serve } from './served-workbench';

const stepMs = 20_000;

const spec = {
  specVersion: 1,
  name: 'small',
  dataset: { name: 'digits', fraction: 0.2 },
  model: { family: 'mlp', width: 4, depth: 1 },
  optimizer: { name: 'sgd', learningRate: 0.05, momentum: 0.9 },
  training: { epochs: 2, batchSize: 32 },
  axes: [{ path: 'model.width', role: 'load', values: [4, 6] }],
  seeds: [0, 1],
  metrics: [{ name: 'weight-distance' }],
};

function eventually<T>(read: () => T | Promise<T>) {
  return expect.poll(read, { timeout: stepMs });
}

async function seriousFindings(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { axe: run } = globalThis as unknown as {
      axe: {
        run: (where: object) => Promise<{
          violations: { id: string; impact: string; nodes: { html: string }[] }[];
        }>;
      };
    };
    const where = { include: document, exclude: ['.v-binder-follower-container'] };
    const { violations } = await run.run(where);
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(' | ')}`);
  });
}

/** A finished experiment of two cells, served, with its first cell open. */
async function openCell() {
  const folder = temporaryFolder();
  const file = join(folder, 'spec.json');
  writeFileSync(file, JSON.stringify(spec));
  const project = join(folder, 'project');
  const { code } = await cli('run', file, '--project', project);
  expect(code).toBe(0);
  const { url } = await serve(folder);
  const { page, faults } = await openPage(await openBrowser());
  await page.goto(url);
  await page.getByRole('link', { name: 'small' }).first().click();
  await page.waitForURL(/phase-diagram/);
  await page.goto(page.url().replace('/phase-diagram', '/cells/0'));
  await page.getByRole('heading', { name: 'Measure more' }).waitFor({ timeout: stepMs });
  return { folder, project, page, faults };
}

const offer = (page: Page, title: string) =>
  page.getByRole('article', { name: title, exact: true });
const region = (page: Page, title: string) =>
  page.getByRole('region', { name: title, exact: true });

describe('the Cell screen', () => {
  it('measures more with one click, in this cell or in all, and says why something cannot be', async () => {
    const { faults, page, project } = await openCell();
    await offer(page, 'Weight norms').getByRole('button', { name: 'Measure', exact: true }).click();
    await page.getByText('Weight norms is added: it is being measured now.').waitFor();
    await region(page, 'Weight norms').getByRole('cell').first().waitFor({ timeout: stepMs });
    await eventually(() => offer(page, 'Weight norms').count()).toBe(0);

    // With settings of one's own, for the whole experiment; a wrong one is explained in its place.
    await offer(page, 'Topology of random planes')
      .getByRole('button', { name: 'Settings' })
      .click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Samples').fill('5000');
    await dialog.getByText(/must be at most the 287 training samples/).waitFor();
    expect(await dialog.getByRole('button', { name: 'Measure' }).isDisabled()).toBe(true);
    await dialog.getByLabel('Samples').fill('64');
    await dialog.getByLabel('Range').fill('60');
    await dialog.getByLabel('Planes').fill('1');
    await dialog.getByText('all 2 cells that lack it').click();
    await eventually(() => dialog.getByRole('button', { name: 'Measure' }).isEnabled()).toBe(true);
    await dialog.getByRole('button', { name: 'Measure' }).click();
    await region(page, 'Topology of random planes')
      .getByRole('cell')
      .first()
      .waitFor({ timeout: stepMs });
    await eventually(() => page.getByText('finished', { exact: true }).count()).toBe(1);

    // What the trainings did not record cannot be measured: a copy that records it is offered.
    const walk = offer(page, 'A walk with SGD');
    expect(await walk.getByRole('button', { name: 'Measure', exact: true }).count()).toBe(0);
    await walk.getByRole('button', { name: 'Duplicate with it' }).click();
    await page.waitForURL(/design\?.*add=sgd-walk/);
    const box = page.getByRole('checkbox', { name: 'A walk with SGD' });
    await eventually(() => box.isChecked()).toBe(true);
    await page.goBack();

    // The Design screen tells what was added and when; results have it in every cell.
    await page.getByRole('link', { name: 'Design', exact: true }).click();
    await page.getByRole('heading', { name: 'Added later' }).waitFor({ timeout: stepMs });
    await page.getByText(/in 1 cell/).waitFor();
    const { stdout } = await cli('results', '--project', project, '--experiment', 'small');
    const { cells } = JSON.parse(stdout) as { cells: { metrics: Record<string, { n: number }> }[] };
    expect(cells.map(({ metrics }) => metrics['minima']?.n)).toEqual([2, 2]);
    expect(cells.map(({ metrics }) => metrics['weightNorm']?.n)).toEqual([2, 0]);
    expect(faults).toEqual([]);
  });

  it('links the drawings of topology, opens a card at full size and saves what is drawn', async () => {
    const { faults, page, project } = await openCell();
    // Far from the weights and on few samples the loss has several minima.
    const topology =
      '[{"name":"landscape-topology","planes":1,"range":10,"points":41,"samples":8,"neighbourhood":"4"}]';
    await page.goto('about:blank');
    const measure = ['measure', '--project', project, '--experiment', 'small'];
    // Another process runs the project: the served workbench shows what it wrote.
    expect((await cli(...measure, '--metrics', topology)).code).toBe(0);
    await page.goBack();
    const barcode = page.getByRole('group', { name: /^Barcode, first random plane: .*arrow keys/ });
    await barcode.waitFor({ timeout: stepMs });
    await barcode.focus();
    await page.keyboard.press('ArrowRight');
    await eventually(() => page.getByText(/^Lowest minimum: born at/).count()).toBe(4);
    await page.keyboard.press('ArrowRight');
    await eventually(() => page.getByText(/^Pair 1 of \d+: born at/).count()).toBe(4);
    await page.keyboard.press('Escape');
    await eventually(() => page.getByText(/^Pair 1 of/).count()).toBe(0);

    await page.getByRole('button', { name: /^Loss over epochs at full size/ }).click();
    const dialog = page.getByRole('dialog', { name: 'Loss over epochs' });
    await dialog.getByText('Where these numbers come from').waitFor();
    for (const [format, start] of [
      ['SVG', '<svg'],
      ['PNG', '\u0089PNG'],
      ['CSV', 'subject,epoch'],
    ] as const) {
      const offered = page.waitForEvent('download', { timeout: stepMs });
      await dialog.getByRole('button', { name: `Save ${format}` }).click();
      const bytes = readFileSync(await (await offered).path());
      expect(bytes.toString('latin1').slice(0, start.length)).toBe(start);
    }
    await page.keyboard.press('Escape');
    await page.getByRole('group', { name: 'Seed' }).getByRole('button', { name: '1' }).click();
    await page.waitForURL(/seed=1/);
    expect(await seriousFindings(page)).toEqual([]);
    expect(faults).toEqual([]);
  });
});

describe('the Run screen', () => {
  it('tells how a model was made, and gives its weights as a file', async () => {
    const { faults, folder, page, project } = await openCell();
    await page.getByRole('link', { name: 'seed 1', exact: true }).click();
    await page.getByRole('heading', { name: 'Seed 1' }).waitFor({ timeout: stepMs });
    await page.getByRole('group', { name: 'Provenance' }).getByText('version 1').waitFor();
    await page.getByRole('row', { name: 'final.fc1.weight 4 × 64' }).waitFor();
    const offered = page.waitForEvent('download', { timeout: stepMs });
    await page.getByRole('button', { name: 'Save .npz' }).click();
    const download = await offered;
    expect(download.suggestedFilename()).toBe('small-cell-0-seed-1.npz');
    const saved = readFileSync(await download.path());
    const arrays = parseNpz('saved', saved);
    expect(arrays.get('final.fc1.weight')?.shape).toEqual([4, 64]);
    expect(await seriousFindings(page)).toEqual([]);

    const out = join(folder, 'weights.npz');
    const where = ['--project', project, '--experiment', 'small', '--cell', '0'];
    expect((await cli('export', 'weights', ...where, '--seed', '1', '--out', out)).code).toBe(0);
    expect(readFileSync(out)).toEqual(saved);
    const gone = await cli('export', 'weights', ...where, '--seed', '7', '--out', out);
    expect([gone.code, gone.stderr]).toEqual([2, expect.stringMatching(/seed: must be one of/)]);

    await page.goto(page.url().replace(/runs\/0\/1.*/, 'runs/0/99'));
    await page.getByText('The run could not be opened.').waitFor({ timeout: stepMs });
    expect(faults).toEqual([]);
  });
});
