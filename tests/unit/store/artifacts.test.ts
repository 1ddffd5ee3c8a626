import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  artifactPath,
  putArtifact,
  readArtifact,
  syncArtifacts,
  type ArtifactFiles,
} from '#main/store/artifacts';
import { DataFormatError, StoreError } from '#shared/errors';
import { temporaryFolder } from '../../fixtures/temporary-folder';

const bytes = new TextEncoder().encode('weights of a run');
const knownHash = 'b5d4045c3f466fa91fe2cc6abe79232a1a57cdf104f7a26e716e0a1e2789df78'; // of 'ABC'

function failingWith(code: string, on: keyof ArtifactFiles): ArtifactFiles {
  const fail = () => {
    throw Object.assign(new Error(code), { code });
  };
  return { ...fs, [on]: fail };
}

describe('putArtifact', () => {
  it('names a file by the SHA-256 of its bytes', () => {
    const folder = temporaryFolder();
    const put = putArtifact(folder, new TextEncoder().encode('ABC'));
    expect(put).toEqual({ hash: knownHash, sizeBytes: 3 });
    expect(fs.existsSync(join(folder, 'b5', knownHash))).toBe(true);
  });

  it('keeps the same bytes once and leaves no temporary file', () => {
    const folder = temporaryFolder();
    const first = putArtifact(folder, bytes);
    expect(putArtifact(folder, bytes)).toEqual(first);
    const files = fs.readdirSync(folder, { recursive: true, withFileTypes: true });
    expect(files.filter((file) => file.isFile()).map((file) => file.name)).toEqual([first.hash]);
  });

  it('replaces a damaged file under the same hash', () => {
    const folder = temporaryFolder();
    const { hash } = putArtifact(folder, bytes);
    fs.writeFileSync(artifactPath(folder, hash), '');
    putArtifact(folder, bytes);
    expect(readArtifact(folder, hash)).toEqual(Buffer.from(bytes));
  });

  it.each([
    ['ENOSPC', 'writeFileSync', /full disk/],
    ['EACCES', 'mkdirSync', /no permission/],
    ['EROFS', 'renameSync', /read-only file system/],
  ] as const)('says what %s means and leaves nothing behind', (code, on, words) => {
    const folder = temporaryFolder();
    const put = () => putArtifact(folder, bytes, failingWith(code, on));
    expect(put).toThrow(StoreError);
    expect(put).toThrow(words);
    const files = fs.readdirSync(folder, { recursive: true, withFileTypes: true });
    expect(files.filter((file) => file.isFile())).toEqual([]);
  });
});

describe('readArtifact', () => {
  it('refuses bytes that do not fit the hash', () => {
    const folder = temporaryFolder();
    const { hash } = putArtifact(folder, bytes);
    fs.appendFileSync(artifactPath(folder, hash), 'x');
    expect(() => readArtifact(folder, hash)).toThrow(DataFormatError);
  });

  it('says that a file is missing', () => {
    expect(() => readArtifact(temporaryFolder(), knownHash)).toThrow(
      expect.objectContaining({ code: 'not-found' }),
    );
  });

  it('says in one line that a folder is in its place, when read and when put again', () => {
    const folder = temporaryFolder();
    const { hash } = putArtifact(folder, bytes);
    const path = artifactPath(folder, hash);
    fs.rmSync(path);
    fs.mkdirSync(path);
    for (const meet of [() => readArtifact(folder, hash), () => putArtifact(folder, bytes)]) {
      expect(meet).toThrow(DataFormatError);
      expect(meet).toThrow(
        /^[^\n]*must be a file, got a folder; phasescape doctor --project [^\n]*$/,
      );
    }
  });

  it.each(['missing', 'damaged'])('advises a repair when a file is %s', (how) => {
    const folder = join(temporaryFolder(), 'artifacts');
    const { hash } = putArtifact(folder, bytes);
    if (how === 'missing') fs.rmSync(artifactPath(folder, hash));
    else fs.writeFileSync(artifactPath(folder, hash), 'x');
    expect(() => readArtifact(folder, hash)).toThrow(
      `phasescape doctor --project ${dirname(folder)} --repair, then run the experiment again`,
    );
  });

  it('refuses a name that is not a hash, so that no path can be smuggled in', () => {
    expect(() => readArtifact(temporaryFolder(), '../../etc/passwd')).toThrow(DataFormatError);
  });
});

describe('syncArtifacts', () => {
  it('refuses to call a missing file durable', async () => {
    await expect(syncArtifacts(temporaryFolder(), [knownHash])).rejects.toThrow(StoreError);
  });

  it('accepts files that are there', async () => {
    const folder = temporaryFolder();
    const { hash } = putArtifact(folder, bytes);
    await expect(syncArtifacts(folder, [hash, hash])).resolves.toBeUndefined();
  });
});
