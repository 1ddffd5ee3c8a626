/**
 * `npm start`: opens the workbench. In the Electron window where its program and a display are there, else in the browser.
 *
 *   npm start -- [--project DIR] [--port P] [--browser] [--no-open]
 *
 * --browser: the browser even where a window could open. --no-open: only print the address.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildIfStale, nodeBinary } from './build-if-stale.mjs';

const root = resolve(import.meta.dirname, '..');
const say = (line) => process.stderr.write(`${line}\n`);

const { values: options } = parseArgs({
  options: {
    project: { type: 'string' },
    port: { type: 'string' },
    browser: { type: 'boolean', default: false },
    'no-open': { type: 'boolean', default: false },
  },
});

try {
  buildIfStale({ log: say });
  const obstacle = options.browser ? 'a browser was asked for' : windowObstacle();
  if (obstacle === null) startWindow();
  else {
    say(`no desktop window: ${obstacle}; serving the same workbench in the browser`);
    startBrowser();
  }
} catch (error) {
  say(`error: ${error.message}`);
  process.exitCode = 3;
}

/** Why no Electron window can open here; null when one can. */
function windowObstacle() {
  if (electronProgram() === null)
    return 'Electron is not downloaded (npx install-electron downloads it)';
  if (!hasDisplay()) return 'there is no display';
  if (process.getuid?.() === 0) return 'Electron does not run as root';
  return null;
}

/** Path of Electron's program; null where it was not downloaded. Asking the package itself would start a download. */
function electronProgram() {
  const folder = join(root, 'node_modules', 'electron');
  const pathFile = join(folder, 'path.txt');
  if (!existsSync(pathFile)) return null;
  const dist = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(folder, 'dist');
  const program = join(dist, readFileSync(pathFile, 'utf8').trim());
  return existsSync(program) ? program : null;
}

function hasDisplay() {
  if (process.platform !== 'linux') return true;
  return Boolean(process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY);
}

function startWindow() {
  const project = options.project === undefined ? [] : ['--project', resolve(options.project)];
  follow(spawn(electronProgram(), [root, ...project], { stdio: 'inherit' }));
}

function startBrowser() {
  const project = resolve(options.project ?? join(homedir(), 'Phasescape'));
  const port = options.port === undefined ? [] : ['--port', options.port];
  const cli = join(root, 'out', 'main', 'cli.js');
  const child = spawn(nodeBinary(), [cli, 'serve', '--project', project, ...port], {
    stdio: ['inherit', 'pipe', 'inherit'],
  });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (part) => {
    process.stdout.write(part);
    const isFirst = !printed.includes('\n');
    printed += part;
    const address = /^(http:\S+)\n/.exec(printed)?.[1];
    if (isFirst && address !== undefined && hasDisplay() && !options['no-open'])
      openBrowser(address);
  });
  follow(child);
}

/** Ends as the child ends; a signal to this process alone is meant for the child. */
function follow(child) {
  child.on('error', (error) => {
    say(`error: ${error.message}`);
    process.exitCode = 3;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1);
  });
  // The terminal sends Ctrl+C to the child too.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'));
  process.on('SIGTERM', () => child.kill('SIGTERM'));
}

/** Opens the address in the user's browser; where that fails the printed address is enough. */
function openBrowser(address) {
  const [command, ...args] =
    process.platform === 'darwin'
      ? ['open', address]
      : process.platform === 'win32'
        ? ['cmd', '/c', 'start', '', address]
        : ['xdg-open', address];
  spawn(command, args, { stdio: 'ignore', detached: true })
    .on('error', () => say(`open ${address} in a browser`))
    .unref();
}
