import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { importDatasetCommand } from '#main/cli/import-command';
import { temporaryFolder } from '../../fixtures/temporary-folder';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe('importDatasetCommand', () => {
  it('lets no class name end a line or reach the terminal', async () => {
    const folder = temporaryFolder();
    vi.stubEnv('PHASESCAPE_DATASETS', join(folder, 'registry'));
    mkdirSync(join(folder, 'files'));
    const table = join(folder, 'files', 'table.csv');
    writeFileSync(table, '1,\u001b[2Jred\n2,blue\n3,\u001b[2Jred\n4,blue\n5,blue\n');
    const printed: string[] = [];
    vi.spyOn(process.stdout, 'write').mockImplementation((text, ...rest) => {
      printed.push(String(text));
      const done = rest.find((value) => typeof value === 'function');
      done?.();
      return true;
    });
    expect(await importDatasetCommand(table, { name: 'table' })).toBe(0);
    expect(printed.join('')).toContain(String.raw`class 0 \u001b[2Jred: `);
  });
});
