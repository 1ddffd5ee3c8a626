/**
 * Who may import whom (the direction rules of the architecture), checked by `npm run check` and proved to bite by
 * `tests/architecture/direction.test.ts`. Each rule lists all that a folder may import of this project.
 */
const errors = '^src-shared/(errors|show-value)\\.ts$';
const domain = '^src-shared/domain/';
const contract = '^src-shared/contract/';

/** A folder may import itself, the errors with what their messages show, and what is listed; nothing else of the project. */
function only(name, from, allowed, comment) {
  return {
    name,
    comment,
    severity: 'error',
    from: { path: from },
    to: { path: '^src-', pathNot: [from, errors, ...allowed] },
  };
}

const main = (folder) => `^src-main/${folder}/`;
const workbench = '^src-main/workbench';

module.exports = {
  forbidden: [
    {
      name: 'no-cycle',
      comment: 'Files that need each other at run time are one file or miss a third.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'shared-is-pure',
      comment: 'Rules and contract run in every process: no Node, DOM library, Vue or Electron.',
      severity: 'error',
      from: { path: '^src-shared/' },
      to: {
        dependencyTypes: ['core', 'npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg'],
        pathNot:
          'node_modules/((@types/)?(zod|d3-scale-chromatic|d3-scale)/|vite/types/importMeta\\.d\\.ts)',
      },
    },
    only('domain-imports-nothing', domain, [], 'The rules stand alone.'),
    only(
      'contract-imports-domain',
      contract,
      [domain],
      'The contract speaks in terms of the rules.',
    ),
    only(
      'engine-imports-nothing',
      main('engine'),
      [],
      'The engine knows tensors, not experiments.',
    ),
    only(
      'metrics',
      main('metrics'),
      [main('engine'), domain],
      'A metric is a program on the engine.',
    ),
    only(
      'definitions',
      '^src-main/metrics/[^/]+/definition\\.ts$',
      [domain],
      'What a metric says of itself is read in every process: it is a part of the rules.',
    ),
    only(
      'formats',
      main('formats'),
      [],
      'Bytes in, values out; what they are for is for others to say.',
    ),
    only(
      'datasets',
      main('datasets'),
      [main('engine'), main('formats'), domain],
      'Data in, tensors out.',
    ),
    only(
      'checkpoints',
      main('checkpoints'),
      [main('engine'), main('formats'), domain],
      'Files in, tensors out.',
    ),
    only(
      'workers',
      main('workers'),
      [
        main('metrics'),
        main('engine'),
        main('datasets'),
        main('checkpoints'),
        contract,
        domain,
        '^src-main/store/(artifacts|artifact-check|checkpoint-files|trajectory)\\.ts$',
      ],
      'A worker runs numerics and writes files of the project; it never sees the database.',
    ),
    only(
      'store',
      main('store'),
      [domain, '^src-main/workers/job\\.ts$'],
      'All SQL is here and knows nothing of who asks; it stores what a job yields, so it names those types.',
    ),
    only(
      'experiments',
      main('experiments'),
      [main('store'), main('workers'), domain, contract, '^src-main/metrics/catalogue\\.ts$'],
      'Plans, schedules and collects; computes nothing.',
    ),
    only('figures', main('figures'), [domain], 'A figure is a function of results.'),
    only(
      'workbench',
      workbench,
      [
        main('experiments'),
        main('store'),
        main('figures'),
        main('workers'),
        main('datasets'),
        main('checkpoints'),
        // What there is to measure, and the network of a spec: nothing is computed.
        '^src-main/metrics/(catalogue|model)\\.ts$',
        '^src-main/engine/(engine|catalogue|probe)[^/]*\\.ts$',
        contract,
        domain,
      ],
      'The composition root: whole application without a screen.',
    ),
    {
      name: 'doors-open-the-workbench',
      comment: 'Host, command line and Electron entry reach everything through the workbench.',
      severity: 'error',
      from: { path: ['^src-main/(host|cli)/', '^src-main/index\\.ts$'] },
      to: {
        path: '^src-(main|renderer|preload)/',
        pathNot: ['^src-main/(host|cli)/', workbench, main('figures'), main('workers')],
      },
    },
    only('preload-imports-contract', '^src-preload/', [contract], 'One function per procedure.'),
    {
      name: 'main-knows-no-screen',
      comment: 'Main process and renderer meet in the contract only.',
      severity: 'error',
      from: { path: '^src-main/' },
      to: { path: '^src-(renderer|preload)/' },
    },
    {
      name: 'renderer-knows-no-main',
      comment: 'Main process and renderer meet in the contract only; no Node in the renderer.',
      severity: 'error',
      from: { path: '^src-renderer/' },
      to: { path: ['^src-(main|preload)/', '^node:', '^electron$', 'node_modules/electron/'] },
    },
    {
      name: 'renderer-has-no-node',
      comment: 'The renderer runs in a browser.',
      severity: 'error',
      from: { path: '^src-renderer/' },
      to: { dependencyTypes: ['core'] },
    },
    only('charts', '^src-renderer/charts/', [domain], 'A chart is a function of data and options.'),
    {
      name: 'only-backend-speaks-the-contract',
      comment: 'One place knows the transport; types of the contract may be named anywhere.',
      severity: 'error',
      from: { path: '^src-renderer/', pathNot: '^src-renderer/backend/' },
      to: { path: contract, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'features-stand-apart',
      comment: 'What two features share belongs into backend, charts, ui or the domain.',
      severity: 'error',
      from: { path: '^src-renderer/features/([^/]+)/' },
      to: {
        path: '^src-renderer/features/([^/]+)/',
        pathNot: '^src-renderer/features/$1/',
      },
    },
    {
      name: 'no-unlisted-package',
      comment: 'A package that is used is named in package.json.',
      severity: 'error',
      from: { path: '^src-' },
      // Made by the build from what is installed: scripts/licences.mjs.
      to: {
        dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'unknown'],
        pathNot: '^virtual:licences$',
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'default'],
      extensions: ['.ts', '.vue', '.mjs', '.js', '.cjs', '.json', '.css'],
    },
  },
};
