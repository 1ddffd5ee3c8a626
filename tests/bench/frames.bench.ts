/**
 * How long frames of the Progress and Design screens take while two workers train a sweep of 1,600 cells and 10,000 runs: the longest
 * tasks of the interface thread, as Chromium's own observer tells them.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { it } from 'vitest';
import { openBrowser, openPage } from '../e2e/browser';
import { serve } from '../e2e/served-workbench';
import { temporaryFolder } from '../fixtures/temporary-folder';
import { runningSpec } from '../fixtures/running-spec';
import { tell } from './tell';

const watchMs = 15_000;
const wantedMs = 100;

/** Collects tasks of the interface thread that took 50 ms or more, and the gaps between frames. */
const startWatching = `(() => {
  const seen = { tasks: [], frames: [], longest: [] };
  globalThis.seenByBench = seen;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) seen.tasks.push(entry.duration);
  }).observe({ type: 'longtask' });
  if (PerformanceObserver.supportedEntryTypes.includes('long-animation-frame'))
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries())
        seen.longest.push({
          ms: entry.duration,
          scripts: entry.scripts.map((s) => s.invoker + ' ' + s.sourceFunctionName + ' ' + Math.round(s.duration) + ' ms'),
          renderMs: Math.round(entry.startTime + entry.duration - entry.renderStart),
          layoutMs: Math.round(entry.startTime + entry.duration - entry.styleAndLayoutStart),
        });
    }).observe({ type: 'long-animation-frame' });
  let last = performance.now();
  const frame = () => {
    const now = performance.now();
    seen.frames.push(now - last);
    last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
})()`;

interface Seen {
  readonly tasks: readonly number[];
  readonly frames: readonly number[];
  readonly longest: readonly {
    ms: number;
    scripts: readonly string[];
    layoutMs: number;
    renderMs: number;
  }[];
}

async function watch(page: Page, title: string): Promise<void> {
  await page.evaluate(
    'Object.assign(globalThis.seenByBench, { tasks: [], frames: [], longest: [] })',
  );
  await page.waitForTimeout(watchMs);
  const seen = await page.evaluate<Seen>('globalThis.seenByBench');
  const longest = (values: readonly number[]) => Math.max(0, ...values).toFixed(0);
  const over = seen.tasks.filter((ms) => ms > wantedMs).length;
  tell(
    `${title}: longest task ${longest(seen.tasks)} ms, ${seen.tasks.length} of 50 ms or more, ${over} over ${wantedMs} ms, longest gap between frames ${longest(seen.frames)} ms, in ${watchMs / 1000} s (none over ${wantedMs} ms wanted)`,
  );
  const [worst] = [...seen.longest].sort((a, b) => b.ms - a.ms);
  if (worst)
    tell(
      `${title}: the worst frame ${worst.ms.toFixed(0)} ms, style and layout ${worst.layoutMs} ms; ${worst.scripts.join('; ')}`,
    );
}

it('frames', { timeout: 900_000 }, async () => {
  const folder = temporaryFolder();
  const { url } = await serve(folder, '--workers', '2');
  const { page } = await openPage(await openBrowser());
  const file = join(folder, 'running.json');
  writeFileSync(file, JSON.stringify(runningSpec));
  await page.goto(`${url}#/design`);
  await page.getByLabel('Spec file').setInputFiles(file);
  const run = page.getByRole('complementary').getByRole('button', { name: 'Run' });
  await page.getByText(/in 1,600 cells/).waitFor({ timeout: 60_000 });
  await run.click();
  await page.waitForURL(/\/progress/, { timeout: 120_000 });
  await page.getByRole('heading', { name: 'Training now' }).waitFor({ timeout: 60_000 });
  await page.evaluate(startWatching);
  await page.waitForTimeout(5_000);
  await watch(page, 'progress, 1,600 cells and 11,200 runs while two workers train');
  await page.getByRole('gridcell').first().click();
  await watch(page, 'the same with a cell chosen');
  await page.getByRole('link', { name: 'Phase diagram', exact: true }).click();
  await page.waitForTimeout(5_000);
  await watch(page, 'phase diagram of the same sweep');
  await page.getByRole('button', { name: 'Pause' }).click();
});
