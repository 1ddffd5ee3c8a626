/** The Design screen as a newcomer uses it: pointing, presets, files, JSON. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ExperimentSpec } from '#shared/domain/spec';
import { startCli } from '../fixtures/command-line';
import { temporaryFolder } from '../fixtures/temporary-folder';
import { openBrowser, openPage } from './browser';
import { serve } from './served-workbench';
import { seriousProblems } from './serious-problems';

const stepMs = 20_000;
const sample = join(import.meta.dirname, '../../resources/samples/digits-every-metric.json');

function eventually<T>(read: () => T | Promise<T>) {
  return expect.poll(read, { timeout: stepMs });
}
const preview = (page: Page) =>
  page.getByRole('complementary').filter({ hasText: 'The grid of this spec' });
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });

/** The spec that the form would save. */
async function savedSpec(page: Page): Promise<{ file: string; spec: ExperimentSpec }> {
  const offered = page.waitForEvent('download', { timeout: stepMs });
  await button(page, 'Save file').click();
  const download = await offered;
  const spec = JSON.parse(readFileSync(await download.path(), 'utf8')) as ExperimentSpec;
  return { file: download.suggestedFilename(), spec };
}

describe('the Design screen', () => {
  it('keeps a draft that could not start, and runs it when it can', async () => {
    const folder = temporaryFolder();
    const { url } = await serve(folder);
    const { page, faults } = await openPage(await openBrowser());
    await page.goto(`${url}#/design`);
    await button(page, 'Width: make it an axis').click({ timeout: stepMs });
    // Another process schedules in this project.
    const other = startCli(['run', sample, '--project', join(folder, 'project')]);
    onTestFinished(() => void other.child.kill('SIGKILL'));
    await eventually(() => other.stderr()).not.toBe('');
    const run = preview(page).getByRole('button', { name: 'Run' });
    await run.click();
    const refused = page.getByText('The draft is saved, but it did not start.');
    await refused.waitFor({ timeout: stepMs });
    expect(await page.getByText(/in use/).count()).toBe(0);
    other.child.kill('SIGKILL');
    await other.ended;
    await run.click();
    await page.waitForURL(/\/progress/, { timeout: stepMs });
    expect(faults).toEqual([]);
  });

  it('makes the reference sweep by pointing alone, in a few clicks', async () => {
    const { url } = await serve(temporaryFolder());
    const { page, faults } = await openPage(await openBrowser());
    await page.goto(`${url}#/experiments`);
    let clicks = 0;
    const click = async (
      name: string | RegExp,
      role: 'button' | 'link' | 'checkbox' = 'button',
    ) => {
      await page.getByRole(role, { name }).first().click({ timeout: stepMs });
      clicks += 1;
    };
    await click('Design', 'link');
    await click('Width: make it an axis');
    await click('Batch size: make it an axis');
    await click('Weight distance', 'checkbox');
    await eventually(() => preview(page).innerText()).toMatch(/Runs\s+75\s+in 25 cells/);
    await eventually(() => preview(page).innerText()).toMatch(/Time on this machine\s+about \d+ s/);
    const { spec } = await savedSpec(page);
    expect(spec.axes).toEqual([
      { path: 'model.width', role: 'load', values: [4, 8, 16, 32, 64] },
      { path: 'training.batchSize', role: 'temperature', values: [8, 16, 32, 64, 128] },
    ]);
    expect(spec.seeds).toEqual([0, 1, 2]);
    expect(spec.metrics.map(({ name }) => name)).toEqual(['hessian', 'cka', 'mode-connectivity']);
    await preview(page).getByRole('button', { name: 'Run' }).click();
    await page.waitForURL(/\/progress/, { timeout: stepMs });
    expect(clicks).toBeLessThan(10);
    await button(page, 'Pause').click();
    expect(faults).toEqual([]);
  });

  it('takes a preset that says what it costs, gives the form back by undo, and keeps the draft', async () => {
    const { url } = await serve(temporaryFolder());
    const { page, faults } = await openPage(await openBrowser());
    await page.goto(`${url}#/design`);
    await page.locator('#field-model-width').fill('24');
    await button(page, 'Presets').click();
    const dialog = page.getByRole('dialog', { name: 'Presets' });
    await eventually(() => dialog.getByText(/\d+ cells, \d+ runs; about \d+ (s|min)/).count()).toBe(
      5,
    );
    expect(await seriousProblems(page)).toEqual([]);
    await button(page, 'Use the preset SAM radius by width').click();
    await eventually(() => page.locator('#field-name').inputValue()).toBe('sam-radius-by-width');
    await eventually(() => preview(page).innerText()).toMatch(/Runs\s+90\s+in 30 cells/);

    // Elsewhere and back: the draft and its past are there.
    await page.getByRole('link', { name: 'Metrics', exact: true }).click();
    await page.getByRole('link', { name: 'Design', exact: true }).click();
    await eventually(() => page.locator('#field-name').inputValue()).toBe('sam-radius-by-width');
    await button(page, 'Undo').click();
    expect(await page.locator('#field-model-width').inputValue()).toBe('24');
    expect(await page.locator('#field-name').inputValue()).toBe('untitled');
    await button(page, 'Redo').click();
    await eventually(() => page.locator('#field-name').inputValue()).toBe('sam-radius-by-width');
    expect(faults).toEqual([]);
  });

  it('says in the JSON where a mistake is, keeps unfinished text, and takes both sides', async () => {
    const { url } = await serve(temporaryFolder());
    const { page, faults } = await openPage(await openBrowser());
    await page.goto(`${url}#/design`);
    await button(page, 'JSON').click();
    const json = page.getByRole('textbox', { name: 'Spec as JSON' });
    const good = await json.inputValue();
    const broken = good.replace('"seeds"', '// three\n  "seeds"');
    await json.fill(broken);
    await page.getByText(/comment: must not stand in JSON, got one; remove it/).waitFor();
    expect(await preview(page).getByRole('button', { name: 'Run' }).isDisabled()).toBe(true);
    await button(page, /^Line \d+, column 3$/).click();
    expect(
      await json.evaluate((area: HTMLTextAreaElement) =>
        area.value.slice(area.selectionStart, area.selectionEnd),
      ),
    ).toBe('// three');
    await page.getByRole('link', { name: 'Engines', exact: true }).click();
    await page.getByRole('link', { name: 'Design', exact: true }).click();
    await button(page, 'JSON').click();
    expect(await json.inputValue()).toBe(broken);
    await button(page, 'Put back the last good spec').click();
    expect(await json.inputValue()).toBe(good);

    await json.fill(good.replace('"width": 16', '"width": 0, "widht": 16'));
    await page.getByText(/model\.widht: must be a setting that exists/).waitFor();
    await eventually(() => preview(page).innerText()).toContain('No grid: 2 to mend');
    await json.fill(good.replace('"width": 16', '"width": 40'));
    await button(page, 'Form').click();
    expect(await page.locator('#field-model-width').inputValue()).toBe('40');
    expect(faults).toEqual([]);
  });

  it('opens what it has saved, and says what is wrong with another file', async () => {
    const folder = temporaryFolder();
    const { url } = await serve(folder);
    const { page, faults } = await openPage(await openBrowser());
    await page.goto(`${url}#/design`);
    await page.locator('#field-name').fill('mine');
    await page.locator('#field-training-epochs').fill('7');
    await button(page, 'Stop: make it an axis').click();
    const { file, spec } = await savedSpec(page);
    expect(file).toBe('mine.json');
    expect(spec.axes[0]?.path).toBe('training.stop.name');
    await page.reload();
    const good = join(folder, file);
    writeFileSync(good, JSON.stringify({ ...spec, training: { ...spec.training, epochs: 9 } }));
    await page.getByLabel('Spec file').setInputFiles(good);
    await eventually(() => page.locator('#field-training-epochs').inputValue()).toBe('9');

    const bad = join(folder, 'bad.json');
    writeFileSync(bad, '{\n  "name": "x",\n}');
    await page.getByLabel('Spec file').setInputFiles(bad);
    await page.getByText(/bad\.json, line 3, column 1/i).waitFor({ timeout: stepMs });
    expect(await page.locator('#field-training-epochs').inputValue()).toBe('9');
    expect(await seriousProblems(page)).toEqual([]);
    expect(faults).toEqual([]);
  });
});
