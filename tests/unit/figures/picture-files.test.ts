/** The files that pictures become, read back by their formats: PDF by its own structure (and by poppler where it is installed), PNG by its chunks. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FigurePage } from '#shared/domain/figure-page';
import type { FigureSettings } from '#shared/domain/figure-settings';
import { publishedCells } from '../../reference/published/published-cells';
import { digitsSource } from '../../fixtures/figure-source';
import { readPdf } from '../../fixtures/read-pdf';
import { paintFigure, renderFigure } from '../../../src-main/figures/figure';

const resourcesFolder = resolve(import.meta.dirname, '../../../resources');
/** 15 x 14 cells with seven panels, and as many tasks as a sweep of five seeds has. */
const results = publishedCells({ spread: true });
const source = {
  ...digitsSource(),
  taskIds: Array.from({ length: 4200 }, (_, i) => i.toString(16).padStart(64, '0')),
};
const requestOf = (page: FigurePage, settings: FigureSettings = { kind: 'phase-diagram' }) => ({
  ...settings,
  results,
  source,
  page,
});
const paint = (format: 'pdf' | 'png', page: FigurePage) =>
  paintFigure(format, requestOf(page), { resourcesFolder });
const mm = (points: number) => (points * 25.4) / 72;
const axisTitles = ['Width', 'Batch size (hot at the top)'];
const hasPoppler = spawnSync('pdffonts', ['-v']).error === undefined;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'phasescape-pictures-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('a figure as PDF', () => {
  it.each([
    [{ width: 89, fontSize: 6 }, 'Arimo'],
    [{ width: 183, font: 'serif', height: 120 }, 'Tinos'],
    [{ width: 139.7, fontSize: 9, font: 'serif', caption: false }, 'Tinos'],
  ] as const)(
    'has the asked size, embedded TrueType alone, and its words: %j',
    async (page, family) => {
      const pdf = readPdf(await paint('pdf', page));
      expect(Math.abs(mm(pdf.page[0]) - page.width)).toBeLessThan(0.1);
      if ('height' in page) expect(Math.abs(mm(pdf.page[1]) - page.height)).toBeLessThan(0.1);
      const composite = pdf.fonts.filter(({ subtype }) => subtype === 'Type0');
      const descendants = pdf.fonts.filter(({ subtype }) => subtype === 'CIDFontType2');
      expect(composite.length).toBeGreaterThan(0);
      expect(composite.length + descendants.length).toBe(pdf.fonts.length);
      for (const font of descendants) expect(font.hasFile).toBe(true);
      for (const { name } of pdf.fonts) expect(name).toMatch(new RegExp(`^[A-Z]{6}\\+${family}`));
      for (const title of axisTitles) expect(pdf.words).toContain(title);
      expect(pdf.words).toContain('Test accuracy');
      // Cells are vectors: a picture inside is for surfaces alone.
      expect(pdf.images).toBe(0);
    },
  );

  it.skipIf(!hasPoppler)('is seen so by poppler too', async () => {
    const file = join(folder, 'figure.pdf');
    writeFileSync(file, await paint('pdf', { width: 89, fontSize: 6 }));
    const run = (name: string, ...args: string[]) => execFileSync(name, args, { encoding: 'utf8' });
    const fonts = run('pdffonts', file).trimEnd().split('\n').slice(2);
    expect(fonts.length).toBeGreaterThan(0);
    for (const line of fonts) expect(line).toMatch(/Arimo-\w+ +CID TrueType +\S+ +yes yes yes/);
    const words = run('pdftotext', file, '-');
    for (const title of axisTitles) expect(words).toContain(title);
    const [, width = ''] = /Page size: +([\d.]+) x/.exec(run('pdfinfo', file)) ?? [];
    expect(Math.abs(mm(Number(width)) - 89)).toBeLessThan(0.1);
    const [, told = ''] = /Provenance: +(.*)/.exec(run('pdfinfo', '-custom', file)) ?? [];
    expect(JSON.parse(told)).toMatchObject({
      provenanceVersion: 1,
      experiment: results.experiment,
    });
  });
});

/** Type and content of every chunk; each with the right check sum. */
function chunksOf(png: Uint8Array): readonly { type: string; content: Buffer }[] {
  const bytes = Buffer.from(png);
  const chunks = [];
  for (let at = 8; at < bytes.length;) {
    const length = bytes.readUInt32BE(at);
    const typed = bytes.subarray(at + 4, at + 8 + length);
    expect(bytes.readUInt32BE(at + 8 + length)).toBe(crc32(typed));
    chunks.push({ type: typed.toString('latin1', 0, 4), content: typed.subarray(4) });
    at += 12 + length;
  }
  return chunks;
}

describe('a figure as PNG', () => {
  it.each([300, 600])('has the pixels of its size at %i dots an inch, and says so', async (dpi) => {
    const chunks = chunksOf(await paint('png', { width: 89, dpi, caption: false }));
    const contentOf = (type: string) => chunks.find((chunk) => chunk.type === type)?.content;
    expect(contentOf('IHDR')?.readUInt32BE(0)).toBe(Math.round((89 / 25.4) * dpi));
    const { svg } = renderFigure(requestOf({ width: 89, dpi, caption: false }));
    const [, height = ''] = /height="([\d.]+)mm"/.exec(svg) ?? [];
    const rows = contentOf('IHDR')?.readUInt32BE(4) ?? 0;
    expect(Math.abs(rows - (Number(height) / 25.4) * dpi)).toBeLessThanOrEqual(1);
    const physical = contentOf('pHYs');
    expect([physical?.readUInt32BE(0), physical?.readUInt32BE(4), physical?.[8]]).toEqual([
      Math.round(dpi / 0.0254),
      Math.round(dpi / 0.0254),
      1,
    ]);
  });

  it('holds its title and what made it as text', async () => {
    const title = 'Breite \u2265 4';
    const chunks = chunksOf(await paint('png', { width: 60, fontSize: 5, dpi: 72, title }));
    const texts = new Map(
      chunks
        .filter(({ type }) => type === 'iTXt')
        .map(({ content }) => {
          const end = content.indexOf(0);
          // Neither compressed, nor of a language, nor with a translated keyword.
          expect([...content.subarray(end, end + 5)]).toEqual([0, 0, 0, 0, 0]);
          return [content.toString('latin1', 0, end), content.toString('utf8', end + 5)];
        }),
    );
    expect(texts.get('Title')).toBe(title);
    expect(JSON.parse(texts.get('Provenance') ?? '')).toMatchObject({
      experiment: results.experiment,
      tasks: { count: 4200 },
    });
  });
});

describe('a figure as SVG', () => {
  it('of 15 x 14 cells and seven panels is below a megabyte, without a raster', () => {
    const { svg } = renderFigure(requestOf({}));
    expect(results.cells).toHaveLength(210);
    expect(Buffer.byteLength(svg)).toBeLessThan(1_000_000);
    expect(svg).not.toMatch(/<image|base64/);
  });

  it('holds what made it, without the digests of files that would hold themselves', () => {
    const { svg, provenance } = renderFigure(requestOf({ title: 'a < b & "c"' }));
    const [, inside = ''] = /<metadata>(.*)<\/metadata>/.exec(svg) ?? [];
    const plain = inside.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
    const { tasks, ...told } = JSON.parse(plain) as Record<string, unknown>;
    const { tasks: _list, sha256: _digests, ...whole } = JSON.parse(provenance) as typeof told;
    expect(told).toEqual(whole);
    expect(tasks).toMatchObject({ count: 4200 });
    expect((tasks as { sha256: string }).sha256).toMatch(/^[0-9a-f]{64}$/);
  });
});
