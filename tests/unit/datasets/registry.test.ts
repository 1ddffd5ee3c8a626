import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCatalogue } from '#main/datasets/catalogue';
import { readForImport, type ImportSource } from '#main/datasets/registry/read-for-import';
import { registerDataset, unregisterDataset } from '#main/datasets/registry/register';
import { defaultRegistryFolder } from '#main/datasets/registry/registry-folder';
import { datasetSchema } from '#shared/domain/dataset-spec';
import { checkSpec } from '#shared/domain/check-spec';
import { ConflictError, DataFormatError, PhasescapeError } from '#shared/errors';
import { cifarRecord } from '../../fixtures/data-files';
import { digitsSpec } from '../../fixtures/specs';
import { temporaryFolder } from '../../fixtures/temporary-folder';
import { resourcesFolder } from '../metrics/cell-context';

const registered = (name: string) => datasetSchema.parse({ name });

/** A folder with a registry, and a table of four samples beside it. */
function place(table = '1,10,0\n2,20,1\n3,30,0\n4,40,1\n5,70,1\n') {
  const folder = temporaryFolder();
  const file = join(folder, 'table.csv');
  writeFileSync(file, table);
  const registryFolder = join(folder, 'registry');
  const folders = { resourcesFolder, registryFolder };
  const put = (name: string, source: Partial<ImportSource> = {}, options = {}) =>
    registerDataset(readForImport({ path: file, ...source }), { registryFolder, name, ...options });
  return { folder, file, registryFolder, put, catalogue: () => readCatalogue(folders) };
}

describe('registerDataset', () => {
  it('makes a data set that specs can name, with the test part split off', () => {
    const { put, catalogue } = place();
    const manifest = put('table');
    expect([manifest.trainCount, manifest.testCount, manifest.classes]).toEqual([4, 1, 2]);
    const { list, ...found } = catalogue();
    expect(list.at(-1)).toMatchObject({ name: 'table', inputs: 2, sample: { kind: 'features' } });
    const { train, test, all } = found.open(registered('table'));
    expect([train.count, test.count, all.count]).toEqual([4, 1, 5]);
    expect(train.inputs.buffer).toBe(test.inputs.buffer);
    const check = checkSpec(
      {
        ...digitsSpec(),
        dataset: { name: 'table' },
        axes: [],
        metrics: [],
        training: { epochs: 1, batchSize: 2 },
      },
      list,
    );
    expect(check.ok).toBe(true);
  });

  it('brings the training part to mean 0 and standard deviation 1, the test part by the same numbers', () => {
    const { put, catalogue, folder } = place('0,5,0\n2,5,1\n4,5,0\n6,5,1\n');
    writeFileSync(join(folder, 'test.csv'), '3,6,0\n');
    put('table', { test: join(folder, 'test.csv') });
    const { train, test } = catalogue().open(registered('table'));
    const sd = Math.sqrt(5);
    const expected = [-3, -1, 1, 3].flatMap((v) => [Math.fround(v / sd), 0]);
    expect(Array.from(train.inputs)).toEqual(expected);
    // The second column never varies: it is divided by 1.
    expect(Array.from(test.inputs)).toEqual([0, 1]);
  });

  it('keeps bytes as bytes and normalises them by channel', () => {
    const { put, catalogue, folder } = place();
    const path = join(folder, 'data_batch_1.bin');
    writeFileSync(path, Buffer.concat([1, 2, 3, 4, 5].map((label) => cifarRecord(label))));
    const unit = put('unit', { path });
    expect([unit.element, unit.normalisation.divisor]).toEqual(['uint8', [255, 255, 255]]);
    const standard = put('standard', { path }, { normalisation: 'standard' });
    expect(standard.digest).not.toBe(unit.digest);
    const { train } = catalogue().open(registered('standard'));
    for (let channel = 0; channel < 3; channel++) {
      const values = train.inputs.filter((_, i) => i % 3 === channel);
      const mean = values.reduce((a, b) => a + b, 0) / values.length;
      const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length;
      expect(Math.abs(mean)).toBeLessThan(1e-5);
      expect(Math.abs(variance - 1)).toBeLessThan(1e-4);
    }
    const { train: plain } = catalogue().open(registered('unit'));
    expect(plain.inputs.every((v) => v >= 0 && v <= 1)).toBe(true);
  });

  it('takes the same again, and refuses other samples under the same name with both digests', () => {
    const { put, file, registryFolder } = place();
    const first = put('table');
    expect(put('table')).toEqual(first);
    appendFileSync(file, '9,9,1\n');
    const second = put('other');
    expect(() => put('table')).toThrow(ConflictError);
    expect(() => put('table')).toThrow(new RegExp(`${first.digest}, got ${second.digest}`));
    expect(readdirSync(registryFolder).sort()).toEqual(['other', 'table']);
  });

  it.each(['digits', 'two-spirals', '../x', 'A', '', '.hidden'])('refuses the name %j', (name) => {
    expect(() => place().put(name)).toThrow(/^name: must/);
  });

  it('leaves the registry when asked', () => {
    const { put, catalogue, registryFolder } = place();
    put('table');
    unregisterDataset(registryFolder, 'table');
    expect(catalogue().list.some((d) => d.name === 'table')).toBe(false);
    expect(() => unregisterDataset(registryFolder, 'table')).toThrow(/must be registered/);
  });
});

describe('a registered data set that was changed', () => {
  it('is refused with both digests: one byte of its samples', () => {
    const { put, catalogue, registryFolder } = place();
    const { samplesSha256 } = put('table');
    const file = join(registryFolder, 'table', 'samples.bin');
    const bytes = readFileSync(file);
    bytes[3] = (bytes[3] as number) ^ 1;
    writeFileSync(file, bytes);
    const open = () => catalogue().open(registered('table'));
    expect(open).toThrow(DataFormatError);
    expect(open).toThrow(new RegExp(`with SHA-256 ${samplesSha256}, got [0-9a-f]{64}`));
    appendFileSync(file, 'x');
    expect(open).toThrow(/got a file of \d+ bytes/);
  });

  it('is refused with both digests: its normalisation; the others are still there', () => {
    const { put, catalogue, registryFolder } = place();
    const { digest } = put('table');
    put('whole');
    const file = join(registryFolder, 'table', 'dataset.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"kind": "standard"', '"kind": "none"'));
    const { list, ...found } = catalogue();
    // A spec that names it is told why it cannot be used.
    expect(list.map((d) => d.name).slice(-2)).toEqual(['table', 'whole']);
    writeFileSync(join(registryFolder, 'whole', 'dataset.json'), 'no JSON');
    expect(catalogue().list.at(-1)?.name).toBe('table');
    expect(() => catalogue().describe(registered('whole'))).toThrow(/must have its dataset\.json/);
    expect(() => found.describe(registered('table'))).toThrow(
      new RegExp(`${digest}, got [0-9a-f]{64}`),
    );
  });
});

describe('a registered data set that was damaged', () => {
  const ways: [string, (folder: string) => void][] = [
    [
      'without its samples',
      (folder) => {
        rmSync(join(folder, 'samples.bin'));
      },
    ],
    [
      'with another byte',
      (folder) => {
        const path = join(folder, 'samples.bin');
        const bytes = readFileSync(path);
        bytes[0] = 99;
        writeFileSync(path, bytes);
      },
    ],
    [
      'with half a description',
      (folder) => {
        writeFileSync(join(folder, 'dataset.json'), '{');
      },
    ],
    [
      'with another normalisation',
      (folder) => {
        const path = join(folder, 'dataset.json');
        writeFileSync(path, readFileSync(path, 'utf8').replace('"standard"', '"unit"'));
      },
    ],
  ];
  it.each(ways)('is whole again when the same files are imported again: %s', (_name, damage) => {
    const { put, catalogue, registryFolder } = place();
    const { digest } = put('table');
    const whole = Array.from(catalogue().open(registered('table')).all.inputs);
    damage(join(registryFolder, 'table'));
    expect(() => catalogue().open(registered('table'))).toThrow(PhasescapeError);
    expect(put('table').digest).toBe(digest);
    expect(Array.from(catalogue().open(registered('table')).all.inputs)).toEqual(whole);
    expect(readdirSync(registryFolder)).toEqual(['table']);
  });

  it('is left alone where it is of a newer version, or no data set at all', () => {
    const { put, registryFolder } = place();
    put('table');
    const path = join(registryFolder, 'table', 'dataset.json');
    const newer = readFileSync(path, 'utf8').replace(
      '"registryVersion": 1',
      '"registryVersion": 2',
    );
    writeFileSync(path, newer);
    expect(() => put('table')).toThrow(/must be of registry version 1, got 2/);
    expect(readFileSync(path, 'utf8')).toBe(newer);
    mkdirSync(join(registryFolder, 'mine'));
    writeFileSync(join(registryFolder, 'mine', 'thesis.txt'), 'dear');
    expect(() => put('mine')).toThrow(/must be the name of nothing else/);
    expect(readdirSync(join(registryFolder, 'mine'))).toEqual(['thesis.txt']);
  });
});

describe('an import that was killed', () => {
  it('leaves a folder that the next import takes away after a day', () => {
    const { put, registryFolder } = place();
    put('table');
    for (const name of ['.importing-old', '.importing-new']) mkdirSync(join(registryFolder, name));
    utimesSync(join(registryFolder, '.importing-old'), 0, 0);
    put('other');
    expect(readdirSync(registryFolder).sort()).toEqual(['.importing-new', 'other', 'table']);
  });
});

describe('normalisation', () => {
  it('of a column that never varies is by 1, whatever its mean rounds to', () => {
    const rows = Array.from({ length: 7 }, (_, i) => `0.1,${i},${i % 2}\n`).join('');
    const { put, catalogue, folder } = place(rows);
    writeFileSync(join(folder, 'test.csv'), '0.2,3,0\n');
    put('table', { test: join(folder, 'test.csv') });
    const { train, test } = catalogue().open(registered('table'));
    expect(train.inputs[0]).toBe(0);
    expect(test.inputs[0]).toBeCloseTo(0.1, 6);
  });

  it('that makes infinite numbers of a test part is refused', () => {
    const { put, folder, registryFolder } = place('1e-30,0\n0,1\n1e-30,0\n0,1\n');
    writeFileSync(join(folder, 'test.csv'), '3e38,0\n');
    const test = join(folder, 'test.csv');
    expect(() => put('table', { test })).toThrow(
      /test part, sample 1, value 1: must be finite after normalisation/,
    );
    expect(existsSync(registryFolder)).toBe(false);
    expect(put('table', { test }, { normalisation: 'none' }).testCount).toBe(1);
  });
});

describe('readForImport', () => {
  it('refuses labels that leave out a class, a single class, and a test label beyond the classes', () => {
    const refused = (table: string, test?: string) => {
      const { folder, file } = place(table);
      if (test === undefined) return () => readForImport({ path: file });
      writeFileSync(join(folder, 'test.csv'), test);
      return () => readForImport({ path: file, test: join(folder, 'test.csv') });
    };
    expect(refused('1,0\n2,2\n3,0\n4,2\n5,2\n6,0\n')).toThrow(
      /classes 0\.\.2, got none of class 1/,
    );
    expect(refused('1,0\n2,0\n3,0\n')).toThrow(/at least two classes, got one/);
    expect(refused('1,0\n2,1\n', '1,7\n')).toThrow(
      /test sample 1: labels must be among the 2 classes .* got 7/,
    );
  });
});

describe('defaultRegistryFolder', () => {
  it('is what the environment names, else the custom of the system', () => {
    expect(defaultRegistryFolder({ PHASESCAPE_DATASETS: '/data' })).toBe('/data');
    expect(defaultRegistryFolder({ XDG_DATA_HOME: '/share' }, 'linux')).toBe(
      '/share/phasescape/datasets',
    );
    expect(defaultRegistryFolder({}, 'darwin')).toContain('Application Support');
  });
});
