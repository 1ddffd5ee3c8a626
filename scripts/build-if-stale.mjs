/**
 * Builds `out/` when the sources changed since the last build, once even when several processes ask at the same time.
 * Freshness is the hash of the sources, not their dates: a checkout or a copy changes dates without changing anything.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const out = join(root, 'out');
const stampFile = join(out, 'sources.sha256');
const lockFolder = join(out, 'building');
const sourceFolders = ['src-shared', 'src-main', 'src-preload', 'src-renderer'];
const sourceFiles = [
  'scripts/build-native.mjs',
  'scripts/licences.mjs',
  'resources/ATTRIBUTION.md',
  'electron.vite.config.ts',
  'package.json',
  'package-lock.json',
  'tsconfig.base.json',
];

/** Longest wait for another process that builds; a build takes some ten seconds. */
const longestWaitMs = 300_000;

/** Path of the Node that the workbench runs on: that of the npm package `node`, else the one running now. */
export function nodeBinary() {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve('node/package.json'));
    const name = process.platform === 'win32' ? 'node.exe' : 'node';
    const path = join(folder, 'bin', name);
    if (existsSync(path)) return path;
  } catch {
    // An installation without the package runs on its own Node.
  }
  return process.execPath;
}

/**
 * Builds if needed.
 * @param {{ log?: (line: string) => void, again?: boolean }} [options] - `log` is told once, before a build starts; `again`
 *   tries to compile the kernels anew where that failed before
 * @returns {{ built: boolean }}
 * @throws Error with the build's output when it fails; what was in `out/` may then be incomplete and is built again next time
 */
export function buildIfStale({
  log = (line) => process.stderr.write(`${line}\n`),
  again = false,
} = {}) {
  if (!existsSync(join(root, 'src-main'))) return { built: false };
  const wanted = sourcesHash();
  if (isFresh(wanted)) {
    if (again) buildKernels(again);
    return { built: false };
  }
  takeLock();
  try {
    if (isFresh(wanted)) return { built: false };
    rmSync(stampFile, { force: true });
    log('building the workbench (once after a change) ...');
    const tool = join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js');
    const result = spawnSync(nodeBinary(), [tool, 'build'], { cwd: root, encoding: 'utf8' });
    if (result.status !== 0) {
      const said = result.error?.message ?? `${result.stdout ?? ''}${result.stderr ?? ''}`;
      throw new Error(`build: must succeed, got exit status ${result.status}; ${said.trim()}`);
    }
    buildKernels(again);
    writeFileSync(stampFile, wanted);
    return { built: true };
  } finally {
    rmSync(lockFolder, { recursive: true, force: true });
  }
}

/** A machine without a C compiler does without: the engine that needs them then says why it cannot run. */
function buildKernels(again) {
  spawnSync(
    nodeBinary(),
    [join(root, 'scripts', 'build-native.mjs'), ...(again ? ['--again'] : [])],
    { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  // Once here, so that no start has to: kernels that are right become the default engine.
  spawnSync(nodeBinary(), [join(out, 'main', 'check-kernels.js')], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

function isFresh(wanted) {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === wanted;
}

function sourcesHash() {
  const hash = createHash('sha256');
  const files = [
    ...sourceFolders.flatMap((folder) => filesBelow(join(root, folder))),
    ...sourceFiles.map((file) => join(root, file)),
  ];
  for (const file of files) {
    hash.update(`${relative(root, file)}\n`);
    hash.update(readFileSync(file));
  }
  return hash.digest('hex');
}

function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Making a folder is atomic: who makes it builds, the others wait. A lock whose owner died is taken over. */
function takeLock() {
  mkdirSync(out, { recursive: true });
  const deadline = Date.now() + longestWaitMs;
  for (;;) {
    try {
      mkdirSync(lockFolder);
      writeFileSync(join(lockFolder, 'pid'), String(process.pid));
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (ownerDied()) rmSync(lockFolder, { recursive: true, force: true });
    else if (Date.now() > deadline)
      throw new Error(`build: another process must finish, waited 5 minutes; remove ${lockFolder}`);
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  }
}

function ownerDied() {
  try {
    const pid = Number(readFileSync(join(lockFolder, 'pid'), 'utf8'));
    // Between making the folder and writing the number the owner is alive.
    if (!Number.isInteger(pid) || pid === 0) return false;
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

if (import.meta.main) buildIfStale({ again: true });
