/** Documents that the code must not outgrow: names, links and commands in them exist. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { metricDefinitions } from '#shared/domain/metric-registry';
import { phaseNames } from '#shared/domain/phases';
import { scalarDefinitions } from '#shared/domain/scalars';

const root = resolve(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

const documents = [
  'README.md',
  'resources/ATTRIBUTION.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => `docs/${path}`),
];

describe('documents', () => {
  it.each(documents)('%s links only to what exists', (path) => {
    const links = [...read(path).matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].flatMap(
      ([, to]) => to ?? [],
    );
    const broken = links.filter(
      (to) => !/^https?:/.test(to) && !existsSync(resolve(root, dirname(path), to)),
    );
    expect(broken).toEqual([]);
  });

  it('the glossary knows every phase, and the scalars of trainings and usual metrics', () => {
    const glossary = read('docs/glossary.md');
    const usual = metricDefinitions.filter(({ isUsual }) => isUsual).map(({ name }) => name);
    const known = new Set(['training', ...usual]);
    for (const { name, metric } of scalarDefinitions)
      if (known.has(metric)) expect(glossary).toContain(`\`${name}\``);
    for (const phase of phaseNames) expect(glossary).toMatch(new RegExp(`^\\| ${phase} +\\|`, 'm'));
  });

  it('the README names only npm scripts that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = [...read('README.md').matchAll(/npm run (?:-s )?([a-z:]+)/g)].map(
      ([, name]) => name,
    );
    for (const name of [...named, 'start', 'test']) expect(Object.keys(scripts)).toContain(name);
  });

  it('everything bundled that is not ours is attributed', () => {
    const attribution = read('resources/ATTRIBUTION.md');
    for (const folder of ['datasets', 'fonts']) {
      for (const file of readdirSync(join(root, 'resources', folder)))
        expect(attribution).toContain(`${folder}/${file}`);
    }
  });
});
