/** Figures from the screen and back: a page for a venue, a figure's own file opened again, and the same from the command line. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cli } from '../fixtures/command-line';
import { temporaryFolder } from '../fixtures/temporary-folder';

import { openBrowser, openPage } from './browser';
import { seriousProblems } from './serious-problems';
import { serve } from './served-workbench';

const stepMs = 20_000;
const sample = join(import.meta.dirname, '../../resources/samples/digits-width-batch.json');

describe('figures', () => {
  it('take the page that is asked for, and are opened and drawn again from their own file', async () => {
    const folder = temporaryFolder();
    const project = ['--project', join(folder, 'project')];
    expect((await cli('run', sample, ...project)).code).toBe(0);
    const named = ['--experiment', 'digits-width-batch'];
    const out = join(folder, 'scatter.svg');
    const drawn = await cli(
      ...['figure', ...project, ...named, '--kind', 'connectivity-sharpness', '--across', 'cka'],
      ...['--width', 'nature-single', '--font', 'serif', '--title', 'Ours', '--out', out],
    );
    expect([drawn.code, drawn.stderr]).toEqual([0, expect.stringMatching(/The page is 89 by/)]);
    const first = readFileSync(out);
    const again = join(folder, 'again.svg');
    const file = join(folder, 'scatter.json');
    expect((await cli('figure', ...project, '--from', file, '--out', again)).code).toBe(0);
    expect(readFileSync(again)).toEqual(first);

    const { url } = await serve(folder);
    const { page, faults } = await openPage(await openBrowser());
    await page.goto(url);
    await page.getByRole('link', { name: 'digits-width-batch' }).first().click();
    await page.waitForURL(/experiments\/\w+/, { timeout: stepMs });
    const id = /experiments\/(\w+)/.exec(page.url())?.[1] ?? '';
    await page.goto(`${url}#/experiments/${id}/phase-diagram`);

    // The figure of another experiment is refused in words, this one is shown.
    const dialog = page.getByRole('dialog');
    await page.getByRole('button', { name: 'Views', exact: true }).click({ timeout: stepMs });
    const other = join(folder, 'other.json');
    writeFileSync(other, readFileSync(file, 'utf8').replace('"seeds": [', '"seeds": [ 99,'));
    const input = dialog.getByLabel('The .json of a figure');
    await input.setInputFiles(other);
    await dialog.getByText(/got one of another spec \(it differs in seeds\)/).waitFor();
    await input.setInputFiles(file);
    await page.waitForURL(/view=scatter/, { timeout: stepMs });
    expect(page.url()).toMatch(/across=cka/);

    // The export takes the page of the file, and another one from the form, at once.
    await page.getByRole('button', { name: 'Export', exact: true }).click();
    await dialog.getByText(/The page is 89 by/).waitFor({ timeout: stepMs });
    expect(await dialog.getByLabel('Title').inputValue()).toBe('Ours');
    await dialog.getByRole('combobox', { name: /^Width/ }).selectOption('ieee-single');
    await dialog.getByText(/The page is 88.9 by/).waitFor({ timeout: stepMs });
    await dialog.getByLabel('Font size, pt').fill('3');
    await dialog.getByText('A number from 5 to 14 points.').waitFor();
    await dialog.getByLabel('Font size, pt').fill('9');
    await dialog.getByText(/the smallest text is 9 pt/).waitFor({ timeout: stepMs });
    expect(await seriousProblems(page)).toEqual([]);

    // Sizes are remembered; titles are of one figure.
    const settings = () => readFileSync(join(folder, 'settings.json'), 'utf8');
    await expect.poll(settings, { timeout: stepMs }).toContain('"fontSize": 9');
    await page.reload();
    await dialog
      .getByText(/The page is 88.9 by .* the smallest text is 9 pt/)
      .waitFor({ timeout: stepMs });
    expect(await dialog.getByLabel('Title').inputValue()).toBe('');
    const report = page.waitForEvent('download');
    await dialog.getByRole('button', { name: 'Report of the experiment' }).click();
    expect((await report).suggestedFilename()).toBe('digits-width-batch-report.html');
    expect(faults).toEqual([]);
  });
});
