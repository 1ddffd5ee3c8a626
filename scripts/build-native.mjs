/**
 * Compiles the kernels of the executor `native-cpu` to `out/native/kernels.node` with the machine's C compiler: once per
 * instruction set, chosen between when it runs; its digest is beside it, in `kernels.sha256`. Without a compiler nothing is
 * built, and `out/native/unavailable.txt` says why.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { include_dir as nodeApiHeaders } from 'node-api-headers';

const root = resolve(import.meta.dirname, '..');
const source = join(root, 'src-main', 'engine', 'executors', 'native');

const common = [
  '-std=gnu11',
  '-O3',
  '-fPIC',
  '-fvisibility=hidden',
  // Products and sums are joined where the code says so, and nowhere else: results must not depend on the compiler.
  '-ffp-contract=off',
  '-fno-math-errno',
  // The bits of floats are added and shifted as numbers.
  '-fwrapv',
  '-DNAPI_VERSION=8',
  `-I${nodeApiHeaders}`,
];

/** Kernels per instruction set of x86-64; elsewhere the compiler's default set alone. */
const wider = {
  avx2: ['-mavx2', '-mfma'],
  avx512: ['-mavx512f', '-mavx512vl', '-mavx512bw', '-mavx512dq', '-mfma'],
};

/**
 * Compiles the kernels where their sources changed since the last time.
 * @param {{ log: (line: string) => void, folder?: string, again?: boolean }} options - `log` is told before a build and when
 *   nothing could be built; `again` tries anew where an earlier attempt failed
 * @returns {Promise<boolean>} whether there are kernels; never throws for a missing or failing compiler
 */
export async function buildNative({ log, folder = join(root, 'out', 'native'), again = false }) {
  const addon = join(folder, 'kernels.node');
  const reasonFile = join(folder, 'unavailable.txt');
  const stampFile = join(folder, 'sources.sha256');
  const digestFile = join(folder, 'kernels.sha256');
  const wanted = sourcesHash();
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === wanted) {
    if (existsSync(addon)) return true;
    if (!again && existsSync(reasonFile)) return false;
  }
  mkdirSync(folder, { recursive: true });
  for (const stale of [addon, reasonFile, stampFile, digestFile]) rmSync(stale, { force: true });
  log('compiling the kernels of native-cpu (once after a change) ...');
  const failed = await compile(folder, addon);
  if (failed === null) {
    writeFileSync(digestFile, createHash('sha256').update(readFileSync(addon)).digest('hex'));
  } else {
    writeFileSync(reasonFile, failed);
    log(`native-cpu: ${failed}`);
  }
  writeFileSync(stampFile, wanted);
  return failed === null;
}

function sourcesHash() {
  const files = readdirSync(source)
    .filter((name) => /\.[ch]$/.test(name))
    .sort()
    .map((name) => join(source, name));
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`);
  for (const file of [...files, import.meta.filename]) hash.update(readFileSync(file));
  return hash.digest('hex');
}

/** Compiles and links; returns null, or one line on what is missing and what to do. */
async function compile(folder, addon) {
  if (process.platform === 'win32') return 'kernels are not built on Windows; use onnx-cpu';
  const compiler = [process.env.CC, 'cc', 'gcc', 'clang'].find(
    (name) => name && spawnSync(name, ['--version']).status === 0,
  );
  if (compiler === undefined)
    return 'a C compiler must be present, got none; install one (Debian: apt install gcc libc6-dev; macOS: xcode-select --install) and build again';
  const sets = process.arch === 'x64' ? { baseline: [], ...wider } : { baseline: [] };
  const objects = ['plan', 'dispatch', 'addon'].map((name) => ({ name, from: name, flags: [] }));
  for (const [set, flags] of Object.entries(sets))
    objects.push({
      name: `kernels-${set}`,
      from: 'kernels',
      flags: [...flags, `-DKERNELS=kernels_${set}`],
    });
  const results = await Promise.all(
    objects.map(({ name, from, flags }) =>
      execute(compiler, [
        ...common,
        ...flags,
        '-c',
        join(source, `${from}.c`),
        '-o',
        join(folder, `${name}.o`),
      ]),
    ),
  );
  const files = objects.map(({ name }) => join(folder, `${name}.o`));
  const undefinedSymbols = process.platform === 'darwin' ? ['-undefined', 'dynamic_lookup'] : [];
  const said =
    results.find((result) => result !== null) ??
    (await execute(compiler, ['-shared', ...undefinedSymbols, ...files, '-o', addon]));
  for (const file of files) rmSync(file, { force: true });
  if (said === null) return null;
  return `${compiler} must compile the kernels, got: ${said}; install a newer gcc (12) or clang (15) with the C library's headers and build again`;
}

/** Runs a command; null when it succeeds, else its first line of complaint. */
function execute(command, args) {
  return new Promise((settle) => {
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk) => (said += chunk));
    child.on('error', (error) => settle(error.message));
    child.on('close', (status) => {
      const lines = said.split('\n');
      const complaint = lines.find((line) => line.includes('error')) ?? lines[0] ?? '';
      settle(status === 0 ? null : complaint.trim() || `exit status ${status}`);
    });
  });
}

if (import.meta.main) {
  // Nothing that needs the kernels depends on this: without them the engine is listed with the reason.
  await buildNative({
    log: (line) => process.stderr.write(`${line}\n`),
    again: process.argv.includes('--again'),
  });
}
