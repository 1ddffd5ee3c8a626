/** The Progress screen: what failed and diverged, retries, the log, and the same picture after a restart. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { ProjectStore } from '#main/store/project-store';
import { cli } from '../fixtures/command-line';
import { temporaryFolder } from '../fixtures/temporary-folder';
import { openBrowser, openPage } from './browser';
import { serve } from './served-workbench';
import { seriousProblems } from './serious-problems';

const stepMs = 20_000;
const sweepMs = 60_000;

function eventually<T>(read: () => T | Promise<T>) {
  return expect.poll(read, { timeout: stepMs });
}
const logText = async (page: Page) =>
  page.getByRole('list', { name: /Lines of the log/ }).innerText({ timeout: stepMs });

/** A finished sweep in which one rate diverges; then two of its trainings are made to have failed. */
async function projectWithFailures(folder: string): Promise<string> {
  const project = join(folder, 'project');
  const spec = join(folder, 'spec.json');
  writeFileSync(
    spec,
    JSON.stringify({
      specVersion: 1,
      name: 'mixed',
      dataset: { name: 'digits', fraction: 0.1 },
      model: { family: 'mlp', width: 4, depth: 1 },
      optimizer: { name: 'sgd', learningRate: 0.1, weightDecay: 1 },
      training: { epochs: 2, batchSize: 16 },
      axes: [{ path: 'optimizer.learningRate', role: 'temperature', values: [0.1, 0.2, 1e6] }],
      seeds: [0, 1],
    }),
  );
  expect((await cli('run', spec, '--project', project)).code).toBe(0);
  using store = ProjectStore.open(project);
  const [experiment] = store.experiments.list();
  const experimentId = experiment?.id ?? '';
  const trainings = store.tasks.ofExperiment(experimentId).filter(({ state }) => state === 'done');
  const failed = [trainings[0], trainings[2]].map((task) => task?.id ?? '');
  const lease = store.lease.acquire();
  store.redo(lease, failed);
  const error = {
    code: 'environment',
    message: 'disk: must have room, got none; make some',
  } as const;
  await store.commit(
    lease,
    failed.map((taskId) => ({
      kind: 'failed',
      taskId,
      error,
      attempts: 1,
      finishedAt: new Date().toISOString(),
    })),
  );
  store.writeAsOwner(lease, () =>
    store.experiments.setState(experimentId, 'finished-with-failures'),
  );
  store.lease.release(lease);
  return experimentId;
}

describe('the Progress screen', () => {
  it('tells failures with their reasons, tries one or all again, and keeps diverged runs apart', async () => {
    const folder = temporaryFolder();
    const id = await projectWithFailures(folder);
    const { url } = await serve(folder);
    const { page, faults } = await openPage(await openBrowser());
    await page.goto(`${url}#/experiments/${id}/progress`);
    const wrong = page.getByRole('region', { name: 'What went wrong' });
    await eventually(() => wrong.getByText('disk: must have room').count()).toBe(2);
    await wrong.getByRole('heading', { name: 'Diverged' }).waitFor();
    expect(await wrong.innerText()).toMatch(/Learning rate (?:1,?000,?000|1e\+?6)\s+seeds 0, 1/);
    expect(await seriousProblems(page)).toEqual([]);

    await wrong.getByRole('button', { name: /^Retry Training of Learning rate 0\.1/ }).click();
    await eventually(() => wrong.getByText('disk: must have room').count()).toBe(1);
    await eventually(() => logText(page)).toMatch(/retried\s+1 failed task is tried again/);
    await page.getByText('finished with failures').first().waitFor({ timeout: sweepMs });
    await wrong.getByRole('button', { name: 'Retry all 1' }).click();
    await page.getByText('finished', { exact: true }).first().waitFor({ timeout: sweepMs });
    await wrong.getByText('Nothing has failed.').waitFor({ timeout: stepMs });

    await page.getByLabel('Show').selectOption('trouble only');
    await eventually(() => logText(page)).toMatch(
      /diverged\s+Training, Learning rate (?:1,?000,?000|1e\+?6), seed 1/,
    );
    await page.getByLabel('Find in the log').fill('seed 0');
    await eventually(() => logText(page)).not.toContain('seed 1');
    expect(faults).toEqual([]);
  });

  it('asks before it cancels, never says 0% where curves are, and is the same after a restart', async () => {
    const folder = temporaryFolder();
    const first = await serve(folder);
    const { page, faults } = await openPage(await openBrowser());
    await page.goto(`${first.url}#/design`);
    await page.locator('#field-training-epochs').fill('40000');
    await page.getByLabel('Seeds', { exact: true }).fill('0');
    await page.getByRole('complementary').getByRole('button', { name: 'Run' }).click();
    await page.waitForURL(/\/progress/, { timeout: stepMs });
    const address = page.url().replace(/^.*#/, '#');
    const curve = page.getByRole('img', { name: /Train loss over epochs of 1 training:/ });
    await curve.waitFor({ timeout: stepMs });
    await page.getByRole('button', { name: 'Cancel' }).click();
    const question = page.getByRole('dialog', { name: /^Cancel untitled/ });
    expect(await question.innerText()).toMatch(/Now: 1 training and 0 measurements killed/);
    await question.getByRole('button', { name: 'Let it run' }).click();
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByText('paused', { exact: true }).first().waitFor({ timeout: stepMs });
    const facts = page.getByRole('region', { name: 'The sweep in numbers' });
    await eventually(() => facts.innerText()).toMatch(/Done\s+(under 1%|[1-9]\d*%)/);
    first.process.child.kill('SIGTERM');
    await first.process.ended;

    const second = await serve(folder);
    await page.goto(`${second.url}${address}`);
    await curve.waitFor({ timeout: stepMs });
    await eventually(() => facts.innerText()).toMatch(/Done\s+(under 1%|[1-9]\d*%)/);
    await eventually(() => logText(page)).toMatch(
      /paused\s+Asked to pause[\s\S]*started\s+Started with/,
    );
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Cancel the experiment' }).click();
    await page.getByText('cancelled', { exact: true }).first().waitFor({ timeout: stepMs });
    expect(faults).toEqual([]);
  });
});
