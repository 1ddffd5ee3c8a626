/**
 * The licences of everything of others that ships: the production dependencies with theirs, as they are installed, the window's program, and
 * the files in `resources/`. The build puts them into the About screen.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const licenceFile = /^(licen[cs]e|copying|notice|third[-_]?party[-_]?notices?|attribution)/i;

/**
 * @typedef {{ name: string, version: string, licence: string, source: string, text: string }} Licence
 *   `text` holds the whole licence files of the package, one after another; where it has none, what its manifest says
 */

/**
 * Every licence, by name. @returns {Licence[]}
 * @throws Error when a dependency that must be there is not installed
 */
export function collectLicences(folder = root) {
  const own = readManifest(folder);
  const found = new Map();
  for (const name of Object.keys(own.dependencies)) addPackage(name, folder, found);
  // The desktop window is made of it, whatever installs it.
  addPackage('electron', folder, found, { isAlone: true });
  const packages = [...found.values()];
  return [...withStandardTexts(packages), ...bundledFiles(folder)].sort((a, b) =>
    a.name === b.name ? a.version.localeCompare(b.version) : a.name.localeCompare(b.name),
  );
}

function addPackage(name, from, found, { isOptional = false, isAlone = false } = {}) {
  const folder = packageFolder(name, from);
  if (folder === null) {
    if (isOptional) return;
    throw new Error(`licences: ${name} must be installed, got none from ${from}; run npm ci`);
  }
  if (found.has(folder)) return;
  const manifest = readManifest(folder);
  found.set(folder, {
    name: manifest.name,
    version: manifest.version,
    licence: licenceName(manifest),
    source: sourceOf(manifest),
    text: licenceText(folder, manifest),
  });
  if (isAlone) return;
  const optional = Object.keys(manifest.optionalDependencies ?? {});
  const peers = Object.keys(manifest.peerDependencies ?? {});
  for (const next of Object.keys(manifest.dependencies ?? {}))
    addPackage(next, folder, found, { isOptional: optional.includes(next) });
  for (const next of [...optional, ...peers]) addPackage(next, folder, found, { isOptional: true });
}

/** As Node looks for packages: in the nearest `node_modules` upwards. */
function packageFolder(name, from) {
  for (let folder = from; ; folder = dirname(folder)) {
    const place = join(folder, 'node_modules', name);
    if (existsSync(join(place, 'package.json'))) return place;
    if (dirname(folder) === folder) return null;
  }
}

function readManifest(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

function licenceName({ license, licenses }) {
  if (typeof license === 'string') return license;
  if (license?.type) return license.type;
  if (Array.isArray(licenses)) return licenses.map(({ type }) => type).join(' OR ');
  return 'not stated';
}

function sourceOf({ homepage, repository }) {
  const address = homepage ?? (typeof repository === 'string' ? repository : repository?.url) ?? '';
  return address.replace(/^git\+/, '').replace(/\.git$/, '');
}

function licenceText(folder, manifest) {
  const files = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && licenceFile.test(entry.name))
    .map(({ name }) => name)
    .sort();
  if (files.length === 0) return statement(manifest);
  return files.map((file) => readFileSync(join(folder, file), 'utf8').trim()).join('\n\n---\n\n');
}

const noFile = 'The package has no file of its licence.';

function statement(manifest) {
  const author = typeof manifest.author === 'string' ? manifest.author : manifest.author?.name;
  const by = author ? ` by ${author}` : '';
  return `${noFile} Its manifest says: ${manifest.name} ${manifest.version}${by}, ${licenceName(manifest)}.`;
}

/** Short licences whose text is the same for everybody but for the name. */
const standardTexts = {
  MIT: `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`,
  ISC: `Permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby granted, provided that the above copyright notice and this permission notice appear in all copies.

THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH REGARD TO THIS SOFTWARE INCLUDING ALL IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR ANY SPECIAL, DIRECT, INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF OR IN CONNECTION WITH THE USE OR PERFORMANCE OF THIS SOFTWARE.`,
};

/** Long licences are the same for everybody: a package without their text gets that of one that has it. */
function withStandardTexts(packages) {
  const withText = packages.filter(({ text }) => !text.startsWith(noFile));
  return packages.map((one) => {
    if (!one.text.startsWith(noFile)) return one;
    const others = withText.filter(({ licence }) => licence === one.licence);
    const longest = others.sort((a, b) => b.text.length - a.text.length)[0]?.text;
    const text = standardTexts[one.licence] ?? longest;
    if (text === undefined)
      throw new Error(
        `licences: the text of ${one.licence} must be known, got none for ${one.name}; add it to scripts/licences.mjs`,
      );
    return { ...one, text: `${one.text}\n\n${text}` };
  });
}

/** What is not a package: the files of `resources/`, and colour maps taken over. */
function bundledFiles(folder) {
  const read = (...path) => readFileSync(join(folder, 'resources', ...path), 'utf8').trim();
  const attribution = read('ATTRIBUTION.md');
  return [
    {
      name: 'Arimo (embedded font)',
      version: '',
      licence: 'OFL-1.1',
      source: 'https://github.com/googlefonts/arimo',
      text: read('fonts', 'OFL.txt'),
    },
    {
      name: 'Optical Recognition of Handwritten Digits (data)',
      version: '',
      licence: 'CC-BY-4.0',
      source: 'https://archive.ics.uci.edu/dataset/80',
      text: `${attribution}\n\nCreative Commons Attribution 4.0 International: https://creativecommons.org/licenses/by/4.0/legalcode`,
    },
  ];
}

/** Puts `virtual:licences` into a build of the screens: a module whose `licences` are all of them. */
export function licencesPlugin(folder) {
  const id = 'virtual:licences';
  return {
    name: 'licences',
    resolveId: (wanted) => (wanted === id ? `\0${id}` : null),
    load: (wanted) =>
      wanted === `\0${id}`
        ? `export const licences = ${JSON.stringify(collectLicences(folder))};`
        : null,
  };
}
