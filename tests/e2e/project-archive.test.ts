/** A project as one file: written on the command line, opened in another folder, where nothing is left to do. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cli, startCli } from '../fixtures/command-line';
import { smallSpec } from '../fixtures/small-spec';
import { temporaryFolder } from '../fixtures/temporary-folder';

const name = 'archived';

async function ranProject() {
  const folder = temporaryFolder();
  const spec = join(folder, 'spec.json');
  writeFileSync(
    spec,
    JSON.stringify(smallSpec({ name, seeds: [0, 1], metrics: [{ name: 'cka', samples: 64 }] })),
  );
  const project = join(folder, 'project');
  expect((await cli('run', spec, '--project', project, '--workers', '2')).code).toBe(0);
  const archive = join(folder, 'a.phasescape');
  const made = await cli('export', 'project', '--project', project, '--out', archive);
  expect(made.code, made.stderr).toBe(0);
  return { archive, folder, project, spec };
}

describe('export project and import project', () => {
  it('carry results and figures byte for byte to a folder where nothing is left to do', async () => {
    const { archive, folder, project, spec } = await ranProject();
    const other = join(folder, 'other');
    const taken = await cli('import', 'project', archive, '--project', other);
    expect(taken.code, taken.stderr).toBe(0);
    expect(taken.stdout.trim()).toBe(name);
    const results = (of: string) => cli('results', '--project', of, '--experiment', name);
    expect((await results(other)).stdout).toBe((await results(project)).stdout);
    const figure = async (of: string, file: string) => {
      const out = join(folder, file);
      const drawn = await cli(
        ...['figure', '--project', of, '--experiment', name, '--kind', 'heatmap'],
        ...['--metric', 'testAccuracy', '--out', out],
      );
      expect(drawn.code, drawn.stderr).toBe(0);
      return readFileSync(out);
    };
    expect((await figure(other, 'b.svg')).equals(await figure(project, 'a.svg'))).toBe(true);
    const again = await cli('run', spec, '--project', other, '--json');
    expect(again.code).toBe(0);
    expect(again.stderr).toMatch(/nothing to do|0 tasks|already/i);
    const doctor = await cli('doctor', '--project', other);
    expect(doctor.code, doctor.stdout).toBe(0);
  });

  it('leave a sound project behind a kill, into which the archive goes again', async () => {
    const { archive, folder } = await ranProject();
    for (const afterMs of [150, 300, 450]) {
      const other = join(folder, `killed-${afterMs}`);
      const running = startCli(['import', 'project', archive, '--project', other]);
      await new Promise((next) => setTimeout(next, afterMs));
      running.child.kill('SIGKILL');
      await running.ended;
      const again = await cli('import', 'project', archive, '--project', other);
      expect(again.code, again.stderr).toBe(0);
      expect(existsSync(join(other, 'project.sqlite'))).toBe(true);
      const doctor = await cli('doctor', '--project', other);
      expect(doctor.code, doctor.stdout).toBe(0);
    }
  });

  it('refuse another SQLite file and an archive of something else in one line each', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'x.phasescape');
    for (const content of ['SQLite format 3\0'.padEnd(4096, 'x'), 'PK\x05\x06'.padEnd(200, '\0')]) {
      writeFileSync(file, content, 'latin1');
      const refused = await cli('import', 'project', file, '--project', join(folder, 'p'));
      expect(refused.code).toBe(2);
      expect(refused.stderr.trim().split('\n')).toHaveLength(1);
      expect(existsSync(join(folder, 'p'))).toBe(false);
    }
  });
});
