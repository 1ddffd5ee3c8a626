/** The whole toolbox as a person uses it: one spec with every metric, then its cell on the screen. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { metricDefinitions, metricScalars } from '#shared/domain/metric-registry';
import type { DetailedCellsResult } from '#shared/domain/results';
import { cli } from '../fixtures/command-line';
import { temporaryFolder } from '../fixtures/temporary-folder';
import { openBrowser, openPage } from './browser';
import { serve } from './served-workbench';

const stepMs = 20_000;

/** Two small cells, each metric with its defaults but for what takes long. */
function everyMetric(): object {
  const shorter: Readonly<Record<string, object>> = {
    'mode-connectivity': { epochs: 3 },
    'sampled-topology': { points: 60 },
    'tangent-kernel': { samples: 16 },
  };
  return {
    specVersion: 1,
    name: 'toolbox',
    dataset: { name: 'digits', fraction: 0.5 },
    model: { family: 'mlp', width: 8 },
    optimizer: { name: 'sgd', learningRate: 0.05, momentum: 0.9 },
    training: { epochs: 5, batchSize: 32 },
    axes: [{ path: 'model.width', role: 'load', values: [4, 12] }],
    seeds: [0, 1, 2],
    metrics: metricDefinitions.map(({ name }) => ({ name, ...shorter[name] })),
  };
}

describe('a spec with every metric', () => {
  it('runs to the end, and its cell shows each metric', { timeout: 180_000 }, async () => {
    const folder = temporaryFolder();
    const spec = join(folder, 'spec.json');
    writeFileSync(spec, JSON.stringify(everyMetric()));
    const project = join(folder, 'project');
    const { code, stdout, stderr } = await cli('run', spec, '--project', project, '--json');
    expect([code, stderr.includes('error')]).toEqual([0, false]);
    const { cells } = JSON.parse(stdout) as DetailedCellsResult;
    expect(cells).toHaveLength(2);
    for (const { metrics } of cells)
      for (const { name } of metricScalars) {
        const { n, reasons } = metrics[name] ?? { n: 0, reasons: [] };
        // What could not be computed says why, for every seed or pair.
        if (n === 0) expect(reasons.length, name).toBeGreaterThan(0);
        if (n === 0) for (const reason of reasons) expect(reason, name).toMatch(/\w/);
      }

    const { url } = await serve(folder);
    const { page, faults } = await openPage(await openBrowser());
    await page.goto(url);
    await page.getByRole('link', { name: 'toolbox' }).first().click();
    await page.waitForURL(/phase-diagram/);
    await page.goto(page.url().replace('/phase-diagram', '/cells/1'));
    await page.getByRole('heading', { name: /Width 12/ }).waitFor({ timeout: stepMs });
    for (const metric of metricDefinitions) {
      const section = page.getByRole('region', { name: metric.title, exact: true }).first();
      await section.waitFor({ timeout: stepMs });
      expect(await section.textContent(), metric.name).not.toMatch(
        /not part of the spec|waits for/,
      );
      for (const { title } of metric.drawings ?? []) {
        const heading = section.getByRole('heading', { name: title, exact: true });
        // Drawings that a setting turns on are not there without it; the others are drawn when they come into sight.
        if ((await heading.count()) === 0) continue;
        await heading.first().scrollIntoViewIfNeeded();
        await expect
          .poll(() => section.locator('canvas').count(), { timeout: stepMs, message: title })
          .toBeGreaterThan(0);
      }
    }
    expect(faults).toEqual([]);
  });
});
