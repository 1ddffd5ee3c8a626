#!/usr/bin/env node
/**
 * Starts the command line: builds it first when the sources changed, and changes to the Node of the npm package `node` where the one that
 * runs now is too old for the database.
 */
import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { buildIfStale, nodeBinary } from './build-if-stale.mjs';

const root = resolve(import.meta.dirname, '..');
const leastNode = 22;
// Where nobody hears standard error, work goes on in silence.
process.stderr.on('error', () => undefined);

if (Number(process.versions.node.split('.')[0]) < leastNode) {
  const binary = nodeBinary();
  if (binary === process.execPath) {
    process.stderr.write(
      `error: node: must be ${leastNode} or newer, got ${process.versions.node}; run npm install in ${root}\n`,
    );
    process.exitCode = 3;
  } else {
    const child = spawn(binary, [import.meta.filename, ...process.argv.slice(2)], {
      stdio: 'inherit',
    });
    // The terminal's Ctrl+C reaches the child too; who signals this process alone means the child.
    process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'));
    process.on('SIGTERM', () => child.kill('SIGTERM'));
    child.on('exit', (code) => (process.exitCode = code ?? 3));
  }
} else {
  try {
    buildIfStale();
    await import(join(root, 'out', 'main', 'cli.js'));
  } catch (error) {
    process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 3;
  }
}
