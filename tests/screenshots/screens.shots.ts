/**
 * Pictures of every screen for the guide: light and dark, 1280 x 800 and 1920 x 1080, of a project that is made here: the sample with
 * every metric, trained and measured, and the published diagram. `npm run screenshots` writes them to docs/screens.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { it } from 'vitest';
import { openBrowser, openPage } from '../e2e/browser';
import { serve } from '../e2e/served-workbench';
import { cli, repository } from '../fixtures/command-line';
import { temporaryFolder } from '../fixtures/temporary-folder';

const folder = join(repository, 'docs/screens');

interface Shot {
  readonly name: string;
  /** After `#`; `{sample}` and `{published}` stand for the experiments. */
  readonly address: string;
  /** Seen once the screen is complete. */
  readonly wait: string;
  /** Put into sight. */
  readonly scrollTo?: string;
}

const shots: readonly Shot[] = [
  { name: 'experiments', address: '/experiments', wait: 'main table' },
  {
    name: 'design',
    address: '/design',
    wait: 'main aside [role=grid], main aside canvas, main aside svg',
  },
  { name: 'progress', address: '/experiments/{sample}/progress', wait: 'main [role=progressbar]' },
  { name: 'phase-diagram', address: '/experiments/{sample}/phase-diagram', wait: 'main canvas' },
  { name: 'published', address: '/experiments/{published}/phase-diagram', wait: 'main canvas' },
  {
    name: 'scatter',
    address: '/experiments/{published}/phase-diagram?view=scatter',
    wait: 'main canvas',
  },
  {
    name: 'slices',
    address: '/experiments/{published}/phase-diagram?view=slices',
    wait: 'main canvas',
  },
  {
    name: 'sensitivity',
    address: '/experiments/{published}/phase-diagram?view=sensitivity',
    wait: 'main canvas',
  },
  {
    name: 'correlations',
    address: '/experiments/{sample}/phase-diagram?view=correlations',
    wait: 'main table',
  },
  { name: 'cell', address: '/experiments/{sample}/cells/4', wait: 'main canvas' },
  {
    name: 'cell-landscape',
    address: '/experiments/{sample}/cells/4',
    wait: 'main canvas',
    scrollTo: 'Slices',
  },
  {
    name: 'cell-topology',
    address: '/experiments/{sample}/cells/4',
    wait: 'main canvas',
    scrollTo: 'Topology',
  },
  { name: 'run', address: '/experiments/{sample}/runs/4/0', wait: 'main h1, main h2' },
  { name: 'runs', address: '/experiments/{sample}/runs', wait: 'main [aria-rowcount]' },
  { name: 'compare', address: '/experiments/{sample}/compare?cells=0,4,8', wait: 'main table' },
  { name: 'toy-landscape', address: '/toy', wait: 'main canvas, main svg' },
  { name: 'metrics', address: '/metrics', wait: 'main table' },
  { name: 'datasets', address: '/datasets', wait: 'main h1' },
  { name: 'engines', address: '/engines', wait: 'main table' },
  { name: 'settings', address: '/settings', wait: 'main h1' },
  { name: 'about', address: '/about', wait: 'main h1' },
];

const sizes = [
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
];

/** Charts are drawn in the frames after their data has come. */
const settleMs = 1200;

async function webp(page: Page): Promise<Buffer> {
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 85 });
  await session.detach();
  return Buffer.from(data, 'base64');
}

async function prepare(project: string): Promise<void> {
  const run = ['run', join(repository, 'resources/samples/digits-every-metric.json')];
  const made = await cli(...run, '--project', project);
  if (made.code !== 0) throw new Error(made.stderr);
  const table = join(repository, 'tests/reference/published/resnet18-cifar10-width-batch.csv');
  const columns = [
    'testAccuracy=test_accuracy_percent/100:test_accuracy_percent_sd',
    'trainLoss=train_loss:train_loss_sd',
    'hessianTopEigenvalue=hessian_top_eigenvalue',
    'hessianTrace=hessian_trace',
    'modeConnectivity=mode_connectivity',
    'cka=cka_softmax',
    'weightDistance=weight_distance_l2',
  ];
  const imported = await cli(
    ...['import', 'table', table, '--project', project, '--name', 'resnet18-cifar10'],
    ...['--load', 'width', '--temperature', 'batch_size'],
    ...columns.flatMap((column) => ['--metric', column]),
  );
  if (imported.code !== 0) throw new Error(imported.stderr);
}

it('screens', { timeout: 1_800_000 }, async () => {
  const place = temporaryFolder();
  await prepare(join(place, 'project'));
  const { url } = await serve(place);
  const browser = await openBrowser();
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const scheme of ['light', 'dark'] as const) {
    for (const size of sizes) {
      const { page, faults } = await openPage(browser, { viewport: size, colorScheme: scheme });
      await page.goto(url);
      const link = (name: string) => page.getByRole('link', { name, exact: true }).first();
      const idOf = async (name: string) =>
        /experiments\/([^/]+)/.exec((await link(name).getAttribute('href')) ?? '')?.[1] ?? '';
      await link('resnet18-cifar10').waitFor();
      const ids = {
        sample: await idOf('digits-every-metric'),
        published: await idOf('resnet18-cifar10'),
      };
      for (const { name, address, wait, scrollTo } of shots) {
        const hash = address.replace('{sample}', ids.sample).replace('{published}', ids.published);
        await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
        await page.locator(wait).first().waitFor({ timeout: 60_000 });
        if (scrollTo !== undefined)
          await page.getByRole('button', { name: scrollTo, exact: true }).first().click();
        await page.waitForTimeout(settleMs);
        writeFileSync(join(folder, `${name}-${scheme}-${size.width}.webp`), await webp(page));
      }
      if (faults.length > 0) throw new Error(faults.join('\n'));
      await page.context().close();
    }
  }
});
