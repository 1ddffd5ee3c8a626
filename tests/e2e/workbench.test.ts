/** The workbench as a person uses it: a real browser, the real host, real training. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { cli } from '../fixtures/command-line';
import { temporaryFolder } from '../fixtures/temporary-folder';
import { accessibilityProblems } from './accessibility';
import { openBrowser, openPage } from './browser';
import { serve } from './served-workbench';

/** A sweep of the sample on a slow machine under load. */
const sweepMs = 150_000;
const stepMs = 20_000;

const sampleButton = (page: Page) => page.getByRole('button', { name: /^Open sample/ }).first();
const link = (page: Page, name: string) => page.getByRole('link', { name, exact: true });
const summary = (page: Page) => page.locator('main p[role=status]').first();
const phaseCount = async (page: Page, phase: string) =>
  Number(await page.getByRole('listitem').filter({ hasText: phase }).locator('b').innerText());

/** Opens the sample, runs it as it is, and waits until it is finished. */
async function runSample(page: Page): Promise<void> {
  await sampleButton(page).click();
  await page.getByRole('complementary').getByRole('button', { name: 'Run' }).click();
  await page.waitForURL(/\/progress/, { timeout: stepMs });
  await page
    .getByRole('banner')
    .getByText('finished', { exact: true })
    .waitFor({ timeout: sweepMs });
}

async function saved(page: Page, name: string): Promise<{ file: string; text: string }> {
  const offered = page.waitForEvent('download', { timeout: stepMs });
  await page.getByRole('button', { name, exact: true }).click();
  const download = await offered;
  return {
    file: download.suggestedFilename(),
    text: readFileSync(await download.path(), 'utf8'),
  };
}

/** Waits as long as a step may take: the machine may be busy training. */
function eventually<T>(read: () => T | Promise<T>) {
  return expect.poll(read, { timeout: stepMs });
}

describe('the workbench in a browser', () => {
  it('goes from an empty project to an exported phase diagram, and is the same after a reload', async () => {
    const { url } = await serve(temporaryFolder());
    const { page, faults } = await openPage(await openBrowser());
    await page.goto(url);
    await page.getByText('No experiment in this project yet').waitFor({ timeout: stepMs });
    await runSample(page);
    await eventually(() => page.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('100');

    await link(page, 'Phase diagram').click();
    await page.getByRole('heading', { name: 'Test accuracy' }).waitFor({ timeout: stepMs });
    await eventually(() => summary(page).innerText()).toMatch(
      /25 cells, Width by Batch size: \d+ in phase/,
    );
    await eventually(() => phaseCount(page, 'sharp, poorly connected')).toBeGreaterThan(0);

    // Everything is flat once the threshold is above every loss: no cell of phase I is left.
    await page.getByLabel('Flat: train loss below', { exact: true }).fill('1000');
    await eventually(() => phaseCount(page, 'sharp, poorly connected')).toBe(0);
    await eventually(() => summary(page).innerText()).not.toMatch(/in phase I[,.]/);

    await page.getByRole('application').first().focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    await page
      .getByRole('complementary', { name: 'Inspector' })
      .getByText('Test accuracy')
      .waitFor();
    const chosen = await page.getByRole('complementary', { name: 'Inspector' }).innerText();

    const loss = page.getByLabel('Flat: train loss below', { exact: true });
    await loss.fill('-1');
    await page
      .getByText(/Must be above 0, as every cross-entropy is, got −1.*Until then 1000/)
      .waitFor();
    await loss.fill('1000');

    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Command' }).fill('export figure');
    await page.keyboard.press('Enter');
    const svg = await saved(page, 'Save svg');
    expect(svg.file).toBe('digits-width-batch-phase-diagram.svg');
    expect(svg.text).toContain('<svg');
    const csv = await saved(page, 'Save csv');
    expect(csv.text.trim().split('\n').length).toBeGreaterThan(25);
    const provenance = JSON.parse((await saved(page, 'Save json')).text) as object;
    expect(JSON.stringify(provenance)).toContain('"trainLoss":1000');
    expect((await saved(page, 'Save md')).text.length).toBeGreaterThan(200);
    await page.getByRole('button', { name: 'PDF' }).click();
    expect((await saved(page, 'Save pdf')).text.slice(0, 5)).toBe('%PDF-');
    await page
      .getByText('Saved with your downloads: digits-width-batch-phase-diagram.pdf')
      .waitFor();
    await page.getByRole('button', { name: 'Close' }).click();
    await eventually(() => page.url()).not.toContain('export');

    await page.reload();
    await page.getByRole('heading', { name: 'Test accuracy' }).waitFor({ timeout: stepMs });
    await eventually(() => phaseCount(page, 'sharp, poorly connected')).toBe(0);
    await eventually(() => page.getByRole('complementary', { name: 'Inspector' }).innerText()).toBe(
      chosen,
    );

    await page.getByRole('application').first().focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Loss over epochs' }).waitFor({ timeout: stepMs });
    await page.getByRole('heading', { name: 'Error along the connecting curve' }).waitFor();
    await page.keyboard.press('Escape');
    await page.waitForURL(/\/phase-diagram\?cells=/);
    // The grid has the focus again: the arrows go on where they were.
    await eventually(() => page.evaluate(() => document.activeElement?.role)).toBe('application');
    await page.keyboard.press('Delete');
    await eventually(() => page.url()).not.toContain('cells=');
    expect(faults).toEqual([]);
  });

  it('shows a mistake under its field and runs nothing until it is mended', async () => {
    const { url } = await serve(temporaryFolder());
    const { page, faults } = await openPage(await openBrowser());
    await page.goto(`${url}#/design`);
    const rate = page.locator('#field-optimizer-learningRate');
    await rate.fill('-1');
    await page.getByText('Must be above 0, got -1; use a number above 0.').waitFor();
    expect(await rate.getAttribute('aria-invalid')).toBe('true');
    const run = page.getByRole('complementary').getByRole('button', { name: 'Run' });
    expect(await run.isDisabled()).toBe(true);
    await page.getByText('No grid: 1 to mend').waitFor();
    await rate.fill('5e-2');
    await eventually(() => run.isEnabled()).toBe(true);

    await page.getByRole('button', { name: 'Width: make it an axis' }).click();
    await page.getByLabel('Values of Width').fill('2, 4, oops');
    await page.getByText(/Entry 3: must be a number/).waitFor();
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+z');
    await page.getByText('No axis yet: a single cell.').waitFor();

    await page.getByRole('button', { name: 'JSON' }).click();
    const json = page.getByLabel('Spec as JSON');
    await json.fill((await json.inputValue()).replace('"epochs": 20', '"epochs": 0'));
    await page.getByText(/training\.epochs: must be at least 1, got 0/).waitFor();
    await page.reload();
    await page.getByText(/training\.epochs: must be at least 1, got 0/).waitFor();
    expect(faults).toEqual([]);
  });

  it('designs a small CNN with Adam by pointing, sees how large it is, and runs it to the end', async () => {
    const { url } = await serve(temporaryFolder());
    const { page, faults } = await openPage(await openBrowser());
    await page.goto(`${url}#/design`);
    const field = (name: string) => page.getByLabel(name, { exact: true }).first();
    await page.locator('#field-name').fill('tiny');
    const transformer = page.getByRole('option', { name: /^Transformer \(needs sequences/ });
    expect(await transformer.isDisabled()).toBe(true);
    await field('Family').selectOption('ResNet');
    await page.getByText('699,978 parameters', { exact: true }).waitFor();
    expect(await field('Depth').inputValue()).toBe('18');
    await field('Family').selectOption('CNN');
    await field('Depth').fill('3');
    await field('Norm').selectOption('batch');
    await page.getByRole('button', { name: 'Width: make it an axis' }).click();
    await page.getByLabel('Values of Width').fill('4, 8, 16');
    await field('Method').selectOption('Adam');
    await field('Learning rate').fill('0.01');
    await field('Schedule').selectOption('warm-up');
    await field('Warm-up').fill('1');
    await field('Stop').selectOption('early stop');
    await field('Epochs').fill('2');
    await page.getByLabel('Seeds', { exact: true }).fill('0');
    for (const metric of [
      'Centred kernel alignment',
      'Weight distance',
      'Mode connectivity',
      'Hessian',
    ])
      await page.getByRole('checkbox', { name: metric, exact: true }).uncheck();
    await page.getByText('1,702 to 24,058 parameters over the grid').waitFor();
    const preview = page.getByRole('complementary').filter({ hasText: 'The grid of this spec' });
    await eventually(() => preview.innerText()).toMatch(/Runs\s+3\s+in 3 cells/);
    expect(await preview.locator('title').allTextContents()).toContain('Width 8: 6,274 parameters');

    // The method back and forth: what Adam does not have is gone, undo has it.
    await field('Method').selectOption('SGD');
    expect(await field('Learning rate').inputValue()).toBe('0.01');
    expect(await field('Momentum').inputValue()).toBe('0');
    await page.keyboard.press('Control+z');
    expect(await field('β₁').inputValue()).toBe('0.9');

    await preview.getByRole('button', { name: 'Run' }).click();
    await page.waitForURL(/\/progress/, { timeout: stepMs });
    await page
      .getByRole('banner')
      .getByText('finished', { exact: true })
      .waitFor({ timeout: sweepMs });
    expect(faults).toEqual([]);
  });

  it('keeps a renamed draft, says that a name is in use, and shows the curves so far to a page that opens late', async () => {
    const { url } = await serve(temporaryFolder());
    const browser = await openBrowser();
    const { page, faults } = await openPage(browser);
    await page.goto(`${url}#/design`);
    const save = page.getByRole('button', { name: 'Save draft' });
    await page.locator('#field-name').fill('one');
    await save.click();
    await page.waitForURL(/experiments\/\w+\/design/, { timeout: stepMs });
    const address = page.url();
    await page.locator('#field-name').fill('renamed');
    await save.click();
    await page.getByText('saved', { exact: true }).waitFor({ timeout: stepMs });
    expect(page.url()).toBe(address);
    await page.goto(`${url}#/design`);
    await page.locator('#field-name').fill('renamed');
    await page.getByText(/Must be new in this project, got "renamed"/).waitFor({ timeout: stepMs });
    const run = page.getByRole('complementary').getByRole('button', { name: 'Run' });
    expect(await run.isDisabled()).toBe(true);
    await page.locator('#field-name').fill('long');
    await page.locator('#field-training-epochs').fill('60000');
    await page.getByLabel('Seeds', { exact: true }).fill('0');
    await run.click();
    await page.waitForURL(/\/progress/, { timeout: stepMs });
    const curve = (p: Page) =>
      p.getByRole('img', { name: /Train loss over epochs of 1 training:/ });
    await curve(page).waitFor({ timeout: stepMs });
    await page.getByRole('button', { name: 'Pause' }).click();
    const late = await openPage(browser);
    await late.page.goto(url);
    await late.page.getByRole('heading', { name: 'Experiments' }).waitFor({ timeout: stepMs });
    await late.page.goto(page.url());
    await curve(late.page).waitFor({ timeout: stepMs });
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Cancel the experiment' }).click();
    expect([...faults, ...late.faults]).toEqual([]);
  });

  it('cancels and resumes a sweep and draws its single axis as lines without a reload', async () => {
    const { url } = await serve(temporaryFolder());
    const { page, faults } = await openPage(await openBrowser());
    await page.goto(`${url}#/design`);
    await page.locator('#field-name').fill('slow');
    await page.getByRole('button', { name: 'Width: make it an axis' }).click();
    await page.getByLabel('Values of Width').fill('4, 8, 16, 32');
    await page.locator('#field-training-epochs').fill('300');
    await page.getByLabel('Seeds', { exact: true }).fill('0, 1');
    await page.getByRole('complementary').getByRole('button', { name: 'Run' }).click();
    await page.waitForURL(/\/progress/, { timeout: stepMs });
    await page.getByRole('heading', { name: 'Training now' }).waitFor({ timeout: stepMs });
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Cancel the experiment' }).click();
    await page.getByText('cancelled', { exact: true }).first().waitFor({ timeout: stepMs });
    await link(page, 'Phase diagram').click();
    await page.getByRole('button', { name: 'Resume' }).click();
    // One axis: lines in place of panels, without any reload.
    await page.getByRole('button', { name: 'Slices' }).waitFor({ timeout: sweepMs });
    await page
      .getByRole('banner')
      .getByText('finished', { exact: true })
      .waitFor({ timeout: sweepMs });
    expect(await summary(page).innerText()).toContain('4 cells, Width');
    await page.getByRole('button', { name: 'Correlations' }).click();
    const trainLoss = page.getByRole('row').filter({ hasText: 'Train loss' });
    await trainLoss.waitFor({ timeout: stepMs });
    expect(await trainLoss.innerText()).toMatch(/[+−][01]\.\d\d/);
    expect(faults).toEqual([]);
  });

  it('says that the connection is lost and goes on by itself once it is back', async () => {
    const { url } = await serve(temporaryFolder());
    const { page } = await openPage(await openBrowser());
    let isCut = false;
    const cuts: (() => Promise<void>)[] = [];
    await page.routeWebSocket(/\/ws/, (socket) => {
      if (isCut) void socket.close({ code: 4000 });
      else {
        socket.connectToServer();
        cuts.push(() => socket.close({ code: 4000 }));
      }
    });
    await page.goto(url);
    await page.getByText('No experiment in this project yet').waitFor({ timeout: stepMs });
    isCut = true;
    for (const cut of cuts) await cut();
    await page.getByText('Connection lost. Reconnecting …').waitFor({ timeout: stepMs });
    await page.getByText('Finished results are safe').waitFor();
    expect(await sampleButton(page).isDisabled()).toBe(true);
    isCut = false;
    await page.getByText('Connection lost. Reconnecting …').waitFor({
      state: 'hidden',
      timeout: stepMs,
    });
    await sampleButton(page).click();
    await page.getByText('330 to 8,970 parameters over the grid').waitFor({ timeout: stepMs });
  });

  it('is found again by an open page after a restart, with what happened meanwhile', async () => {
    const folder = temporaryFolder();
    const first = await serve(folder);
    const { page } = await openPage(await openBrowser());
    await page.goto(first.url);
    await page.getByText('No experiment in this project yet').waitFor({ timeout: stepMs });
    first.process.child.kill('SIGKILL');
    await first.process.ended;
    await page.getByText('Connection lost. Reconnecting …').waitFor({ timeout: stepMs });
    const spec = join(import.meta.dirname, '../../resources/samples/digits-width-batch.json');
    expect((await cli('run', spec, '--project', join(folder, 'project'))).code).toBe(0);
    const second = await serve(folder);
    expect(second.url).toBe(first.url);
    await page.getByText('connected', { exact: true }).waitFor({ timeout: stepMs });
    await page.getByRole('link', { name: 'digits-width-batch' }).waitFor({ timeout: stepMs });
  });

  it('tells an old page what to do when another workbench answers at its address', async () => {
    const first = await serve(temporaryFolder());
    const { page } = await openPage(await openBrowser());
    await page.goto(first.url);
    await page.getByText('No experiment in this project yet').waitFor({ timeout: stepMs });
    first.process.child.kill('SIGTERM');
    await first.process.ended;
    await page.getByText('Connection lost. Reconnecting …').waitFor({ timeout: stepMs });
    const second = await serve(temporaryFolder(), '--port', String(first.port));
    await page.getByText('This page is not allowed to connect.').waitFor({ timeout: stepMs });
    await page.goto(second.url);
    await page.getByText('connected', { exact: true }).waitFor({ timeout: stepMs });
  });

  it('has no accessibility problem on any screen, light or dark', async () => {
    const { url } = await serve(temporaryFolder());
    const browser = await openBrowser();
    const { page } = await openPage(browser);
    await page.goto(url);
    await runSample(page);
    const id = /experiments\/(\w+)/.exec(page.url())?.[1] ?? '';
    const screens = [
      'experiments',
      'design',
      `experiments/${id}/design`,
      `experiments/${id}/progress?cells=3`,
      `experiments/${id}/phase-diagram?cells=3`,
      `experiments/${id}/phase-diagram?view=scatter`,
      `experiments/${id}/phase-diagram?view=table`,
      `experiments/${id}/cells/3`,
      `experiments/${id}/runs`,
      'metrics',
      'engines',
    ];
    const problems: string[] = [];
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      for (const screen of screens) {
        await page.goto(`${url}#/${screen}`);
        await page.locator('h1').first().waitFor({ timeout: stepMs });
        await page.locator('main h1, main h2').first().waitFor({ timeout: stepMs });
        const found = await accessibilityProblems(page);
        problems.push(...found.map((text) => `${colorScheme} ${screen}: ${text}`));
      }
    }
    expect(problems).toEqual([]);
  });
});
