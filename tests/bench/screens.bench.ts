/**
 * How long screens take with a project of 1,600 cells and 11,200 runs, in Chromium through the local web host. A figure is the median of
 * several turns, from the change of the address or the click to the frame that shows the result.
 */
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { it } from 'vitest';
import { openBrowser, openPage } from '../e2e/browser';
import { serve } from '../e2e/served-workbench';
import { writeLargeProject } from '../fixtures/large-project';
import { temporaryFolder } from '../fixtures/temporary-folder';
import { tell } from './tell';

const turns = 5;

/** JavaScript that runs in the page. */
interface Step {
  readonly act: string;
  /** True once the result is in the document. */
  readonly isShown: string;
}

/** Takes a step and waits, frame by frame, until it is shown. @returns milliseconds */
function timed(page: Page, { act, isShown }: Step): Promise<number> {
  const code = `(async () => {
    const frame = () => new Promise((next) => requestAnimationFrame(next));
    const started = performance.now();
    ${act};
    while (!(${isShown})) {
      if (performance.now() - started > 60_000) throw new Error('never shown');
      await frame();
    }
    await frame(); // in which it is painted
    return performance.now() - started;
  })()`;
  return page.evaluate<number>(code);
}

/** Several turns of a step, each after another one that takes it back. */
async function report(
  page: Page,
  { title, wantedMs, step, back }: { title: string; wantedMs: number; step: Step; back: Step },
): Promise<void> {
  const seen: number[] = [];
  for (let turn = 0; turn <= turns; turn++) {
    const ms = await timed(page, step);
    if (turn === 0) tell(`${title}: first time ${ms.toFixed(0)} ms`);
    else seen.push(ms);
    await timed(page, back);
  }
  const sorted = seen.toSorted((a, b) => a - b).map((ms) => ms.toFixed(0));
  tell(
    `${title}: median ${sorted[Math.floor(turns / 2)]} ms, ${sorted[0]} to ${sorted.at(-1)} of ${turns} (under ${wantedMs} wanted)`,
  );
}

/** At least so many canvases of the work surface with something drawn on them. */
const drawn = (count: number) => `(() => {
  const all = [...document.querySelectorAll('main canvas')];
  const isDrawn = (c) => {
    const context = c.getContext('2d');
    return [0.3, 0.4, 0.5, 0.6].some((at) => context.getImageData(c.width * at, c.height * 0.5, 1, 1).data[3] > 0);
  };
  return all.filter((c) => c.width > 0 && isDrawn(c)).length >= ${count};
})()`;

/** At least so many rows with their values. */
const rowsShown = (count: number) =>
  `[...document.querySelectorAll('main [role=row]')].filter((row) => row.querySelectorAll('[role=gridcell]').length > 3).length > ${count}`;

const clickHead = (title: string) =>
  `[...document.querySelectorAll('main [role=columnheader] button')].find((button) => button.textContent.includes(${JSON.stringify(title)})).click()`;

/** Scrolls down by 20 rows a frame; counts frames in which a row in sight was still on its way. */
const scrolling = `(async () => {
  const grid = document.querySelector('main [aria-rowcount]');
  const frame = () => new Promise((next) => requestAnimationFrame(next));
  let longest = 0, empty = 0, frames = 0, last = performance.now();
  for (; frames < 200; frames++) {
    grid.scrollTop += 20 * 28;
    await frame();
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    const box = grid.getBoundingClientRect();
    const isEmpty = [...grid.querySelectorAll('[role=row][aria-busy]')].some((row) => {
      const place = row.getBoundingClientRect();
      return place.bottom > box.top + 60 && place.top < box.bottom;
    });
    if (isEmpty) empty += 1;
  }
  return { longest, empty, frames };
})()`;

/** Another address in the page that is open. */
const go = (hash: string) => `location.hash = ${JSON.stringify(hash)}`;

it('screens', { timeout: 900_000 }, async () => {
  const folder = temporaryFolder();
  const large = await writeLargeProject(join(folder, 'project'));
  tell(`${large.cells} cells, ${large.runs} runs, ${large.scalars} scalars of a run`);
  const { url } = await serve(folder);
  const { page } = await openPage(await openBrowser());
  await page.goto(url);
  await page.getByRole('link', { name: 'large' }).first().waitFor();
  const experiment = `/experiments/${large.experimentId}`;
  const elsewhere: Step = {
    act: go('/metrics'),
    isShown: `document.querySelectorAll('main h1').length > 0 && location.hash.includes('metrics') && !document.querySelector('main [aria-rowcount], main canvas')`,
  };

  await report(page, {
    title: 'phase diagram, 8 panels of 40 x 40 cells',
    wantedMs: 500,
    step: { act: go(`${experiment}/phase-diagram?metric=weightNorm`), isShown: drawn(8) },
    back: elsewhere,
  });
  await report(page, {
    title: 'table of runs, opened',
    wantedMs: 300,
    step: {
      act: go(`${experiment}/runs`),
      isShown: `document.querySelectorAll('main [aria-rowcount] [role=row], main [aria-rowcount] tbody tr').length > 10`,
    },
    back: elsewhere,
  });

  await timed(page, { act: go(`${experiment}/runs`), isShown: rowsShown(10) });
  await report(page, {
    title: 'table of runs, ordered by another column',
    wantedMs: 200,
    step: {
      act: clickHead('Train loss'),
      isShown: `location.hash.includes('sort=') && document.querySelector('main [aria-rowcount]').getAttribute('aria-busy') === 'false' && ${rowsShown(10)}`,
    },
    back: {
      act: go(`${experiment}/runs`),
      isShown: `!location.hash.includes('sort=') && document.querySelector('main [aria-rowcount]').getAttribute('aria-busy') === 'false'`,
    },
  });
  await report(page, {
    title: 'table of runs, filtered by a number',
    wantedMs: 200,
    step: {
      act: go(`${experiment}/runs?filter=testAccuracy%3E0.8`),
      isShown: `Number(document.querySelector('main [aria-rowcount]').getAttribute('aria-rowcount')) < ${large.runs} && ${rowsShown(10)}`,
    },
    back: {
      act: go(`${experiment}/runs`),
      isShown: `Number(document.querySelector('main [aria-rowcount]').getAttribute('aria-rowcount')) > ${large.runs}`,
    },
  });
  await page.setViewportSize({ width: 1280, height: 800 });
  const scrolled = await page.evaluate<{ longest: number; empty: number; frames: number }>(
    scrolling,
  );
  tell(
    `table of runs, ${scrolled.frames} frames of scrolling by 20 rows each: longest ${scrolled.longest.toFixed(0)} ms, ${scrolled.empty} frames with a row that had not come`,
  );
});
