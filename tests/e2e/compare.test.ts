/** Cells and runs side by side, in a real browser. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import axe from 'axe-core';
import { expect, it } from 'vitest';
import type { CellsResult } from '#shared/domain/results';
import { cli } from '../fixtures/command-line';
import { smallSpecInput } from '../fixtures/small-spec';
import { temporaryFolder } from '../fixtures/temporary-folder';
import { openBrowser, openPage } from './browser';
import { serve } from './served-workbench';

const stepMs = 20_000;

/** Two cells, two seeds, a curve and a small surface. */
const spec = {
  ...smallSpecInput,
  metrics: [
    { name: 'mode-connectivity', epochs: 1, pairs: 'first' },
    { name: 'random-surface', points: 5, samples: 64 },
  ],
};

it('compares cells and runs, of other experiments too', async () => {
  const folder = temporaryFolder();
  const file = join(folder, 'small.json');
  const project = join(folder, 'project');
  writeFileSync(file, JSON.stringify(spec));
  const run = await cli('run', file, '--project', project, '--workers', '2', '--json');
  expect([run.code, run.stderr]).toEqual([0, run.stderr]);
  const results = JSON.parse(run.stdout) as CellsResult;
  writeFileSync(join(folder, 'published.csv'), 'w,b,acc\n3,7,0.5\n');
  const imported = await cli(
    ...['import', 'table', join(folder, 'published.csv'), '--project', project],
    ...['--name', 'published', '--load', 'w', '--temperature', 'b', '--metric', 'testAccuracy=acc'],
  );
  expect(imported.code).toBe(0);

  const { url } = await serve(folder);
  const { page, faults } = await openPage(await openBrowser());
  page.setDefaultTimeout(stepMs);
  await page.goto(url);
  await page.getByRole('link', { name: 'small', exact: true }).click();
  await page.waitForURL(/phase-diagram/);

  // Nothing is chosen yet: the screen says how, and offers a list.
  await page.getByRole('link', { name: 'Compare', exact: true }).click();
  await page.getByRole('heading', { name: 'Choose two to eight cells or runs' }).waitFor();
  await page.getByRole('button', { name: 'Choose from a list' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Width').selectOption('4');
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await dialog.getByText('1 of 8 chosen; this one is among them.').waitFor();
  await dialog.getByLabel('Width').selectOption('8');
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await dialog.getByRole('button', { name: 'Done' }).click();
  await page.waitForURL(/compare\?.*cells=0,1/);

  // First what differs, then the numbers: as the command line has them.
  const settings = page.getByRole('region', { name: 'Settings that differ' });
  await settings.getByRole('row', { name: 'Model: width 4 8' }).waitFor();
  expect(await settings.getByRole('row').count()).toBe(2);
  const accuracies = results.cells.map((cell) => cell.metrics['testAccuracy']?.mean ?? 0);
  const numbers = page.getByRole('region', { name: 'Numbers side by side' });
  const row = await numbers.getByRole('row', { name: /^Test accuracy/ }).innerText();
  const shown = [...row.matchAll(/0\.\d+/g)].map(([text]) => Number(text));
  expect(shown[0]).toBeCloseTo(accuracies[0] ?? NaN, 1);
  expect(row).toContain('best');
  await page.getByRole('button', { name: 'Curves', exact: true }).click();
  await page.getByRole('img', { name: /^Loss over epochs of A: Width 4; B: Width 8/ }).waitFor();
  await page.getByRole('button', { name: 'Landscapes' }).click();
  await page
    .getByRole('img', { name: /of A: Width 4/ })
    .last()
    .waitFor();
  await page
    .getByRole('img', { name: /of B: Width 8/ })
    .last()
    .waitFor();

  // Beside them imported results, and a run; what is unknown is no difference.
  await page.getByRole('button', { name: 'Add a cell or run' }).click();
  await dialog.getByLabel('Seed').selectOption('1');
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await dialog.getByLabel('Experiment to choose from').selectOption({ label: 'published' });
  await dialog.getByText('3 of 8 chosen.').waitFor();
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await dialog.getByRole('button', { name: 'Done' }).click();
  const list = page.getByRole('list', { name: 'What is compared' });
  await list.getByText('W 3, b 7, published').waitFor();
  await settings.getByRole('row', { name: /^Imported from .*published\.csv/ }).waitFor();

  await page.evaluate(axe.source);
  const serious = await page.evaluate(async () => {
    const { axe: check } = globalThis as unknown as {
      axe: { run: () => Promise<{ violations: { id: string; impact: string }[] }> };
    };
    const { violations } = await check.run();
    return violations.filter((v) => ['serious', 'critical'].includes(v.impact)).map((v) => v.id);
  });
  expect(serious).toEqual([]);

  // The address is the comparison; one that cannot be read can be left out.
  await page.reload();
  await list.getByText('W 3, b 7, published').waitFor();
  await list.getByRole('button', { name: /^Leave out .*published/ }).click();
  await list.getByText('W 3, b 7, published').waitFor({ state: 'detached' });
  await page.evaluate(() => {
    location.hash = location.hash.replace(/\?.*/, '?cells=0,1&also=enone.0');
  });
  await page.getByText('One of them could not be read.').waitFor();
  await page.getByRole('button', { name: 'Leave it out' }).click();
  await page.getByText('One of them could not be read.').waitFor({ state: 'detached' });

  // Selected cells are compared from the inspector.
  await page.getByRole('link', { name: 'Phase diagram', exact: true }).click();
  await page
    .getByRole('complementary', { name: 'Inspector' })
    .getByRole('button', { name: 'Compare 2 cells' })
    .click();
  await settings.getByRole('row', { name: 'Model: width 4 8' }).waitFor();
  expect(faults).toEqual([]);
});
