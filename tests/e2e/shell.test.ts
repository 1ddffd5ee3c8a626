/** The frame around all screens: settings, about, the tour, the list of experiments, how the end of an experiment is told. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { ProjectStore } from '#main/store/project-store';
import { storeExperiment } from '../fixtures/open-project';
import { smallSpec } from '../fixtures/small-spec';
import { temporaryFolder } from '../fixtures/temporary-folder';
import { accessibilityProblems } from './accessibility';
import { openBrowser, openPage } from './browser';
import { serve } from './served-workbench';

const sweepMs = 150_000;
const stepMs = 20_000;
const eventually = <T>(read: () => T | Promise<T>) => expect.poll(read, { timeout: stepMs });
const heading = (page: Page, name: string | RegExp) =>
  page.getByRole('heading', { name, level: 1 }).waitFor({ timeout: stepMs });

describe('settings', () => {
  it('count at once where they can, are kept in their file, and say what waits for the next start', async () => {
    const folder = temporaryFolder();
    const { url } = await serve(folder, '--workers', '1');
    const { page, faults } = await openPage(await openBrowser());
    await page.goto(`${url}#/settings`);
    await heading(page, 'Settings');
    const size = () => page.evaluate(() => getComputedStyle(document.documentElement).fontSize);
    expect(await size()).toBe('16px');
    await page.getByLabel('Size of text').fill('150');
    await eventually(size).toBe('24px');
    await page.getByRole('radio', { name: 'Dark' }).check();
    await eventually(() => page.evaluate(() => document.documentElement.dataset['scheme'])).toBe(
      'dark',
    );
    await page.getByLabel('Engine of new experiments').selectOption('reference');
    await page.getByText(/From the next start of the workbench on: reference/).waitFor();
    const file = join(folder, 'settings.json');
    const kept = { engine: 'reference', colours: 'dark', textScale: 150, workers: null };
    await eventually(() => JSON.parse(readFileSync(file, 'utf8')) as object).toMatchObject(kept);
    await page.getByText(join(folder, 'project', 'artifacts')).waitFor({ timeout: stepMs });
    await page.reload();
    await heading(page, 'Settings');
    await eventually(size).toBe('24px');
    // Large text in a window of 1280 pixels has the room of a narrow one.
    const rail = await page.getByRole('navigation').boundingBox();
    expect(rail?.width).toBeLessThan(100);
    const overflow = () =>
      page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
    for (const percent of ['80', '200']) {
      await page.getByLabel('Size of text').fill(percent);
      await eventually(size).toBe(`${(16 * Number(percent)) / 100}px`);
      expect(await overflow()).toBe(0);
      // What waits above the window for the keyboard does not peep in.
      const skip = await page.getByRole('link', { name: 'Skip to the work surface' }).boundingBox();
      expect((skip?.y ?? 0) + (skip?.height ?? 0)).toBeLessThan(0);
    }
    expect(faults).toEqual([]);
  });

  it('of an invalid file are told with every mistake, the defaults hold, and the next change mends it', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'settings.json');
    writeFileSync(file, '{"textScale": 999, "colour": "dark"}');
    const { url } = await serve(folder);
    const { page, faults } = await openPage(await openBrowser());
    await page.goto(`${url}#/settings`);
    const note = page.getByRole('alert').filter({ hasText: 'The file of settings does not count' });
    await note.waitFor({ timeout: stepMs });
    expect(await note.innerText()).toMatch(
      /textScale: must be at most 200[\s\S]*colour: must be a/,
    );
    await page.getByRole('radio', { name: 'Light' }).check();
    await note.waitFor({ state: 'hidden', timeout: stepMs });
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ colours: 'light' });
    expect(readFileSync(`${file}.invalid`, 'utf8')).toContain('999');
    expect(faults).toEqual([]);
  });
});

describe('about', () => {
  it('shows every licence in full, finds one by its words, and says how to cite', async () => {
    const { url } = await serve(temporaryFolder());
    const { page, faults } = await openPage(await openBrowser());
    await page.goto(`${url}#/about`);
    await heading(page, 'About Phasescape');
    await page.getByText('Taxonomizing local versus global structure').first().waitFor();
    await page.getByRole('searchbox').fill('handwritten digits');
    await page.getByText(/^1 of \d+ licences$/).waitFor({ timeout: stepMs });
    await page.getByRole('searchbox').fill('echarts apache');
    await page.getByText(/^echarts$/).click();
    await page
      .getByText(/TERMS AND CONDITIONS FOR USE, REPRODUCTION/)
      .first()
      .waitFor();
    expect(faults).toEqual([]);
  });
});

describe('the tour', () => {
  it('goes with the keyboard from an empty project to a cell, is told of the end, and can be left', async () => {
    const { url } = await serve(temporaryFolder());
    const { page, faults } = await openPage(await openBrowser());
    await page.goto(url);
    await page.getByRole('button', { name: 'Take the tour' }).click();
    const card = page.getByRole('complementary', { name: 'Tour' });
    // The card gives its title the focus; a key pressed before would go to what had it.
    const title = async (name: string) => {
      await card.getByRole('heading', { name }).waitFor({ timeout: stepMs });
      await eventually(() => page.evaluate(() => document.activeElement?.textContent)).toBe(name);
    };
    const press = async (name: string) => {
      await card.getByRole('button', { name, exact: true }).focus();
      await page.keyboard.press('Enter');
    };
    await title('An experiment is one spec');
    await press('Next');
    await title('Two axes make a grid of cells');
    await page.locator('.frame[aria-hidden]').waitFor({ timeout: stepMs });
    expect(await accessibilityProblems(page)).toEqual([]);
    await press('Run it');
    await title('Watch it, or do not');
    await page.waitForURL(/\/progress/);
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(
      'Watch it, or do not',
    );
    await eventually(() => page.title()).toMatch(/^\d+ % · digits-width-batch: Progress/);
    // Gone elsewhere, it offers the way back.
    await page.keyboard.press('8');
    await heading(page, 'Metrics');
    await card.getByRole('button', { name: 'Back to the tour' }).click();
    await page.waitForURL(/\/progress/);
    const ending = page.getByText('digits-width-batch is finished.');
    await ending.waitFor({ timeout: sweepMs });
    // It covers nothing of the card, and goes when the reader goes on.
    const [told, shown] = [await ending.locator('..').boundingBox(), await card.boundingBox()];
    expect((told?.y ?? 0) + (told?.height ?? 0)).toBeLessThan(shown?.y ?? 0);
    await eventually(() => page.title()).toMatch(/^digits-width-batch: Progress/);
    await press('Next');
    await title('Where the phases are');
    await ending.waitFor({ state: 'hidden', timeout: stepMs });
    await press('Next');
    await title('The thresholds are yours');
    await page.locator('.frame[aria-hidden]').waitFor({ timeout: stepMs });
    await press('Next');
    await title('Inside a cell');
    await page.waitForURL(/\/cells\/12/);
    await press('Next');
    await press('Finish');
    await card.waitFor({ state: 'hidden' });
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Command' }).fill('tour');
    await page.keyboard.press('Enter');
    await title('An experiment is one spec');
    await page.keyboard.press('Escape');
    await card.waitFor({ state: 'hidden' });
    expect(faults).toEqual([]);
  });
});

describe('the list of experiments', () => {
  it('of two hundred is searched and sorted, and the address keeps both', async () => {
    const folder = temporaryFolder();
    const store = ProjectStore.open(join(folder, 'project'));
    for (let i = 0; i < 200; i++) storeExperiment(store, { ...smallSpec(), name: `sweep ${i}` });
    store[Symbol.dispose]();
    const { url } = await serve(folder);
    const { page, faults } = await openPage(await openBrowser());
    await page.goto(url);
    await page.getByText('200 experiments').waitFor({ timeout: stepMs });
    // A title ends where its numbers do; the arrow of the order hangs out.
    const ends = await page.evaluate(() => {
      const end = (node: Node | null | undefined) => {
        const range = document.createRange();
        if (node) range.selectNodeContents(node);
        return Math.round(range.getBoundingClientRect().right);
      };
      const titles = [...document.querySelectorAll('th.number button')];
      const numbers = [...document.querySelectorAll('tbody tr:first-child td.number')];
      return { titles: titles.map((t) => end(t.firstChild)), numbers: numbers.map(end) };
    });
    expect(ends.titles.length).toBeGreaterThan(1);
    expect(ends.numbers).toEqual(ends.titles);
    const first = () => page.getByRole('row').nth(1).getByRole('rowheader').innerText();
    await page.getByRole('button', { name: 'Name' }).click();
    await eventually(first).toBe('sweep 0');
    await page.getByRole('button', { name: 'Name' }).click();
    await eventually(first).toBe('sweep 199');
    await page.keyboard.press('/');
    const search = page.getByRole('searchbox', { name: 'Search experiments' });
    await eventually(() => search.evaluate((field) => field === document.activeElement)).toBe(true);
    await search.fill('sweep 17');
    await page.getByText('12 of 200').waitFor({ timeout: stepMs });
    await page.reload();
    await page.getByText('12 of 200').waitFor({ timeout: stepMs });
    expect(await first()).toBe('sweep 179');
    await search.fill('nothing of the kind');
    await page.getByRole('button', { name: 'Show all' }).click();
    await page.getByText('200 experiments').waitFor({ timeout: stepMs });
    expect(faults).toEqual([]);
  });
});

describe('the frame', () => {
  it('has no accessibility problem on its screens, light or dark, wide or narrow', async () => {
    const { url } = await serve(temporaryFolder());
    const { page } = await openPage(await openBrowser());
    const problems: string[] = [];
    for (const [colorScheme, width] of [
      ['light', 1280],
      ['dark', 900],
      ['light', 600],
    ] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.setViewportSize({ width, height: 800 });
      for (const screen of [
        'experiments',
        'settings',
        'about?licence=font',
        'engines',
        'metrics',
      ]) {
        await page.goto(`${url}#/${screen}`);
        await page.locator('main h1').first().waitFor({ timeout: stepMs });
        const found = await accessibilityProblems(page);
        problems.push(...found.map((text) => `${colorScheme} ${width} ${screen}: ${text}`));
      }
    }
    expect(problems).toEqual([]);
  });
});
