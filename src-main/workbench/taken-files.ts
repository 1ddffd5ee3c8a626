/** Files made for a screen: kept until they are fetched, piece by piece, and removed with the next ones or the workbench. */
import { closeSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PhasescapeError } from '#shared/errors';
import { showValue } from '#shared/show-value';

/** Of one answer: small enough that others are answered in between. */
const pieceBytes = 2 ** 20;

/** Folders of files, by the id that a screen was told; one at a time. */
export class TakenFiles implements Disposable {
  #last: { readonly id: string; readonly folder: string } | null = null;

  /** A new folder for files; those before are removed. @returns its id and path */
  begin(): { readonly id: string; readonly folder: string } {
    this[Symbol.dispose]();
    const folder = mkdtempSync(join(tmpdir(), 'phasescape-export-'));
    this.#last = { id: folder.slice(-6), folder };
    return this.#last;
  }

  /**
   * A piece of a file, from `offset` on; an empty one at its end.
   * @param name - of the file in its folder
   * @throws PhasescapeError `not-found` for files that are gone
   */
  read(id: string, name: string, offset: number): Buffer {
    if (this.#last?.id !== id || /[\\/]/.test(name))
      throw new PhasescapeError(
        'not-found',
        `export: must be the last one made, got ${showValue(id)}; export again`,
      );
    const file = openSync(join(this.#last.folder, name), 'r');
    try {
      const piece = Buffer.alloc(pieceBytes);
      return piece.subarray(0, readSync(file, piece, 0, pieceBytes, offset));
    } finally {
      closeSync(file);
    }
  }

  [Symbol.dispose](): void {
    if (this.#last) rmSync(this.#last.folder, { recursive: true, force: true });
    this.#last = null;
  }
}
