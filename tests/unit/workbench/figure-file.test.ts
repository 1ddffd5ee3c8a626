import { writeFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Workbench } from '#main/workbench';
import { openFigureFile, readFigureText } from '#main/workbench/figure-file';
import { renderExperimentFigure } from '#main/workbench/render-figure';
import type { FigureSettings } from '#shared/domain/figure-settings';
import type { ExperimentSpecInput } from '#shared/domain/spec';
import { FakePool, fakeResult } from '../../fixtures/fake-pool';
import { smallSpecInput } from '../../fixtures/small-spec';
import { temporaryFolder } from '../../fixtures/temporary-folder';

const version = '0.1.0';

/** A project with one finished experiment, whose accuracies go up with the seed. */
async function finished(spec: ExperimentSpecInput = smallSpecInput) {
  const pool = new FakePool();
  const workbench = Workbench.open({ folder: temporaryFolder(), pool });
  onTestFinished(() => workbench[Symbol.asyncDispose]());
  const { desk, handlers } = workbench;
  const { experimentId } = await handlers['experiment.create']({ spec });
  await handlers['experiment.start']({ experimentId });
  await pool.finishAll((task) => {
    const seed = 'seed' in task ? task.seed : 0;
    const about = { subject: { kind: 'run', seed }, samples: 'all', error: null } as const;
    const value = 0.5 + seed / 10;
    return fakeResult(task, {
      measurements: [{ kind: 'scalar', name: 'testAccuracy', value, ...about }],
    });
  });
  await desk.schedulerFor(experimentId).whenSettled(experimentId);
  const render = (settings: FigureSettings) =>
    renderExperimentFigure(desk, { ...settings, experimentId, version });
  return { desk, handlers, experimentId, render };
}

const settings = {
  kind: 'phase-diagram',
  thresholds: { flatBy: 'logTrace', trainLoss: 0.2, logTrace: 3, modeConnectivity: -2, cka: 0.5 },
  page: { width: 89, fontSize: 6, title: 'Again' },
} as const;

describe('openFigureFile', () => {
  it('draws the same bytes again, by the name that the file says', async () => {
    const { desk, render } = await finished();
    const first = render(settings);
    const opened = openFigureFile(desk, first.provenance);
    expect(
      renderExperimentFigure(desk, {
        ...opened.settings,
        experimentId: opened.experimentId,
        version,
      }),
    ).toEqual(first);
  });

  it('is the same over the border, for a screen', async () => {
    const { handlers, experimentId, render } = await finished();
    const opened = await handlers['figure.open']({
      experimentId,
      file: render(settings).provenance,
    });
    expect(opened.settings).toEqual({ ...settings, statistic: 'mean' });
  });

  it('keeps the panels that it had where more was measured since', async () => {
    const { desk, render } = await finished();
    const { provenance } = render({ kind: 'phase-diagram' });
    const document = JSON.parse(provenance) as { figure: { metrics: string[] } };
    document.figure.metrics = ['testAccuracy'];
    const opened = openFigureFile(desk, JSON.stringify(document));
    expect(opened.settings.panels).toEqual(['testAccuracy']);
  });

  it('tells another experiment of the same name, and says in what it differs', async () => {
    const here = await finished();
    const there = await finished({ ...smallSpecInput, seeds: [0, 1, 2] });
    const { provenance } = there.render(settings);
    expect(() => openFigureFile(here.desk, provenance)).toThrow(
      /must be of the experiment .* that is here, got one of another spec \(it differs in seeds\)/,
    );
    expect(() => openFigureFile(here.desk, provenance, here.experimentId)).toThrow(
      expect.objectContaining({ code: 'conflict' }),
    );
    const document = JSON.parse(provenance) as Record<string, unknown>;
    const imported = JSON.stringify({ ...document, spec: null, imported: { sha256: 'x' } });
    expect(() => openFigureFile(here.desk, imported)).toThrow(/an imported table, not of a spec/);
    const renamed = JSON.stringify({ ...document, experiment: 'other' });
    expect(() => openFigureFile(here.desk, renamed)).toThrow(
      /its experiment "other" must be in this project, got none of that name/,
    );
  });
});

describe('readFigureText', () => {
  it('reads a file and names one that is not there', async () => {
    const path = join(temporaryFolder(), 'figure.json');
    await expect(readFigureText(path)).rejects.toThrow(/figure.json must be readable, got ENOENT/);
    writeFileSync(path, '{}');
    expect(await readFigureText(path)).toBe(readFileSync(path, 'utf8'));
  });
});
