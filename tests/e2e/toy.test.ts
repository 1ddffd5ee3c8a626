/** The Toy landscape screen as a person uses it. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../fixtures/temporary-folder';
import { accessibilityProblems } from './accessibility';
import { openBrowser, openPage } from './browser';
import { serve } from './served-workbench';

const stepMs = 20_000;
const eventually = <T>(read: () => T | Promise<T>) => expect.poll(read, { timeout: stepMs });
const slider = (page: Page, name: RegExp) => page.getByRole('slider', { name });
const phase = (page: Page) =>
  page.getByRole('region', { name: 'This pair' }).getByRole('status').innerText();
const sweep = (page: Page) => page.getByRole('application', { name: /Phases over load/ });

describe('the Toy landscape screen', () => {
  it('moves both landscapes and the phase with the sliders, by keys, by the sweep and by the address', async () => {
    const { url } = await serve(temporaryFolder());
    const { page, faults } = await openPage(await openBrowser());
    await page.goto(url);
    await page.getByRole('link', { name: 'Toy landscape' }).click();
    await page.getByRole('heading', { name: 'Toy landscape', exact: true }).waitFor();
    expect(await phase(page)).toMatch(/^III/);

    // Hot: the ripples are gone, the noise is felt as loss.
    await slider(page, /^Temperature/).focus();
    await page.keyboard.press('End');
    await eventually(() => phase(page)).toMatch(/^II\n/);
    await eventually(() => page.url()).toContain('temperature=1');
    await page.getByRole('img', { name: /the effective one has one minimum/ }).waitFor();

    // The worker's sweep agrees with the pairs that the page makes itself.
    const cell = page.locator('#toy-sweep-cell');
    await eventually(() => cell.innerText()).toMatch(/^Load 0\.1\d*, temperature 1: II, 9 of 9/);
    await sweep(page).focus();
    for (let i = 0; i < 20; i++) await page.keyboard.press('ArrowDown');
    for (let i = 0; i < 20; i++) await page.keyboard.press('ArrowLeft');
    await eventually(() => cell.innerText()).toBe(
      'Load 0.01, temperature 0.001: IV-B, 9 of 9 pairs.',
    );
    expect(await phase(page)).toMatch(/^IV-B/);

    const box = await sweep(page).boundingBox();
    if (!box) throw new Error('the sweep must be on the page');
    await sweep(page).click({ position: { x: 0.9 * box.width, y: 0.75 * box.height } });
    await eventually(() => phase(page)).toMatch(/^I\n/);
    const address = page.url();
    const shown = await phase(page);
    await page.reload();
    await eventually(() => phase(page)).toBe(shown);
    expect(page.url()).toBe(address);
    expect(faults).toEqual([]);
  });

  it('walks on request, stands still otherwise, and takes only what the sliders can show from the address', async () => {
    const { url } = await serve(temporaryFolder());
    const { page, faults } = await openPage(await openBrowser());
    await page.goto(`${url}#/toy?load=7&temperature=nonsense&pair=2`);
    await page.getByRole('heading', { name: 'Toy landscape', exact: true }).waitFor();
    expect(await slider(page, /^Load/).getAttribute('aria-valuetext')).toBe('0.1');
    expect(await page.getByRole('combobox', { name: /^Noise/ }).inputValue()).toBe('2');
    const place = () => page.locator('.walker').first().getAttribute('cx');
    const end = await place();
    expect(await page.getByRole('button', { name: 'End' }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Reset' }).click();
    const start = await place();
    expect(Number(start)).toBeLessThan(Number(end));
    await page.getByRole('button', { name: 'Step' }).click();
    const after = await place();
    expect(after).not.toBe(start);
    await page.getByRole('button', { name: 'Play' }).click();
    await eventually(place).not.toBe(after);
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('button', { name: 'End' }).click();
    await eventually(place).toBe(end);
    expect(faults).toEqual([]);
  });

  it('has no accessibility problem, light or dark, wide or narrow', async () => {
    const { url } = await serve(temporaryFolder());
    const { page } = await openPage(await openBrowser());
    const problems: string[] = [];
    for (const colorScheme of ['light', 'dark'] as const)
      for (const width of [1280, 600]) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await page.setViewportSize({ width, height: 800 });
        await page.goto(`${url}#/toy`);
        await page.locator('#toy-sweep-cell', { hasText: 'pairs' }).waitFor({ timeout: stepMs });
        const found = await accessibilityProblems(page);
        problems.push(...found.map((text) => `${colorScheme} ${width}: ${text}`));
      }
    expect(problems).toEqual([]);
  });
});
