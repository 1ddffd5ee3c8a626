/** Facts about the tree that no linter knows: sizes, unfinished marks, machine paths, escapes from the types. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

/** Longest file, in lines; tables whose order would be lost by splitting are named. */
const mostLines = 500;
const longFiles: ReadonlySet<string> = new Set();

/** The mean may grow a little over the style guide's 50 to 200 lines, not beyond. */
const mostLinesOnAverage = 200;

interface SourceFile {
  readonly path: string;
  readonly lines: readonly string[];
}

function filesBelow(...folders: readonly string[]): SourceFile[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(ts|mts|vue|mjs|cjs|css)$/.test(entry.name))
      .map((entry) => {
        const path = join(entry.parentPath, entry.name);
        return {
          path: relative(root, path).split(sep).join('/'),
          lines: readFileSync(path, 'utf8').split('\n'),
        };
      }),
  );
}

const program = filesBelow('src-shared', 'src-main', 'src-preload', 'src-renderer', 'scripts');
const tests = filesBelow('tests');

/** `file:line: text` of every line that matches. */
function linesWith(files: readonly SourceFile[], pattern: RegExp): string[] {
  return files.flatMap(({ path, lines }) =>
    lines.flatMap((line, i) => (pattern.test(line) ? [`${path}:${i + 1}: ${line.trim()}`] : [])),
  );
}

/** This file spells out what it forbids. */
const others = tests.filter(({ path }) => path !== 'tests/architecture/tree.test.ts');

describe('the tree', () => {
  it(`has no file over ${mostLines} lines`, () => {
    const long = [...program, ...tests].filter(
      ({ path, lines }) => lines.length > mostLines && !longFiles.has(path),
    );
    expect(long.map(({ path, lines }) => `${path} (${lines.length})`)).toEqual([]);
  });

  it('is made of files that fit into a head', () => {
    const total = program.reduce((sum, { lines }) => sum + lines.length, 0);
    expect(total / program.length).toBeLessThan(mostLinesOnAverage);
  });

  it('has nothing marked as unfinished', () => {
    const marks = /\b(TODO|FIXME|XXX|HACK|under construction|not implemented)\b/;
    expect(linesWith([...program, ...others], marks)).toEqual([]);
  });

  it('skips no test, unless the system has not what it tests', () => {
    const skipped =
      /\b(it|test|describe)\.(skip|only|todo|fails|skipIf(?!\((process\.platform|!canMakeReadOnly|!hasPoppler|absentExecutors\.)))\b/;
    expect(linesWith(others, skipped)).toEqual([]);
  });

  it('does not switch the types or the linter off in the program', () => {
    const escapes =
      /:\s*any\s*[;,)=|>\]]|\bas any\b|@ts-(ignore|nocheck|expect-error)|eslint-disable/;
    expect(linesWith(program, escapes)).toEqual([]);
  });

  it('names no chance and no clock where results are made', () => {
    const pure = program.filter(({ path }) =>
      /^src-(shared|main\/(engine|metrics|datasets))\//.test(path),
    );
    expect(linesWith(pure, /Math\.random|Date\.now|performance\.now/)).toEqual([]);
  });

  it('opens every file with its role', () => {
    const mute = program.filter(
      ({ path, lines }) =>
        /\.(ts|mts|mjs|cjs)$/.test(path) &&
        !/^(\/\*\*|\/\/|\/\*)/.test(lines.find((line) => !line.startsWith('#!')) ?? ''),
    );
    expect(mute.map(({ path }) => path)).toEqual([]);
  });

  it('holds no path of a machine and no download address', () => {
    const tracked = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' })
      .split('\0')
      .filter((path) => /\.(ts|vue|mjs|cjs|js|json|md|yml|css|html)$|^\.ci\//.test(path))
      .filter((path) => path !== 'tests/architecture/tree.test.ts');
    const files = tracked.map((path) => ({
      path,
      lines: readFileSync(join(root, path), 'utf8').split('\n'),
    }));
    expect(linesWith(files, /(^|[\s"'(=:])\/(work|root|home\/[a-z]|Users\/[A-Za-z])\//)).toEqual(
      [],
    );
    const lock = files.filter(({ path }) => path === 'package-lock.json');
    expect(linesWith(lock, /"resolved": "http/)).toEqual([]);
  });
});
