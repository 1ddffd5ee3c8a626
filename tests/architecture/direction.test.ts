/** The direction rules: none is broken, and each is seen to find a violation planted for it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { cruise, type ICruiseResult, type IForbiddenRuleType } from 'dependency-cruiser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

interface Configuration {
  readonly forbidden: readonly (IForbiddenRuleType & { readonly name: string })[];
  readonly options: {
    readonly doNotFollow: { readonly path: string };
    readonly tsPreCompilationDeps: boolean;
    readonly enhancedResolveOptions: Record<string, unknown>;
  };
}
const configuration = createRequire(import.meta.url)(
  join(root, '.dependency-cruiser.cjs'),
) as Configuration;

/** `rule: from -> to` for every violation below `folder`. */
async function violations(folder: string): Promise<string[]> {
  const { enhancedResolveOptions, ...options } = configuration.options;
  const { output } = await cruise(
    ['src-shared', 'src-main', 'src-preload', 'src-renderer'],
    {
      ...options,
      baseDir: folder,
      validate: true,
      ruleSet: { forbidden: [...configuration.forbidden] },
    },
    enhancedResolveOptions,
  );
  return (output as ICruiseResult).summary.violations.map(
    ({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`,
  );
}

/** For each rule a file that breaks it: `[file, what it imports]`. */
const planted: Readonly<Record<string, readonly [string, string]>> = {
  'no-cycle': ['src-main/engine/a.ts', './b'],
  'shared-is-pure': ['src-shared/domain/reads.ts', 'node:fs'],
  'domain-imports-nothing': ['src-shared/domain/speaks.ts', '../contract/views'],
  'contract-imports-domain': ['src-shared/contract/reaches.ts', '../../src-main/store/rows'],
  'engine-imports-nothing': ['src-main/engine/knows.ts', '#shared/domain/cells'],
  metrics: ['src-main/metrics/asks.ts', '../store/rows'],
  definitions: ['src-main/metrics/speed/definition.ts', '../../engine/b'],
  formats: ['src-main/formats/asks.ts', '../store/rows'],
  datasets: ['src-main/datasets/asks.ts', '../store/rows'],
  checkpoints: ['src-main/checkpoints/asks.ts', '../store/rows'],
  workers: ['src-main/workers/asks.ts', '../store/rows'],
  store: ['src-main/store/asks.ts', '../experiments/plan'],
  experiments: ['src-main/experiments/computes.ts', '../engine/b'],
  figures: ['src-main/figures/asks.ts', '../store/rows'],
  workbench: ['src-main/workbench/shows.ts', '../host/window'],
  'doors-open-the-workbench': ['src-main/cli/asks.ts', '../store/rows'],
  'preload-imports-contract': ['src-preload/knows.ts', '#shared/domain/cells'],
  'main-knows-no-screen': ['src-main/store/draws.ts', '../../src-renderer/charts/chart'],
  'renderer-knows-no-main': ['src-renderer/charts/asks.ts', '#main/store/rows'],
  'renderer-has-no-node': ['src-renderer/ui/reads.ts', 'node:fs'],
  charts: ['src-renderer/charts/calls.ts', '../backend/backend'],
  'only-backend-speaks-the-contract': [
    'src-renderer/features/runs/calls.ts',
    '#shared/contract/views',
  ],
  'features-stand-apart': ['src-renderer/features/runs/borrows.ts', '../cell/cell'],
  'no-unlisted-package': ['src-main/store/wants.ts', 'a-package-that-nobody-listed'],
};

/** Imports that the rules must let through. */
const allowed: readonly (readonly [string, string])[] = [
  ['src-main/metrics/uses.ts', '../engine/b'],
  ['src-main/workers/writes.ts', '../store/artifacts'],
  ['src-main/engine/throws.ts', '#shared/errors'],
  ['src-main/experiments/uses.ts', '../store/rows'],
  ['src-renderer/features/runs/uses.ts', '../../backend/backend'],
];

/** What the planted files import. */
const targets = [
  'src-shared/errors.ts',
  'src-shared/contract/views.ts',
  'src-shared/domain/cells.ts',
  'src-main/store/rows.ts',
  'src-main/store/artifacts.ts',
  'src-main/experiments/plan.ts',
  'src-main/host/window.ts',
  'src-renderer/charts/chart.ts',
  'src-renderer/backend/backend.ts',
  'src-renderer/features/cell/cell.ts',
];

let folder = '';
let found: string[] = [];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'phasescape-direction-'));
  const write = (path: string, content: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  };
  write(
    'package.json',
    JSON.stringify({
      type: 'module',
      imports: { '#shared/*': './src-shared/*.ts', '#main/*': './src-main/*.ts' },
    }),
  );
  for (const path of targets) write(path, 'export const value = 1;\n');
  write(
    'src-main/engine/b.ts',
    "import { value as other } from './a';\nexport const value = other;\n",
  );
  for (const [path, specifier] of [...Object.values(planted), ...allowed])
    write(path, `import { value as other } from '${specifier}';\nexport const value = other;\n`);
  found = await violations(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('direction rules', () => {
  it('are kept by the whole program', { timeout: 120_000 }, async () => {
    expect(await violations(root)).toEqual([]);
  });

  it.each(configuration.forbidden.map(({ name }) => name))('%s finds its violation', (name) => {
    const [from] = planted[name] ?? [];
    expect(
      found.filter((line) => line.startsWith(`${name}: ${from ?? 'nothing planted'} -> `)),
    ).not.toEqual([]);
  });

  it('let through what is allowed', () => {
    for (const [from] of allowed)
      expect(found.filter((line) => line.includes(`: ${from} -> `))).toEqual([]);
  });
});
