/** Finds a Chromium and opens pages in it: a named one, an installed one, then the one from npm, so that tests need nothing from the system. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import packedChromium, { inflate, setupLambdaEnvironment } from '@sparticuz/chromium';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { onTestFinished } from 'vitest';

const installedNames = ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser'];
const installedPlaces = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/** Path of a browser: `PHASESCAPE_BROWSER`, an installed Chrome or Chromium, else the one of @sparticuz/chromium. */
export async function findBrowser(): Promise<string> {
  const named = process.env['PHASESCAPE_BROWSER'];
  if (named !== undefined && named !== '') return named;
  const onPath = (process.env['PATH'] ?? '')
    .split(delimiter)
    .flatMap((folder) => installedNames.map((name) => join(folder, name)));
  const installed = [...onPath, ...installedPlaces].find((path) => existsSync(path));
  return installed ?? (await packedBrowser());
}

/** The browser from npm; where the machine lacks the libraries it needs, the ones that come with it are used. */
async function packedBrowser(): Promise<string> {
  const path = await packedChromium.executablePath();
  if (starts(path)) return path;
  const packed = fileURLToPath(import.meta.resolve('@sparticuz/chromium'));
  await inflate(join(dirname(packed), '../bin/al2023.tar.br'));
  setupLambdaEnvironment(join(tmpdir(), 'al2023', 'lib'));
  if (starts(path)) return path;
  throw new Error(
    `browser: must start, got none from ${path}; install Chromium or name one in PHASESCAPE_BROWSER`,
  );
}

function starts(path: string): boolean {
  return spawnSync(path, ['--version', ...flags]).status === 0;
}

export interface OpenedPage {
  readonly page: Page;
  /** Errors of the page's own code: a test expects none. */
  readonly faults: readonly string[];
}

/** Opens a browser with an empty profile; it closes when the present test ends. */
export async function openBrowser(): Promise<Browser> {
  const browser = await chromium.launch({ executablePath: await findBrowser(), args: flags });
  onTestFinished(() => browser.close());
  return browser;
}

/** A page of 1280 by 800 that collects what goes wrong in it. */
export async function openPage(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<OpenedPage> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    acceptDownloads: true,
    reducedMotion: 'reduce',
    ...options,
  });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.stack ?? error.message));
  page.on('console', (message) => {
    // A lost connection is logged by the browser itself; the screen's reaction is what is tested.
    const isOwn = message.type() === 'error' && !message.text().includes('WebSocket connection');
    if (isOwn) faults.push(message.text());
  });
  return { page, faults };
}
