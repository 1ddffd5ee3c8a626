/**
 * What stays of a served project's address from one start to the next: its secret and its port, so that a page that is open finds the
 * restarted workbench by itself. Kept in the user's own state folder and not in the project, which may be copied or shared.
 * Why: docs/decisions/2026-11-21-address-of-a-served-project.md.
 */
import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { z } from 'zod';

const addressSchema = z.object({
  /** 24 random bytes: whoever has them may use the workbench. */
  token: z.string().regex(/^[A-Za-z0-9_-]{32}$/),
  /** The port it was served at last; null before. */
  port: z.number().int().min(1).max(65_535).nullable(),
});
type ServedAddress = z.output<typeof addressSchema>;

/** A secret that was not used for this long is replaced. */
const forgottenAfterMs = 30 * 24 * 60 * 60 * 1000;

/** The folder for what a program remembers of its runs: by XDG's rules, and where other systems have theirs. */
function stateFolder(): string {
  const { XDG_STATE_HOME: xdg, LOCALAPPDATA: local } = process.env;
  if (xdg !== undefined && xdg !== '') return join(xdg, 'phasescape');
  if (process.platform === 'darwin')
    return join(homedir(), 'Library', 'Application Support', 'phasescape');
  if (process.platform === 'win32' && local) return join(local, 'phasescape');
  return join(homedir(), '.local', 'state', 'phasescape');
}

/** A secret that cannot be guessed. */
export function newToken(): string {
  return randomBytes(24).toString('base64url');
}

/** A path without links, of what is not there yet too. */
function realPath(path: string): string {
  if (existsSync(path)) return realpathSync(path);
  const above = dirname(path);
  return above === path ? path : join(realPath(above), basename(path));
}

/** The remembered address of one project, served one way: a read-only page must never hold the secret of a writable one. */
export class AddressBook {
  readonly #file: string;

  /**
   * @param project - its folder, which may not be there yet
   * @param folder - the program's state folder; tests pass their own
   */
  constructor(project: string, mode: 'read' | 'write', folder = stateFolder()) {
    const key = createHash('sha256')
      .update(`${mode} ${realPath(resolve(project))}`)
      .digest('hex');
    this.#file = join(folder, 'served', `${key.slice(0, 32)}.json`);
  }

  /** The address of the last start; a new secret where there is none that nobody else could have read, or an old one. */
  recall(): ServedAddress {
    return this.#read() ?? { token: newToken(), port: null };
  }

  /** Keeps an address for the next start, readable by this user alone. @throws what the file system throws */
  remember(address: ServedAddress): void {
    const folder = dirname(this.#file);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    chmodSync(folder, 0o700);
    const fresh = `${this.#file}.${process.pid}`;
    writeFileSync(fresh, `${JSON.stringify(address)}\n`, { mode: 0o600 });
    renameSync(fresh, this.#file);
  }

  #read(): ServedAddress | null {
    const found = statSync(this.#file, { throwIfNoEntry: false });
    if (!found?.isFile() || !isPrivate(found)) return null;
    if (Date.now() - found.mtimeMs > forgottenAfterMs) return null;
    try {
      return addressSchema.parse(JSON.parse(readFileSync(this.#file, 'utf8')));
    } catch {
      return null; // not ours, or torn: a new secret is as good
    }
  }
}

/** Whether nobody but this user can read or replace the file; Windows keeps a user's folder private by itself. */
function isPrivate({ mode, uid }: { readonly mode: number; readonly uid: number }): boolean {
  if (process.platform === 'win32') return true;
  return (mode & 0o077) === 0 && uid === process.getuid?.();
}
