import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { collectLicences } from '../../../scripts/licences.mjs';
import { repository } from '../../fixtures/command-line';

interface Locked {
  readonly version?: string;
  readonly dev?: boolean;
  readonly peer?: boolean;
  readonly devOptional?: boolean;
}

/** The packages that the lock file installs for production and that are installed here: npm's own account of what belongs to it. */
function installedForProduction(): string[] {
  const lock = JSON.parse(readFileSync(join(repository, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, Locked>;
  };
  return Object.entries(lock.packages).flatMap(([path, { version, dev, peer, devOptional }]) => {
    const isShipped = path !== '' && dev !== true && peer !== true && devOptional !== true;
    if (!isShipped || !existsSync(join(repository, path))) return [];
    return [`${path.split('node_modules/').at(-1) ?? ''}@${version ?? ''}`];
  });
}

describe('collectLicences', () => {
  const licences = collectLicences();
  it('misses no package that is installed for production, nor the window, the font and the data', () => {
    const listed = new Set(licences.map(({ name, version }) => `${name}@${version}`));
    const wanted = installedForProduction();
    expect(wanted.length).toBeGreaterThan(100);
    expect(wanted.filter((one) => !listed.has(one))).toEqual([]);
    const names = licences.map(({ name }) => name);
    expect(names).toContain('electron');
    expect(names.some((name) => name.startsWith('Arimo'))).toBe(true);
    expect(names.some((name) => name.includes('Handwritten Digits'))).toBe(true);
  });
  it('has the whole text of each', () => {
    for (const { name, text } of licences) {
      expect(text.length, name).toBeGreaterThan(400);
      expect(text, name).toMatch(/permission|permitted|licen[cs]e/i);
    }
  });
});
