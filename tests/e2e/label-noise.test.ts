/** What training to zero error on wrong labels costs, against stopping early: the sample that ships, its numbers and its figure. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DetailedCellMetric, DetailedCellsResult } from '#shared/domain/results';
import { cli, repository } from '../fixtures/command-line';
import { temporaryFolder } from '../fixtures/temporary-folder';

const sample = join(repository, 'resources/samples/digits-label-noise.json');

/** How much more b is than a, in standard errors of the difference of two means over seeds. */
function difference(a: DetailedCellMetric, b: DetailedCellMetric): number {
  const errors = [a.se, b.se] as [number, number];
  return ((b.mean as number) - (a.mean as number)) / Math.hypot(...errors);
}

describe('label noise on digits', () => {
  it('makes training to zero error worse than stopping early, by more the more labels are wrong', async () => {
    const project = join(temporaryFolder(), 'project');
    const { code, stderr, stdout } = await cli('run', sample, '--project', project, '--json');
    expect(code, stderr).toBe(0);
    const { cells } = JSON.parse(stdout) as DetailedCellsResult;
    const metric = (noise: number, stop: string, name: string) => {
      const cell = cells.find(
        ({ axes }) => axes['dataset.labelNoise'] === noise && axes['training.stop.name'] === stop,
      );
      return cell?.metrics[name] as DetailedCellMetric;
    };
    for (const noise of [0, 0.1, 0.2, 0.3, 0.4])
      expect(
        metric(noise, 'zero-training-error', 'trainAccuracy').values,
        `noise ${noise}`,
      ).toEqual([1, 1, 1, 1, 1]);
    const gain = (noise: number) =>
      difference(
        metric(noise, 'zero-training-error', 'testAccuracy'),
        metric(noise, 'early-stop', 'testAccuracy'),
      );
    // With five seeds a side chance reaches five standard errors once in thousands; seen: 8 and more from a share of 0.1 on.
    for (const noise of [0.1, 0.2, 0.3, 0.4])
      expect(gain(noise), `noise ${noise}`).toBeGreaterThan(5);
    // Where all labels are right stopping early gains nothing.
    expect(gain(0)).toBeLessThan(3);
    const cost = (noise: number) =>
      (metric(noise, 'early-stop', 'testAccuracy').mean as number) -
      (metric(noise, 'zero-training-error', 'testAccuracy').mean as number);
    expect(cost(0.4)).toBeGreaterThan(cost(0.2) + 0.05);

    const out = join(project, 'slice.svg');
    const of = ['--project', project, '--experiment', 'digits-label-noise'];
    const drawn = await cli(
      'figure',
      ...of,
      '--kind',
      'slice',
      '--metric',
      'testAccuracy',
      '--out',
      out,
    );
    expect(drawn.code, drawn.stderr).toBe(0);
    const figure = readFileSync(out, 'utf8');
    expect(figure).toContain('zero-training-error');
    expect(figure).toContain('one standard error of the mean');
  });
});
