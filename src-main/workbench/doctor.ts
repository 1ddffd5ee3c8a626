/** Checks of an installation: each says what it found, and what to do when that is not right. */
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { digitsDigest } from '../datasets/catalogue';
import { namesIn, readManifest } from '../datasets/registry/manifest';
import { defaultRegistryFolder } from '../datasets/registry/registry-folder';
import { forkWorker, workerEntry } from '../workers/worker-process';
import { check, optional, type CheckResult } from './check';
import { checkProject } from './project-check';
import { findResources } from './resources';

/** SHA-256 of the digits as this version was released with. */
const knownDigest = '46abec6b12486ad9e51943373abcf22bbea1b5a51a1619b361570d8893f1464a';

const leastNode = 22;
const workerStartMs = 20_000;

/** A project folder to check as well. */
export interface CheckedProject {
  readonly folder: string;
  /** Mark lost results as to be done again. */
  readonly repair: boolean;
}

/** Runs the checks one after another. Never throws. */
export async function* runChecks(project?: CheckedProject): AsyncGenerator<CheckResult> {
  yield nodeVersion();
  yield await check('database', checkDatabase);
  yield await check('engine', checkEngine);
  yield await check('resources', () => `found in ${findResources()}`);
  yield await check('data set digits', checkDigits);
  yield await check('registered data sets', checkRegistry);
  yield await check('worker', checkWorker);
  if (project !== undefined) yield* checkProject(project.folder, project.repair);
  yield await optional('desktop window', checkElectron);
  yield await optional('browser interface', async () => {
    const { findRenderer } = await import('./renderer-folder');
    return `built in ${findRenderer()}`;
  });
}

function nodeVersion(): CheckResult {
  const major = Number(process.versions.node.split('.')[0]);
  const name = 'node';
  if (major >= leastNode)
    return {
      name,
      status: 'ok',
      detail: `${process.versions.node}, ${availableParallelism()} cores`,
    };
  return {
    name,
    status: 'failed',
    detail: `must be ${leastNode} or newer, got ${process.versions.node}; run npm install and start with npm`,
  };
}

async function checkDatabase(): Promise<string> {
  const { default: Database } = await import('better-sqlite3');
  const db = new Database(':memory:');
  try {
    return `SQLite ${String(db.prepare('SELECT sqlite_version()').pluck().get())}`;
  } finally {
    db.close();
  }
}

async function checkEngine(): Promise<string> {
  const { describeEngines } = await import('./engines');
  const engines = await describeEngines();
  const usable = engines.filter((engine) => engine.available);
  if (usable.some((engine) => engine.name === 'onnx-cpu'))
    return usable.map((engine) => `${engine.name} ${engine.version}`).join(', ');
  const reasons = engines.map((engine) => `${engine.name}: ${engine.detail}`).join('; ');
  throw new Error(`onnx-cpu must be able to run, got ${reasons}; run npm install again`);
}

function checkDigits(): string {
  const digest = digitsDigest(findResources());
  if (digest === knownDigest) return `SHA-256 ${digest.slice(0, 12)} as released`;
  throw new Error(
    `file must be as released, got SHA-256 ${digest}; restore resources/datasets (results would differ from other installations)`,
  );
}

/** Every entry of the registry can be read; the samples themselves are checked when they are used. */
function checkRegistry(): string {
  const folder = defaultRegistryFolder();
  const names = namesIn(folder);
  for (const name of names) readManifest(folder, name);
  return names.length === 0 ? `none in ${folder}` : `${names.join(', ')} in ${folder}`;
}

/** A worker that opens its engine. */
async function checkWorker(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'phasescape-doctor-'));
  const started = performance.now();
  try {
    return await new Promise<string>((resolve, reject) => {
      const timer = setTimeout(() => {
        worker.kill();
        reject(
          new Error(
            `must be ready in ${workerStartMs / 1000} s, got silence; try again on an idle machine`,
          ),
        );
      }, workerStartMs);
      const worker = forkWorker(workerEntry())({
        report: (report) => {
          if (report.kind === 'ready') {
            resolve(`ready in ${Math.round(performance.now() - started)} ms`);
          } else if (report.kind === 'unavailable') reject(new Error(report.error.message));
          worker.kill();
          clearTimeout(timer);
        },
        exit: (how) => {
          clearTimeout(timer);
          reject(new Error(`must stay alive, got ${how}; its last words are above`));
        },
      });
      worker.send({
        kind: 'configure',
        settings: {
          engine: 'onnx-cpu',
          artifactsFolder: folder,
          checkpointsFolder: folder,
          resourcesFolder: findResources(),
          registryFolder: defaultRegistryFolder(),
        },
      });
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Looks at Electron's files only: asking the package itself would start a download. */
function checkElectron(): string {
  const folder = dirname(createRequire(import.meta.url).resolve('electron/package.json'));
  const pathFile = join(folder, 'path.txt');
  const binary = existsSync(pathFile)
    ? join(folder, 'dist', readFileSync(pathFile, 'utf8').trim())
    : null;
  const otherwise = 'npm start serves the browser interface instead';
  if (binary === null || !existsSync(binary)) {
    throw new Error(
      `Electron's program must be downloaded for a window, got none (npx install-electron downloads it); ${otherwise}`,
    );
  }
  const { platform, env } = process;
  if (platform === 'linux' && !env['DISPLAY'] && !env['WAYLAND_DISPLAY'])
    throw new Error(`a display must be there for a window, got none; ${otherwise}`);
  return binary;
}
