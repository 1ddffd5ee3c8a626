/** Results taken out as tables: on the command line, and by pointing on the screens that offer it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { cli } from '../fixtures/command-line';
import { writeLargeProject } from '../fixtures/large-project';
import { temporaryFolder } from '../fixtures/temporary-folder';
import { openBrowser, openPage } from './browser';
import { serve } from './served-workbench';

const stepMs = 20_000;

const bytesOf = (path: string) => {
  const bytes = readFileSync(path);
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
};

describe('export data', () => {
  it('writes what results prints, and refuses to write over another file', async () => {
    const folder = temporaryFolder();
    const project = join(folder, 'project');
    await writeLargeProject(project, { side: 3, seeds: 3 });
    const of = ['--project', project, '--experiment', 'large'];
    const out = join(folder, 'runs.parquet');
    const exporting = (format: string, path: string) => [
      ...['export', 'data', ...of, '--level', 'runs', '--format', format, '--out', path],
    ];
    const done = await cli(...exporting('parquet', out), '--json');
    expect(done.code).toBe(0);
    expect(JSON.parse(done.stdout)).toMatchObject({ rows: 27, files: [{ path: out }] });
    const rows = (await parquetReadObjects({ file: bytesOf(out) })) as Record<string, unknown>[];
    const printed = JSON.parse((await cli('results', ...of, '--level', 'runs')).stdout) as {
      runs: { cell: number; seed: number; metrics: Record<string, number | null> }[];
    };
    const key = (cell: unknown, seed: unknown) => `${Number(cell)}/${Number(seed)}`;
    const found = new Map(rows.map((row) => [key(row['cell'], row['seed']), row]));
    expect(found.size).toBe(27);
    for (const { cell, metrics, seed } of printed.runs)
      for (const [name, value] of Object.entries(metrics))
        expect(found.get(key(cell, seed))?.[name]).toBe(value);
    expect(parquetMetadata(bytesOf(out)).key_value_metadata?.[0]?.key).toBe('phasescape-data');

    const other = await cli(...exporting('csv', out));
    expect(other.code).toBe(2);
    expect(other.stderr).toContain('must be new or an earlier export');
    expect(parquetMetadata(bytesOf(out)).num_rows).toBe(27n);
  });

  it('is offered beside the table of runs and the phase diagram', async () => {
    const folder = temporaryFolder();
    const { experimentId } = await writeLargeProject(join(folder, 'project'), {
      side: 3,
      seeds: 3,
    });
    const { url } = await serve(folder);
    const { page, faults } = await openPage(await openBrowser());
    await page.goto(url);
    await page.getByRole('link', { name: 'large' }).first().waitFor({ timeout: stepMs });
    for (const [screen, title, name, rows] of [
      ['runs', 'Runs', 'runs.csv', 28],
      ['phase-diagram', 'Phase diagram', 'cells.csv', 10],
    ] as const) {
      await page.evaluate(
        (hash) => (location.hash = hash),
        `/experiments/${experimentId}/${screen}`,
      );
      // Both screens have such a button: the one that is left must be gone.
      await page
        .getByRole('heading', { name: title, level: 1, exact: true })
        .waitFor({ state: 'attached', timeout: stepMs });
      await page.getByRole('button', { name: 'Export data' }).click({ timeout: stepMs });
      const downloading = page.waitForEvent('download');
      await page.getByRole('dialog').getByRole('button', { name: 'Export', exact: true }).click();
      const download = await downloading;
      expect(download.suggestedFilename()).toBe(`large-${name}`);
      const text = readFileSync(await download.path(), 'utf8');
      expect(text.trim().split('\n')).toHaveLength(rows);
      await page.getByText('Saved', { exact: true }).waitFor({ timeout: stepMs });
      await page.getByRole('button', { name: 'Close' }).last().click();
    }
    expect(faults).toEqual([]);
  });
});
