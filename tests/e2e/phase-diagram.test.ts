/** The phase diagram as a reader uses it: panels, brushing, axes, saved views, sensitivity, pairs, and what it says when it cannot. */
import { join } from 'node:path';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { cli } from '../fixtures/command-line';
import { temporaryFolder } from '../fixtures/temporary-folder';
import { openBrowser, openPage } from './browser';
import { serve } from './served-workbench';

const stepMs = 20_000;
const sample = join(import.meta.dirname, '../../resources/samples/digits-width-batch.json');

/** The sample, run, in a page that shows its phase diagram. */
async function openDiagram(view = '') {
  const folder = temporaryFolder();
  const { code } = await cli('run', sample, '--project', join(folder, 'project'));
  expect(code).toBe(0);
  const { url } = await serve(folder);
  const { page, faults } = await openPage(await openBrowser());
  await page.goto(url);
  await page.getByRole('link', { name: 'digits-width-batch' }).first().click();
  await page.waitForURL(/experiments\/\w+/, { timeout: stepMs });
  const id = /experiments\/(\w+)/.exec(page.url())?.[1] ?? '';
  const address = (query: string) => `${url}#/experiments/${id}/phase-diagram${query}`;
  await page.goto(address(view));
  await page.getByRole('button', { name: 'Sensitivity' }).waitFor({ timeout: stepMs });
  return { page, faults, address };
}

const plot = (page: Page) => page.getByRole('application').first();
const inAddress = (page: Page, name: string) =>
  new URLSearchParams(page.url().split('#')[1]?.split('?')[1] ?? '').get(name);
function eventually<T>(read: () => T | Promise<T>) {
  return expect.poll(read, { timeout: stepMs });
}

/** Drags over the large plot between two places, in shares of its width and height. */
async function drag(page: Page, from: readonly [number, number], to: readonly [number, number]) {
  const box = await plot(page).boundingBox();
  if (!box) throw new Error('the plot is not there');
  await page.mouse.move(box.x + from[0] * box.width, box.y + from[1] * box.height);
  await page.mouse.down();
  await page.mouse.move(box.x + to[0] * box.width, box.y + to[1] * box.height, { steps: 4 });
  await page.mouse.up();
}

describe('the phase diagram in a browser', () => {
  it('selects by a rectangle and by keys, in every view, and clears', async () => {
    const { page, faults } = await openDiagram();
    // Two columns by three rows of the five by five cells.
    await drag(page, [0.1, 0.1], [0.3, 0.5]);
    await page
      .getByRole('button', { name: '6 cells selected: clear' })
      .waitFor({ timeout: stepMs });
    await page.getByRole('button', { name: 'Table', exact: true }).click();
    await eventually(() => page.locator('tr.cell.chosen').count()).toBe(6);
    await page.getByRole('button', { name: 'Scatter', exact: true }).click();
    await eventually(() => page.locator('.scatter-plot .ring').count()).toBe(6);
    expect(inAddress(page, 'cells')).not.toBeNull();
    await plot(page).focus();
    await page.keyboard.press('Escape');
    await eventually(() => inAddress(page, 'cells')).toBeNull();

    await page.getByRole('button', { name: 'Panels', exact: true }).click();
    await plot(page).focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('Shift+ArrowDown');
    await page
      .getByRole('button', { name: '4 cells selected: clear' })
      .waitFor({ timeout: stepMs });
    await page.keyboard.press('Shift+ArrowUp');
    await page
      .getByRole('button', { name: '2 cells selected: clear' })
      .waitFor({ timeout: stepMs });
    expect(faults).toEqual([]);
  });

  it('draws at the text size of the reader, and selects what is under the pointer', async () => {
    const { page, faults } = await openDiagram('?view=scatter');
    const label = page.locator('.scatter-plot text.name').first();
    const height = async () => (await label.boundingBox())?.height ?? 0;
    const usual = await height();
    for (let step = 0; step < 5; step++) {
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox', { name: 'Command' }).fill('Larger text');
      await page.keyboard.press('Enter');
    }
    await eventually(async () => Math.round((10 * (await height())) / usual)).toBe(15);
    // The whole plot holds every point.
    await drag(page, [0.08, 0.02], [0.99, 0.9]);
    await page
      .getByRole('button', { name: '25 cells selected: clear' })
      .waitFor({ timeout: stepMs });
    await page.getByRole('button', { name: 'Panels', exact: true }).click();
    const overlay = await plot(page).boundingBox();
    const drawn = await page.locator('.panel-plot canvas').first().boundingBox();
    expect(overlay?.x).toBeCloseTo(drawn?.x ?? 0, 0);
    expect(overlay?.width).toBeCloseTo(drawn?.width ?? 0, 0);
    await drag(page, [0.1, 0.1], [0.3, 0.5]);
    await page
      .getByRole('button', { name: '6 cells selected: clear' })
      .waitFor({ timeout: stepMs });
    expect(faults).toEqual([]);
  });

  it('keeps panels, axes and colours in the address and under a name', async () => {
    const { page, faults, address } = await openDiagram();
    await page.getByRole('button', { name: 'Panels …' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('checkbox', { name: 'Test loss' }).check();
    await dialog.getByRole('button', { name: 'CKA: take away' }).click();
    await dialog.getByRole('button', { name: 'Test loss: move up' }).click();
    await dialog.getByRole('button', { name: 'Done' }).click();
    const titles = () => page.getByRole('button', { name: /: show it large$/ }).allTextContents();
    await eventually(async () => (await titles()).map((t) => t.trim())).toEqual([
      'Train loss',
      'Top Hessian eigenvalue (ln)',
      'Hessian trace (ln)',
      'Mode connectivity',
      'Test loss',
      'Weight distance',
    ]);

    await page.getByRole('button', { name: 'Axes …' }).click();
    await dialog.getByRole('checkbox', { name: 'Swap the axes' }).check();
    await dialog.getByRole('checkbox', { name: 'One range for panels of one unit' }).check();
    await dialog.getByRole('button', { name: 'Done' }).click();
    await eventually(() => inAddress(page, 'swap')).toBe('1');

    await page.getByRole('button', { name: 'Test accuracy: set the ends of the colours' }).click();
    await dialog.getByLabel('From').fill('two');
    await dialog.getByText(/An end must be a number, got “two”/).waitFor();
    await dialog.getByLabel('From').fill('0.5');
    await dialog.getByRole('button', { name: 'Apply' }).click();
    await eventually(() => inAddress(page, 'ranges')).toBe('testAccuracy:0.5:');

    await page.getByRole('button', { name: 'Views', exact: true }).click();
    await dialog.getByLabel('Name for what is shown now').fill('swapped');
    await dialog.getByRole('button', { name: 'Save', exact: true }).click();
    await dialog.getByText('“swapped” is kept').waitFor({ timeout: stepMs });
    await dialog.getByRole('button', { name: 'Close' }).click();

    // From a bare address the view brings all of it back, thresholds too.
    await page.getByLabel('Poor: connectivity below', { exact: true }).fill('-50');
    await page.goto(address(''));
    await eventually(() => inAddress(page, 'swap')).toBeNull();
    await page.getByRole('button', { name: 'Views', exact: true }).click();
    await dialog.getByRole('button', { name: 'Open' }).click();
    await eventually(() => inAddress(page, 'ranges')).toBe('testAccuracy:0.5:');
    expect([inAddress(page, 'swap'), inAddress(page, 'share')]).toEqual(['1', 'units']);
    await eventually(() =>
      page.getByLabel('Poor: connectivity below', { exact: true }).inputValue(),
    ).toBe('-1');
    await page.getByRole('button', { name: 'Views', exact: true }).click();
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await dialog.getByText('No view is saved yet').waitFor({ timeout: stepMs });
    expect(faults).toEqual([]);
  });

  it('shows the sensitivity and the scatter of a pair, without serious problems of access', async () => {
    const { page, faults, address } = await openDiagram('?view=sensitivity');
    await page.getByRole('heading', { name: 'Who keeps its phase' }).waitFor({ timeout: stepMs });
    await page.getByText('train loss 0.05 to 0.2, mode connectivity').waitFor();
    await page.getByLabel('Range').selectOption('twice as wide');
    await page.getByText('train loss 0.025 to 0.4').waitFor({ timeout: stepMs });
    await page.goto(address('?view=correlations'));
    await page.getByRole('button', { name: /^ln Hessian trace/ }).click({ timeout: stepMs });
    await eventually(() => inAddress(page, 'across')).toBe('hessianTrace');
    await page.getByLabel(/^Hessian trace \(ln\) and Test accuracy of 25 cells/).waitFor();

    const views = ['panels', 'scatter', 'slices', 'sensitivity', 'correlations', 'table'];
    for (const scheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
      for (const view of views) {
        await page.goto(address(`?view=${view}&cells=3,7-9`));
        await page
          .getByRole('button', { name: '4 cells selected: clear' })
          .waitFor({ timeout: stepMs });
        await page.evaluate(axe.source);
        const problems = await page.evaluate(async () => {
          const { axe: run } = globalThis as unknown as {
            axe: {
              run: () => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
            };
          };
          const { violations } = await run.run();
          return violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(' | ')}`);
        });
        expect(problems, `${scheme} ${view}`).toEqual([]);
      }
    }
    expect(faults).toEqual([]);
  });
});
