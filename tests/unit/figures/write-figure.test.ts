import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { inflateSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sweepCells } from '../../reference/sweeps/sweep-cells';
import { digitsSource } from '../../fixtures/figure-source';
import { renderFigure, writeFigure } from '../../../src-main/figures/figure';

const resourcesFolder = resolve(import.meta.dirname, '../../../resources');
const request = { results: sweepCells(), kind: 'phase-diagram', source: digitsSource() } as const;

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'phasescape-figure-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('writeFigure', () => {
  it('writes the picture, its data, provenance and methods, and nothing else', async () => {
    const { paths } = await writeFigure(join(folder, 'fig.svg'), request, { resourcesFolder });
    expect(paths).toEqual(['svg', 'csv', 'json', 'md'].map((end) => join(folder, `fig.${end}`)));
    expect((await readdir(folder)).sort()).toEqual(['fig.csv', 'fig.json', 'fig.md', 'fig.svg']);
    expect(await readFile(join(folder, 'fig.svg'), 'utf8')).toMatch(/^<svg [^>]*width="180mm"/);
  });

  it('writes a PNG of the size and resolution asked for', async () => {
    const sized = { ...request, page: { dpi: 200 } };
    await writeFigure(join(folder, 'fig.png'), sized, { resourcesFolder });
    const png = await readFile(join(folder, 'fig.png'));
    expect(png.subarray(1, 4).toString('latin1')).toBe('PNG');
    expect(png.readUInt32BE(16)).toBe(Math.round((180 / 25.4) * 200));
    const physical = png.indexOf('pHYs', 0, 'latin1');
    expect(png.readUInt32BE(physical + 4)).toBe(Math.round(200 / 0.0254));
  });

  it('writes a PDF page of physical size with the font embedded and vectors at scale 1', async () => {
    await writeFigure(join(folder, 'fig.pdf'), request, { resourcesFolder });
    const pdf = await readFile(join(folder, 'fig.pdf'));
    const plain = pdf.toString('latin1');
    expect(plain).toMatch(/\/MediaBox \[0 0 510\.24 /);
    expect(plain).toContain('/FontFile2');
    expect(plain).toContain('Arimo-Regular');
    expect(plain).not.toContain('/Subtype /Image');
    const content = streamsOf(pdf).find((stream) => stream.includes(' re\n')) ?? '';
    for (const [, a] of content.matchAll(/(?:^|\n)([\d.-]+) 0 0 [\d.-]+ [\d.-]+ [\d.-]+ cm/g))
      expect(Math.abs(Number(a))).toBe(1);
  });

  it('replaces an older figure', async () => {
    await writeFile(join(folder, 'fig.svg'), 'old');
    await writeFigure(join(folder, 'fig.svg'), request, { resourcesFolder });
    expect(await readFile(join(folder, 'fig.svg'), 'utf8')).toContain('<svg');
  });

  it.each(['csv', 'json', 'md'])(
    'writes over no other file that has the name of one of its own: .%s',
    async (end) => {
      const others = join(folder, `fig.${end}`);
      await writeFile(others, '{"specVersion": 1}');
      const written = writeFigure(join(folder, 'fig.svg'), request, { resourcesFolder });
      await expect(written).rejects.toMatchObject({ code: 'invalid-input' });
      expect(await readFile(others, 'utf8')).toBe('{"specVersion": 1}');
      expect(await readdir(folder)).toEqual([`fig.${end}`]);
    },
  );

  it('replaces all files of an older figure', async () => {
    await writeFigure(join(folder, 'fig.svg'), request, { resourcesFolder });
    const heat = { ...request, kind: 'heatmap', metric: 'trainLoss' } as const;
    await writeFigure(join(folder, 'fig.svg'), heat, { resourcesFolder });
    expect(JSON.parse(await readFile(join(folder, 'fig.json'), 'utf8'))).toMatchObject({
      figure: { kind: 'heatmap' },
    });
  });

  it('refuses other endings, and a folder in the place of a file, and then writes nothing', async () => {
    const write = (name: string) => writeFigure(join(folder, name), request, { resourcesFolder });
    await expect(write('fig.gif')).rejects.toThrow(/must end in .svg, .pdf or .png/);
    await mkdir(join(folder, 'fig.csv'));
    await expect(write('fig.svg')).rejects.toThrow(/must be a file, got a folder/);
    expect(await readdir(folder)).toEqual(['fig.csv']);
  });

  it('says that a folder is not there or is a file, and leaves nothing behind', async () => {
    const missing = join(folder, 'not', 'there', 'fig.svg');
    await expect(writeFigure(missing, request, { resourcesFolder })).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining('there must exist, got none; make it') as string,
    });
    const file = join(folder, 'file');
    await writeFile(file, '');
    await expect(
      writeFigure(join(file, 'fig.svg'), request, { resourcesFolder }),
    ).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining('file must exist, got a file') as string,
    });
    expect(await readdir(folder)).toEqual(['file']);
  });

  it.skipIf(process.platform !== 'linux')('says that a folder cannot be written', async () => {
    await expect(writeFigure('/proc/fig.svg', request, { resourcesFolder })).rejects.toMatchObject({
      code: 'environment',
      message: expect.stringContaining('/proc must be writable, got E') as string,
    });
  });

  it('refuses a metric for a phase diagram, which would not show it', () => {
    expect(() => renderFigure({ ...request, kind: 'phase-diagram', metric: 'cka' })).toThrow(
      /phase-diagram must be without a metric, got "cka"/,
    );
  });
});

/** The deflated streams of a PDF as text. */
function streamsOf(pdf: Buffer): string[] {
  const streams: string[] = [];
  let at = pdf.indexOf('stream\n');
  while (at >= 0) {
    const start = at + 'stream\n'.length;
    const end = pdf.indexOf('\nendstream', start);
    const dictionary = pdf.subarray(Math.max(0, at - 200), at).toString('latin1');
    if (dictionary.includes('FlateDecode'))
      streams.push(inflateSync(pdf.subarray(start, end)).toString('latin1'));
    at = pdf.indexOf('stream\n', end + '\nendstream'.length);
  }
  return streams;
}
