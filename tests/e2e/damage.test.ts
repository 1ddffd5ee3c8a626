import {
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { artifactPath } from '#main/store/artifacts';
import { ProjectStore } from '#main/store/project-store';
import type { ExperimentSpecInput } from '#shared/domain/spec';
import { cli, startCli } from '../fixtures/command-line';
import { canMakeReadOnly, makeReadOnly } from '../fixtures/read-only-folder';
import { smallSpecInput } from '../fixtures/small-spec';
import { temporaryFolder } from '../fixtures/temporary-folder';

const trainOnly: ExperimentSpecInput = { ...smallSpecInput, name: 'trained', metrics: [] };

/** A command line that runs a spec in a project. */
function runOf(folder: string, spec: ExperimentSpecInput): string[] {
  const file = join(folder, `${spec.name}.json`);
  writeFileSync(file, JSON.stringify(spec));
  return ['run', file, '--project', join(folder, 'project'), '--json', '--workers', '2'];
}

let undisturbed: Promise<string> | null = null;
function expected(): Promise<string> {
  undisturbed ??= cli(...runOf(temporaryFolder(), smallSpecInput)).then(({ stdout }) => stdout);
  return undisturbed;
}

/** A project whose trainings are done and nothing is measured, with the paths of its weights. */
async function trained() {
  const folder = temporaryFolder();
  const project = join(folder, 'project');
  expect((await cli(...runOf(folder, trainOnly))).code).toBe(0);
  using store = ProjectStore.open(project, { mode: 'read' });
  const weights = store
    .inspect()
    .artifacts()
    .map(({ hash }) => artifactPath(store.artifactsFolder, hash));
  return { folder, project, weights };
}

describe('damaged weights', () => {
  it.each<[string, (path: string) => void]>([
    ['cut off', (path) => truncateSync(path, 10)],
    ['other bytes', (path) => writeFileSync(path, Buffer.alloc(statSync(path).size))],
    [
      'a folder',
      (path) => {
        rmSync(path);
        mkdirSync(path);
      },
    ],
  ])('(%s) fail the measurement with the advice that mends them', async (_name, damage) => {
    const numbers = await expected();
    const { folder, project, weights } = await trained();
    damage(weights[0] ?? '');
    const run = runOf(folder, smallSpecInput);
    const advice = `phasescape doctor --project ${project} --repair, then run the experiment again`;
    const failed = await cli(...run);
    expect([failed.code, failed.stderr]).toEqual([1, expect.stringContaining(advice)]);
    expect(failed.stderr).not.toMatch(/EISDIR|defect/);
    expect((await cli('doctor', '--project', project)).code).toBe(3);
    const repaired = await cli('doctor', '--project', project, '--repair');
    expect([repaired.code, repaired.stdout]).toEqual([0, expect.stringMatching(/run again: /)]);
    expect(readdirSync(join(project, 'set-aside'))).toHaveLength(1);
    const again = await cli(...run);
    expect([again.code, again.stdout]).toEqual([0, numbers]);
    const last = await cli(...runOf(folder, trainOnly));
    expect([last.code, last.stderr]).toEqual([0, expect.stringMatching(/nothing to do|finished/)]);
    expect((await cli('doctor', '--project', project)).code).toBe(0);
  });

  it('that are gone are trained again by run itself, which says so', async () => {
    const numbers = await expected();
    const { folder, weights } = await trained();
    rmSync(weights[0] ?? '');
    const { code, stderr, stdout } = await cli(...runOf(folder, smallSpecInput));
    expect([code, stdout]).toEqual([0, numbers]);
    expect(stderr).toContain('small: 1 trainings are done again, their weights are gone');
  });
});

describe('a read-only project', () => {
  it.skipIf(!canMakeReadOnly)(
    'is read, drawn and served; run says in one line that it cannot',
    async () => {
      const { folder, project } = await trained();
      makeReadOnly(project);
      const of = ['--project', project, '--experiment', 'trained'];
      expect((await cli('results', ...of)).code).toBe(0);
      const figure = join(folder, 'figure.svg');
      const drawn = await cli('figure', ...of, '--kind', 'phase-diagram', '--out', figure);
      expect([drawn.code, existsSync(figure)]).toEqual([0, true]);
      const served = startCli(['serve', '--project', project, '--read-only']);
      await expect.poll(served.stderr, { timeout: 30_000 }).toMatch(/press Ctrl\+C to end/);
      expect(served.stdout()).toMatch(/^http:/);
      served.child.kill('SIGTERM');
      expect((await served.ended).code).toBe(0);
      const run = await cli(...runOf(folder, { ...trainOnly, seeds: [7] }));
      expect([run.code, run.stdout]).toEqual([3, '']);
      expect(run.stderr).toMatch(/^error: [^\n]*must be writable to run[^\n]*\n$/);
      const doctor = await cli('doctor', '--project', project);
      expect([doctor.code, doctor.stdout]).toEqual([
        0,
        expect.stringMatching(/^warning project folder: [^\n]*must be writable to run/m),
      ]);
      expect(readdirSync(project).sort()).toEqual(['artifacts', 'project.sqlite']);
    },
  );
});

describe('phasescape doctor --repair', () => {
  it('needs a project', async () => {
    const { code, stderr } = await cli('doctor', '--repair');
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^error: --repair: must be given/)]);
  });
});
