/** Commands as a person gives them: by the palette, by keys, by the list of shortcuts. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../fixtures/temporary-folder';
import { accessibilityProblems } from './accessibility';
import { openBrowser, openPage } from './browser';
import { serve } from './served-workbench';

const stepMs = 20_000;
const eventually = <T>(read: () => T | Promise<T>) => expect.poll(read, { timeout: stepMs });
const palette = (page: Page) => page.getByRole('combobox', { name: 'Command' });
const options = (page: Page) => page.getByRole('listbox', { name: 'Commands' }).getByRole('option');
const heading = (page: Page, name: string) =>
  page.getByRole('heading', { name, exact: true, level: 1 }).waitFor({ timeout: stepMs });

async function openWorkbench() {
  const { url } = await serve(temporaryFolder());
  const { page, faults } = await openPage(await openBrowser());
  await page.goto(url);
  await page.getByText('No experiment in this project yet').waitFor({ timeout: stepMs });
  return { page, faults, url };
}

describe('commands', () => {
  it('are found by parts of words, the recent ones first, with their keys and why they are not possible', async () => {
    const { page, faults } = await openWorkbench();
    await page.keyboard.press('Control+k');
    await palette(page).fill('pause');
    const pause = options(page).filter({ hasText: 'Experiment' }).first();
    expect(await pause.innerText()).toContain('Open an experiment first.');
    expect(await pause.getAttribute('aria-disabled')).toBe('true');
    await page.keyboard.press('Enter');
    expect(await palette(page).isVisible()).toBe(true);
    // Undo is on another screen; every other command is known to the frame.
    await palette(page).fill('');
    const all = await options(page).allInnerTexts();
    expect(all.filter((text) => text.includes('Not possible here'))).toEqual([]);
    expect(all.find((text) => text.includes('Undo'))).toContain('On the Design screen');

    await palette(page).fill('toy lnd');
    expect(await options(page).first().innerText()).toMatch(/Toy landscape[\s\S]*7/);
    await page.keyboard.press('Enter');
    await heading(page, 'Toy landscape');
    await page.keyboard.press('Control+k');
    expect(await options(page).first().innerText()).toContain('Toy landscape');
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(faults).toEqual([]);
  });

  it('follow their keys, but never while something is typed, and say when they are not possible', async () => {
    const { page, faults, url } = await openWorkbench();
    await page.keyboard.press('8');
    await heading(page, 'Metrics');
    // Away from a cell Escape is nobody's key, and nothing is said about it.
    await page.keyboard.press('Escape');
    await page.keyboard.press('3');
    await page.getByText('Progress: Open an experiment first.').waitFor({ timeout: stepMs });
    expect(await page.getByRole('button', { name: 'Dismiss the message' }).count()).toBe(1);
    await page.getByRole('button', { name: 'Dismiss the message' }).click();
    await page.keyboard.press('7');
    await heading(page, 'Toy landscape');
    await page.keyboard.press('s');
    await eventually(() => page.getByRole('button', { name: 'End' }).isEnabled()).toBe(true);

    await page.keyboard.press('n');
    const name = page.locator('#field-name');
    await name.fill('');
    await name.pressSequentially('n7?');
    expect(await name.inputValue()).toBe('n7?');
    expect(page.url()).toContain('/design');
    await page.keyboard.press('Control+z');
    await eventually(() => name.inputValue()).not.toBe('n7?');

    await page.goto(`${url}#/engines`);
    await heading(page, 'Engines');
    await page.keyboard.press('?');
    const list = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await list.waitFor();
    expect(await list.innerText()).toMatch(/Ctrl\s*K[\s\S]*Commands/);
    expect(await accessibilityProblems(page)).toEqual([]);
    // A dialog has the keyboard to itself.
    await page.keyboard.press('8');
    expect(page.url()).toContain('/engines');
    await page.keyboard.press('Escape');
    await list.waitFor({ state: 'hidden' });
    await page.keyboard.press('8');
    await heading(page, 'Metrics');
    expect(faults).toEqual([]);
  });
});
