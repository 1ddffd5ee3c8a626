import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { loadAddon } from '#main/engine/executors/native/addon';
import { buildNative } from '../../../scripts/build-native.mjs';
import { temporaryFolder } from '../../fixtures/temporary-folder';

const path = process.env['PATH'];
afterEach(() => {
  process.env['PATH'] = path;
});

describe('buildNative', () => {
  it('goes on without a C compiler and leaves the reason for the engine to give', async () => {
    const folder = temporaryFolder();
    process.env['PATH'] = '';
    const said: string[] = [];
    const log = (line: string) => said.push(line);
    expect(await buildNative({ log, folder })).toBe(false);
    expect(said.at(-1)).toMatch(/^native-cpu: a C compiler must be present, got none; install one/);
    expect(readFileSync(join(folder, 'unavailable.txt'), 'utf8')).toContain('install one');
    expect(() => loadAddon(folder)).toThrow(/native-cpu: a C compiler must be present/);
    // Until somebody builds again, a failure is not repeated at every start.
    expect(await buildNative({ log, folder })).toBe(false);
    expect(said).toHaveLength(2);
  });

  it('leaves a digest: a library that is damaged or cut short is not loaded, which would end the process', () => {
    const folder = temporaryFolder();
    const bytes = Buffer.from('a whole library');
    const digest = createHash('sha256').update(bytes).digest('hex');
    writeFileSync(join(folder, 'kernels.node'), bytes.subarray(0, 7));
    expect(() => loadAddon(folder)).toThrow(/as they were compiled, got no digest of them/);
    writeFileSync(join(folder, 'kernels.sha256'), digest);
    expect(() => loadAddon(folder)).toThrow(/as they were compiled, got other bytes; delete out/);
    writeFileSync(join(folder, 'kernels.node'), bytes);
    expect(() => loadAddon(folder)).toThrow(/its kernels must load, got an error/);
  });

  it('is asked for where nothing was built', () => {
    expect(() => loadAddon(null)).toThrow(/must be compiled, got none; run `npm run build`/);
  });
});
