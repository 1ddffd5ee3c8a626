/** The table of runs as a person uses it: in a real browser, on a project of two hundred runs. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { writeLargeProject } from '../fixtures/large-project';
import { temporaryFolder } from '../fixtures/temporary-folder';
import { openBrowser, openPage } from './browser';
import { serve } from './served-workbench';

const stepMs = 20_000;

/** 100 cells of 7 seeds. */
async function openRuns(query = '', ...options: string[]) {
  const folder = temporaryFolder();
  const { experimentId, runs } = await writeLargeProject(join(folder, 'project'), {
    side: 10,
    seeds: 7,
  });
  const { url } = await serve(folder, ...options);
  const { page, faults } = await openPage(await openBrowser());
  await page.goto(url);
  await page.getByRole('link', { name: 'large' }).first().waitFor({ timeout: stepMs });
  await page.evaluate(
    (hash) => (location.hash = hash),
    `/experiments/${experimentId}/runs${query}`,
  );
  await grid(page).waitFor({ timeout: stepMs });
  return { page, faults, experimentId, runs };
}

const grid = (page: Page) => page.locator('[role=grid], [role=treegrid]');
const eventually = <T>(read: () => T | Promise<T>) => expect.poll(read, { timeout: stepMs });
const rowCount = async (page: Page) => Number(await grid(page).getAttribute('aria-rowcount')) - 1;
/** The texts of a column, as far as its rows are in the document. */
const column = (page: Page, title: string) =>
  page.evaluate((wanted) => {
    const head = [...document.querySelectorAll('[role=columnheader]')].find((one) =>
      one.textContent.trim().startsWith(wanted),
    );
    const index = head?.getAttribute('aria-colindex') ?? 'none';
    const rows = [...document.querySelectorAll('[role=row]')]
      .filter((row) => Number(row.getAttribute('aria-rowindex')) > 1)
      .sort(
        (a, b) => Number(a.getAttribute('aria-rowindex')) - Number(b.getAttribute('aria-rowindex')),
      );
    return rows.flatMap(
      (row) => row.querySelector(`[aria-colindex="${index}"]`)?.textContent.trim() ?? [],
    );
  }, title);
const head = (page: Page, title: string) =>
  page.getByRole('columnheader', { name: title }).getByRole('button');

async function seriousProblems(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { axe: run } = globalThis as unknown as {
      axe: {
        run: () => Promise<{
          violations: { id: string; impact: string; nodes: { html: string }[] }[];
        }>;
      };
    };
    const { violations } = await run.run();
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 200)).join(' | ')}`);
  });
}

describe('the Runs screen', () => {
  it('orders, filters, chooses columns and groups by pointing, and keeps all of it in the address', async () => {
    const { page, faults, runs } = await openRuns();
    expect(await rowCount(page)).toBe(runs);

    await head(page, 'Test accuracy').click();
    await head(page, 'Test accuracy').click();
    await eventually(() => page.url()).toContain('sort=-testAccuracy');
    await eventually(async () => {
      const values = (await column(page, 'Test accuracy')).slice(0, 10).map(Number);
      return values.length > 0 && values.every((v, i) => i === 0 || v <= (values[i - 1] ?? 0));
    }).toBe(true);
    // Columns out of sight are not in the document.
    await grid(page).evaluate((box) => box.scrollTo({ left: 0 }));
    await head(page, 'Width').click({ modifiers: ['Shift'] });
    await eventually(() => page.url()).toContain('sort=-testAccuracy,model.width');

    await page.getByRole('button', { name: 'Add filter …' }).click();
    await page.getByRole('combobox', { name: 'Field' }).selectOption({ label: 'Test accuracy' });
    await page.getByRole('combobox', { name: 'Relation' }).selectOption({ label: 'above' });
    await page.getByRole('textbox', { name: 'Value' }).fill('warm');
    await page.getByText('Enter a number, such as 0.9.').waitFor();
    await page.getByRole('textbox', { name: 'Value' }).fill('0.8');
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByRole('button', { name: 'Test accuracy above 0.8', exact: true }).waitFor();
    await eventually(() => rowCount(page)).toBeLessThan(runs);
    const kept = await rowCount(page);
    await eventually(async () =>
      (await column(page, 'Test accuracy')).every((value) => Number(value) > 0.79),
    ).toBe(true);

    await page.getByRole('button', { name: 'Columns …' }).click();
    await page.getByPlaceholder('Find a column').fill('gauss');
    // A long unit gives way to the name, not the name to it.
    const cut = await page
      .getByRole('dialog')
      .locator('label .clip:not(.unit)')
      .evaluateAll((names) => names.filter((n) => n.scrollWidth > n.clientWidth).length);
    expect(cut).toBe(0);
    await page.getByRole('dialog').getByRole('checkbox').first().check();
    await page.getByRole('button', { name: 'Done' }).click();
    await eventually(() => page.url()).toContain('columns=');
    await eventually(() => grid(page).getAttribute('aria-colcount')).toBe('13');

    await page.getByLabel('Group by').selectOption({ label: 'Width' });
    await eventually(() => grid(page).getAttribute('role')).toBe('treegrid');
    const groups = await rowCount(page);
    expect(groups).toBeLessThanOrEqual(10);
    await page.getByRole('row', { expanded: false }).first().click();
    await eventually(() => rowCount(page)).toBeGreaterThan(groups);
    await page.locator('[role=row][aria-level="2"] [aria-colindex="3"]').first().waitFor();

    const address = page.url();
    await page.reload();
    await grid(page).waitFor({ timeout: stepMs });
    expect(page.url()).toBe(address);
    await eventually(() => rowCount(page)).toBe(groups);
    await page.getByLabel('Group by').selectOption({ label: 'nothing' });
    await eventually(() => rowCount(page)).toBe(kept);

    const offered = page.waitForEvent('download', { timeout: stepMs });
    await page.getByRole('button', { name: 'Save CSV' }).click();
    const download = await offered;
    expect(download.suggestedFilename()).toBe('large-runs.csv');
    const lines = readFileSync(await download.path(), 'utf8')
      .trim()
      .split('\n');
    expect(lines).toHaveLength(kept + 1);
    expect(lines[0]).toMatch(/^cell,seed,model\.width,training\.batchSize,state,/);

    await page.getByRole('button', { name: 'Remove: Test accuracy above 0.8' }).click();
    await eventually(() => rowCount(page)).toBe(runs);
    expect(await seriousProblems(page)).toEqual([]);
    expect(faults).toEqual([]);
  });

  it('goes through the rows by keys, and tags, archives and compares those chosen', async () => {
    const { page, faults, experimentId, runs } = await openRuns();
    await grid(page).focus();
    await page.keyboard.press('End');
    await eventually(() =>
      page.evaluate(() => {
        const id = document.querySelector('[role=grid]')?.getAttribute('aria-activedescendant');
        return document
          .getElementById(id ?? '')
          ?.closest('[role=row]')
          ?.getAttribute('aria-rowindex');
      }),
    ).toBe(String(runs + 1));
    await eventually(async () => (await column(page, 'Seed')).at(-1)).toBe('6');
    await page.keyboard.press('Home');
    const seventh = page.locator('[role=row][aria-rowindex="7"]');
    const before = await seventh.boundingBox();
    await page.keyboard.press('Space');
    await page.getByText('1 run chosen').waitFor();
    // What comes for the chosen ones moves no row away under the pointer.
    expect(await seventh.boundingBox()).toEqual(before);
    await page.keyboard.press('Shift+ArrowDown');
    await page.keyboard.press('Shift+ArrowDown');
    const bar = page.getByRole('group', { name: 'Chosen runs' });
    await bar.getByText('3 runs chosen').waitFor();

    await bar.getByRole('button', { name: 'Tags …' }).click();
    await page.getByLabel('Tag to add').fill('look again');
    await page.keyboard.press('Enter');
    await page.getByText('3 runs tagged look again.').waitFor();
    await bar.getByRole('button', { name: 'Compare' }).click();
    await eventually(() => page.url()).not.toContain('/runs');
    await page.goBack();
    await grid(page).waitFor({ timeout: stepMs });
    await page.evaluate(
      (hash) => (location.hash = hash),
      `/experiments/${experimentId}/runs?columns=seed,tags&filter=tags%3Dtlook%2520again`,
    );
    await eventually(() => rowCount(page)).toBe(3);
    expect(await column(page, 'Tags')).toEqual(Array<string>(3).fill('look again'));

    await grid(page).focus();
    await page.keyboard.press('Control+a');
    await bar.getByText('3 runs chosen').waitFor();
    await bar.getByRole('button', { name: 'Archive' }).click();
    await page.getByText('still counted in every cell and in the phase diagram').waitFor();
    await page.getByText('No run meets the filter').waitFor();
    await page.getByLabel('Archived').selectOption({ label: 'only these' });
    await eventually(() => rowCount(page)).toBe(3);
    await grid(page).focus();
    await page.keyboard.press('Enter');
    await eventually(() => page.url()).toContain('/cells/0');
    expect(faults).toEqual([]);
  });

  it('says why a project that is only read takes no marks, and what a wrong filter is', async () => {
    const { page, runs } = await openRuns('', '--read-only');
    await page.getByRole('gridcell').nth(0).click();
    await page.getByRole('button', { name: 'Archive' }).click();
    const note = page.getByRole('alert');
    await note.getByText('Nothing was changed.').waitFor();
    expect(await note.innerText()).toMatch(/read-only workbench.*open it without --read-only/is);
    expect(await rowCount(page)).toBe(runs);

    await page.evaluate(
      () => (location.hash += `${location.hash.includes('?') ? '&' : '?'}filter=nope%3E1`),
    );
    await page.getByText('The runs could not be read.').waitFor();
    await page.getByRole('button', { name: 'Show all runs' }).click();
    await eventually(() => page.getByText('The runs could not be read.').count()).toBe(0);
    expect(await rowCount(page)).toBe(runs);
  });
});
