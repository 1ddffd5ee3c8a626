/** The files of the built renderer, and nothing else. */
import { readFile, realpath } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.ttf': 'font/ttf',
  '.wasm': 'application/wasm',
  '.map': 'application/json',
};

export interface StaticFile {
  readonly bytes: Uint8Array;
  readonly type: string;
  /** Its name carries a hash of its content. */
  readonly isImmutable: boolean;
}

/**
 * A file of the folder by the path of an address; `/` is `index.html`.
 * @returns null for whatever is not a plain file of a known type inside the folder: dots, links that lead out, other types
 */
export async function staticFile(folder: string, pathname: string): Promise<StaticFile | null> {
  let path: string;
  try {
    path = decodeURIComponent(pathname);
  } catch {
    return null; // not a well-formed address
  }
  if (path === '/') path = '/index.html';
  const type = types[extname(path)];
  const isPlain = /^(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)+$/.test(path);
  if (type === undefined || !isPlain) return null;
  try {
    const root = await realpath(folder);
    const file = await realpath(join(root, path));
    if (!file.startsWith(root + sep)) return null;
    const bytes = await readFile(file);
    return { bytes, type, isImmutable: /^\/assets\/.*-[A-Za-z0-9_-]{8}\./.test(path) };
  } catch {
    return null; // no such file
  }
}
