import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { CellsResult, DetailedCellsResult } from '#shared/domain/results';
import { cli, cliInShell, repository, startCli } from '../fixtures/command-line';
import { smallSpecInput } from '../fixtures/small-spec';
import { temporaryFolder } from '../fixtures/temporary-folder';
import { comparedMetrics, type MetricCorrelation } from '#shared/domain/correlation-table';

/** The small spec in a file, with parts replaced. */
function specFile(folder: string, changes: Record<string, unknown> = {}): string {
  const file = join(folder, 'spec.json');
  writeFileSync(file, JSON.stringify({ ...smallSpecInput, ...changes }));
  return file;
}

/** What `auto` stands for here. */
async function automaticEngine(): Promise<string | undefined> {
  const { stdout } = await cli('engines', '--json');
  const engines = JSON.parse(stdout) as { name: string; isAutomatic: boolean }[];
  return engines.find((engine) => engine.isAutomatic)?.name;
}

const isOneLineEach = (stderr: string) =>
  stderr
    .trimEnd()
    .split('\n')
    .every((line) => line.startsWith('error: ') && !line.includes('    at '));

describe('phasescape run with bad input', () => {
  const project = (folder: string) => join(folder, 'project');

  it.each([
    [
      'no such file',
      () => join(repository, 'missing.json'),
      /must be a readable file, got no such file/,
    ],
    ['a folder', () => repository, /got a folder/],
    [
      'no JSON',
      (folder: string) => {
        writeFileSync(join(folder, 'bad.json'), '{"name": ');
        return join(folder, 'bad.json');
      },
      /must be JSON/,
    ],
  ])('says what is wrong with %s in one line, exit 2', async (_what, file, words) => {
    const folder = temporaryFolder();
    const { code, stderr, stdout } = await cli('run', file(folder), '--project', project(folder));
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(words);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(existsSync(project(folder))).toBe(false);
  });

  it('names every problem of a spec with its path and writes nothing, exit 2', async () => {
    const folder = temporaryFolder();
    const file = specFile(folder, {
      seeds: [],
      colour: 'blue',
      model: { family: 'mlp', width: 0, depth: 1 },
      training: { epochs: 1.5, batchSize: 64 },
    });
    const { code, stderr } = await cli('run', file, '--project', project(folder));
    expect(code).toBe(2);
    expect(isOneLineEach(stderr)).toBe(true);
    for (const path of ['seeds', 'model.width', 'training.epochs'])
      expect(stderr).toContain(`error: ${path}: `);
    expect(stderr).toContain('colour');
    expect(readdirSync(folder)).toEqual(['spec.json']);
  });

  it('names a key that is written twice, with the other problems, exit 2', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'twice.json');
    writeFileSync(
      file,
      JSON.stringify({ ...smallSpecInput, seeds: [] }).replace('{', '{"name":"a",'),
    );
    const { code, stderr } = await cli('run', file, '--project', project(folder));
    expect([code, stderr.trimEnd().split('\n')]).toEqual([
      2,
      [
        'error: name: must be written once, got it twice in line 1; remove one of the two',
        'error: seeds: must have at least 1 entry, got []; add one',
      ],
    ]);
  });

  it('lets no text of a spec forge a line, and lists of many problems the first', async () => {
    const folder = temporaryFolder();
    const file = specFile(folder, {
      'a\nerror: b: forged\u001b[31m': 1,
      ...Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`k${i}`, i])),
    });
    const { code, stderr } = await cli('run', file, '--project', project(folder));
    expect([code, isOneLineEach(stderr)]).toEqual([2, true]);
    const lines = stderr.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^error: \["a\\nerror: b: forged\\u001b\[31m"\]: must be a setting/);
    expect(lines.slice(50)).toEqual([
      'error: spec: must have no other problem, got 151 more; mend those above first',
    ]);
  });

  it.skipIf(process.platform !== 'linux')('reads no file without end: exit 2', async () => {
    const { code, stderr } = await cli('run', '/dev/zero', '--project', project(temporaryFolder()));
    expect([code, stderr]).toEqual([2, expect.stringMatching(/must have at most 8 MB/)]);
  });

  it('refuses a model that no machine can hold before anything is made, exit 2', async () => {
    const folder = temporaryFolder();
    const model = { family: 'mlp', width: 16_384, depth: 64 };
    const file = specFile(folder, { model, axes: [] });
    const { code, stderr } = await cli('run', file, '--project', project(folder));
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^error: model: must fit into the/)]);
    expect(existsSync(project(folder))).toBe(false);
  });

  it('cannot use a path that is too long: exit 3 in one line', async () => {
    const file = specFile(temporaryFolder());
    const { code, stderr } = await cli('run', file, '--project', 'a'.repeat(5000));
    expect([code, stderr]).toEqual([3, expect.stringMatching(/too long; use a shorter one\n$/)]);
    expect(isOneLineEach(stderr)).toBe(true);
  });

  it('refuses an engine that does not exist, exit 2, and says which do', async () => {
    const folder = temporaryFolder();
    const { code, stderr } = await cli(
      ...['run', specFile(folder), '--project', project(folder), '--engine', 'abacus'],
    );
    expect(code).toBe(2);
    expect(stderr).toMatch(/got "abacus"; use one of: auto, onnx-cpu, .*reference/);
    expect(existsSync(project(folder))).toBe(false);
  });

  it('cannot use a project that cannot be a folder: exit 3, nothing half made', async () => {
    const folder = temporaryFolder();
    writeFileSync(project(folder), 'a file');
    const { code, stderr } = await cli('run', specFile(folder), '--project', project(folder));
    expect(code).toBe(3);
    expect(isOneLineEach(stderr)).toBe(true);
    expect(readFileSync(project(folder), 'utf8')).toBe('a file');
  });

  it.skipIf(process.platform !== 'linux')(
    'cannot make a project where no folders can be made: exit 3',
    async () => {
      const { code, stderr } = await cli(
        'run',
        specFile(temporaryFolder()),
        '--project',
        '/proc/x',
      );
      expect([code, stderr]).toEqual([
        3,
        expect.stringMatching(/^error: \/proc\/x: must be a place/),
      ]);
    },
  );

  it.each([
    [['run', '--project', 'x'], /missing required argument 'spec'/],
    [['run', 'spec.json'], /--project/],
    [['run', 'spec.json', '--project', 'x', '--workers', 'two'], /whole number/],
    [['run', 'spec.json', '--project', 'x', '--workers', '1000'], /four for each core/],
    [['run', 'spec.json', '--project', ''], /must not be empty/],
    [['serve', '--project', 'x', '--engine', 'abacus'], /use one of: auto, onnx-cpu/],
    [['results', '--project', 'x', '--experiment', 'y', '--level', 'atoms'], /cells, runs, pairs/],
    [['explode'], /unknown command/],
  ])('refuses %j, exit 2', async (args, words) => {
    const { code, stderr } = await cli(...args);
    expect(code).toBe(2);
    expect(stderr).toMatch(words);
  });

  it('reads no results where there is no project or experiment: exit 2, nothing made', async () => {
    const folder = temporaryFolder();
    const none = await cli('results', '--project', project(folder), '--experiment', 'x');
    expect([none.code, none.stderr]).toEqual([
      2,
      expect.stringMatching(/must be a project folder/),
    ]);
    expect(existsSync(project(folder))).toBe(false);
  });
});

describe('phasescape run', () => {
  let folder: string;
  let first: Awaited<ReturnType<typeof cli>>;
  let project: string;

  beforeAll(async () => {
    folder = join(repository, '.phasescape', `e2e-${process.pid}`);
    project = join(folder, 'project');
    mkdirSync(folder, { recursive: true });
    first = await cli('run', specFile(folder), '--project', project, '--json');
    return () => rmSync(folder, { recursive: true, force: true });
  });

  it('trains and measures everything: exit 0, progress on stderr, results on stdout', () => {
    expect([first.code, first.stderr]).toEqual([0, expect.stringMatching(/small: finished in/)]);
    const results = JSON.parse(first.stdout) as CellsResult;
    expect(results.cells).toHaveLength(2);
    for (const { metrics, n } of results.cells) {
      expect(n).toBe(2);
      for (const name of ['trainLoss', 'testAccuracy', 'hessianTopEigenvalue', 'hessianTrace'])
        expect(metrics[name]?.n).toBe(2);
      for (const name of ['cka', 'weightDistance', 'modeConnectivity', 'curveBarrier'])
        expect(metrics[name]?.n).toBe(1);
    }
  });

  it('does nothing the second time, and says the same', async () => {
    const started = performance.now();
    const again = await cli('run', specFile(folder), '--project', project, '--json');
    expect([again.code, again.stdout]).toEqual([0, first.stdout]);
    expect(again.stderr).toMatch(/nothing to do/);
    expect(performance.now() - started).toBeLessThan(3000);
  });

  it('prints the same object with results', async () => {
    const results = await cli('results', '--project', project, '--experiment', 'small');
    expect([results.code, results.stdout]).toEqual([0, first.stdout]);
  });

  it.each([
    ['cells', 3, 'cell,model.width,n,diverged,phase,phaseReason,trainLossMean'],
    ['runs', 5, 'cell,model.width,seed,state,engine,trainLoss,trainLossError'],
    ['pairs', 3, 'cell,model.width,seedA,seedB,cka'],
  ])('prints %s as CSV', async (level, lines, header) => {
    const { code, stdout } = await cli(
      ...['results', '--project', project, '--experiment', 'small', '--level', level],
      ...['--format', 'csv'],
    );
    expect(code).toBe(0);
    expect(stdout.trimEnd().split('\n')).toHaveLength(lines);
    expect(stdout.startsWith(header)).toBe(true);
  });

  it('prints correlations of every metric, of two cells without a coefficient', async () => {
    const { code, stdout } = await cli(
      ...['results', '--project', project, '--experiment', 'small', '--level', 'correlations'],
    );
    expect(code).toBe(0);
    const { score, metrics } = JSON.parse(stdout) as {
      score: string;
      metrics: readonly MetricCorrelation[];
    };
    expect(score).toBe('testAccuracy');
    const compared = comparedMetrics(JSON.parse(first.stdout) as CellsResult);
    expect(metrics).toHaveLength(compared.length);
    for (const { n, coefficients } of metrics) {
      expect(n).toBeLessThanOrEqual(2);
      expect(coefficients).toEqual({ spearman: null, kendall: null, pearson: null });
    }
  });

  it('gives the same numbers in another project with one worker', async () => {
    const other = await cli(
      ...['run', specFile(folder), '--project', join(folder, 'one'), '--workers', '1', '--json'],
    );
    expect([other.code, other.stdout]).toEqual([0, first.stdout]);
  });

  it('refuses the name for another spec: exit 2, saying what differs', async () => {
    const spec = specFile(folder, { training: { epochs: 3, batchSize: 64 } });
    const { code, stderr } = await cli('run', spec, '--project', project);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/another training/)]);
  });

  it('knows which experiments there are', async () => {
    const { code, stderr } = await cli('results', '--project', project, '--experiment', 'big');
    expect([code, stderr]).toEqual([2, expect.stringMatching(/use one of: small/)]);
  });

  it('writes a figure with its data, provenance and methods', async () => {
    const out = join(folder, 'figure.svg');
    const { code, stdout } = await cli(
      ...['figure', '--project', project, '--experiment', 'small', '--kind', 'heatmap'],
      ...['--metric', 'testAccuracy', '--out', out],
    );
    expect(code).toBe(0);
    const paths = stdout.trimEnd().split('\n');
    expect(paths.map((path) => path.slice(path.lastIndexOf('.')))).toEqual([
      '.svg',
      '.csv',
      '.json',
      '.md',
    ]);
    for (const path of paths) expect(readFileSync(path, 'utf8').length).toBeGreaterThan(100);
    const provenance = readFileSync(paths[2] as string, 'utf8');
    expect(provenance).toMatch(
      (await automaticEngine()) === 'native-cpu'
        ? /"native-cpu float32 on cpu [-\w]+, kernels \d+"/
        : /"onnx-cpu float32 on cpu, onnxruntime [\d.]+"/,
    );
  });

  it.each([
    ['a metric that is none', ['--metric', 'colour', '--out', 'x.svg'], /colour/],
    ['another ending', ['--metric', 'cka', '--out', 'x.bmp'], /\.svg, \.pdf or \.png/],
    [
      'a folder that is not there',
      ['--out', 'missing/x.svg'],
      /folder missing must exist, got none/,
    ],
    [
      'a metric it does not take',
      ['--kind', 'phase-diagram', '--metric', 'cka', '--out', 'x.svg'],
      /without a metric/,
    ],
  ])('refuses a figure of %s: exit 2', async (_what, args, words) => {
    const { code, stderr } = await cli(
      ...['figure', '--project', project, '--experiment', 'small', '--kind', 'heatmap', ...args],
    );
    expect([code, stderr]).toEqual([2, expect.stringMatching(words)]);
    expect(isOneLineEach(stderr)).toBe(true);
  });
});

describe('phasescape run with a training that diverges', () => {
  it('keeps divergence as a result: exit 0, nulls, and the phase undecided', async () => {
    const folder = temporaryFolder();
    const spec = specFile(folder, {
      optimizer: { name: 'sgd', learningRate: 1e6, weightDecay: 1e6 },
      axes: [],
    });
    const { code, stdout } = await cli('run', spec, '--project', join(folder, 'p'), '--json');
    const [cell] = (JSON.parse(stdout) as DetailedCellsResult).cells;
    expect([code, cell?.n, cell?.diverged, cell?.phase]).toEqual([0, 2, 2, 'undecided']);
    expect(cell?.metrics['hessianTrace']?.values).toEqual([null, null]);
  });
});

describe('phasescape with streams that fail', () => {
  const onFull = (...args: string[]) => cliInShell(args, '>/dev/full');

  it.skipIf(process.platform !== 'linux').each([['metrics'], ['--version'], ['--help']])(
    'says that %s cannot be printed on a full disk: exit 3 in one line',
    async (word) => {
      const { code, stderr } = await onFull(word);
      expect([code, stderr]).toEqual([
        3,
        expect.stringMatching(
          /^error: standard output: must take what is printed, got ENOSPC.*\n$/,
        ),
      ]);
    },
  );

  it.skipIf(process.platform !== 'linux')('keeps its exit code where nobody hears it', async () => {
    const folder = temporaryFolder();
    const run = ['run', specFile(folder, { seeds: [] }), '--project', join(folder, 'p')];
    expect((await cliInShell(run, '2>/dev/full')).code).toBe(2);
    expect((await cliInShell(run, '2> >(exec true)')).code).toBe(2);
  });

  it.skipIf(process.platform !== 'linux')(
    'finishes a sweep after the reader of standard error has gone',
    async () => {
      const folder = temporaryFolder();
      const run = startCli(['run', specFile(folder), '--project', join(folder, 'p'), '--json']);
      run.child.stderr?.destroy();
      const { code, stdout } = await run.ended;
      expect([code, (JSON.parse(stdout) as CellsResult).cells.length]).toEqual([0, 2]);
    },
  );
});

describe('phasescape metrics, engines, doctor', () => {
  it('lists what can be measured', async () => {
    const { code, stdout } = await cli('metrics', '--json');
    expect(code).toBe(0);
    const metrics = JSON.parse(stdout) as {
      name: string;
      scalars: string[];
      meanings: Record<string, string>;
    }[];
    const folders = readdirSync('src-main/metrics').filter((name) =>
      existsSync(join('src-main/metrics', name, 'definition.ts')),
    );
    expect(metrics.map(({ name }) => name).sort()).toEqual(folders.sort());
    for (const { scalars, meanings } of metrics) expect(Object.keys(meanings)).toEqual(scalars);
  });

  it('lists what can execute', async () => {
    const { code, stdout } = await cli('engines', '--json');
    expect(code).toBe(0);
    const engines = JSON.parse(stdout) as { name: string; available: boolean; detail: string }[];
    const available = engines.filter((engine) => engine.available).map((engine) => engine.name);
    expect(available).toEqual(expect.arrayContaining(['onnx-cpu', 'tfjs-cpu', 'reference']));
    for (const { available: isThere, detail } of engines)
      expect(detail).toMatch(isThere ? /./ : /must .+, got .+; /);
  });

  it('goes on with the engine that an experiment was begun with, unless another is asked for', async () => {
    const folder = temporaryFolder();
    const spec = specFile(folder, {
      seeds: [0],
      axes: [],
      metrics: [],
      training: { epochs: 1, batchSize: 64 },
    });
    const run = ['run', spec, '--project', join(folder, 'project')];
    expect(await cli(...run, '--engine', 'tfjs-cpu')).toMatchObject({ code: 0 });
    const again = await cli(...run);
    expect([again.code, again.stderr]).toEqual([0, expect.stringContaining('nothing to do')]);
    const other = await cli(...run, '--engine', 'onnx-cpu');
    expect([other.code, other.stderr]).toEqual([
      2,
      expect.stringContaining('engine: must be tfjs-cpu'),
    ]);
  });

  it('takes the kernels that the build made and found right, where it could make them', async () => {
    const isBuilt = existsSync(join(repository, 'out/native/kernels.node'));
    expect(await automaticEngine()).toBe(isBuilt ? 'native-cpu' : 'onnx-cpu');
  });

  it('finds this installation sound', async () => {
    const { code, stdout } = await cli('doctor');
    expect([code, stdout]).toEqual([0, expect.not.stringContaining('FAILED')]);
    for (const check of ['node', 'database', 'engine', 'data set digits', 'worker'])
      expect(stdout).toMatch(new RegExp(`^ok +${check}:`, 'm'));
  });

  it('finds a damaged project', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'project.sqlite'), 'nonsense '.repeat(1000));
    const { code, stdout } = await cli('doctor', '--project', folder);
    expect([code, stdout]).toEqual([
      3,
      expect.stringMatching(/FAILED +project: .*sound SQLite database/),
    ]);
  });
});
