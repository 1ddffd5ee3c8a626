import { describe, expect, it } from 'vitest';
import { figurePageSchema, panelLetter, type FigurePage } from '#shared/domain/figure-page';
import type { FigureSettings } from '#shared/domain/figure-settings';
import { figureWidths, findWidth, parseLength } from '#shared/domain/figure-widths';
import { publishedCells } from '../../reference/published/published-cells';
import { sweepCells } from '../../reference/sweeps/sweep-cells';
import { digitsSource, importedSource } from '../../fixtures/figure-source';
import { renderFigure } from '../../../src-main/figures/figure';
import { pageSize } from '../../../src-main/figures/page-size';
import { textBoxes, textClashes } from '../../../src-main/figures/text-clashes';

const kinds: readonly FigureSettings[] = [
  { kind: 'phase-diagram' },
  { kind: 'heatmap', metric: 'cka' },
  { kind: 'connectivity-sharpness' },
  { kind: 'slice', metric: 'testAccuracy' },
  { kind: 'slice', panels: ['testAccuracy', 'cka', 'trainLoss', 'hessianTrace'] },
];
const sweep = { results: sweepCells(), source: digitsSource() };
const published = { results: publishedCells({ spread: true }), source: importedSource };
const draw = (page: FigurePage, settings: FigureSettings = { kind: 'phase-diagram' }) =>
  renderFigure({ ...settings, ...sweep, page });
const wordsOf = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map((m) => m[1]);
const millimetres = (svg: string) =>
  (/width="([\d.]+)mm" height="([\d.]+)mm"/.exec(svg) ?? []).slice(1).map(Number);

describe('the widths of venues', () => {
  it('are those of their guides, told apart by name', () => {
    expect(findWidth('nature-single')?.widthMm).toBe(89);
    expect(findWidth('neurips')?.widthMm).toBe(139.7);
    expect(findWidth('ieee-double')?.widthMm).toBe(181.86);
    // 241.147 TeX points are 3.3367 inches.
    expect(findWidth('acm-single')?.widthMm).toBe(84.75);
    expect(new Set(figureWidths.map(({ name }) => name)).size).toBe(figureWidths.length);
    for (const { widthMm } of figureWidths)
      expect(figurePageSchema.safeParse({ width: widthMm }).success).toBe(true);
  });

  it('may be lengths with a unit', () => {
    expect(parseLength('85')).toBe(85);
    expect(parseLength(' 8.5 cm')).toBe(85);
    expect(parseLength('3.25in')).toBe(82.55);
    for (const wrong of ['', 'mm', '0', '-3', '3 feet', '1e3', 'NaN', '3.2.1'])
      expect(parseLength(wrong)).toBeNull();
  });
});

describe('the page of a figure', () => {
  it('has room for all of its words at every venue, font and size in use', () => {
    for (const request of [sweep, published])
      for (const settings of kinds)
        for (const { widthMm } of figureWidths)
          for (const [font, fontSize] of [
            ['sans', 5],
            ['sans', 8],
            ['serif', 10],
          ] as const) {
            const page = {
              width: widthMm,
              font,
              fontSize,
              title: 'A title',
              letters: '(a)',
            } as const;
            const { svg } = renderFigure({ ...settings, ...request, page });
            const boxes = textBoxes(svg, font);
            expect(boxes.length).toBe(wordsOf(svg).length);
            expect(textClashes(boxes, pageSize(svg))).toEqual([]);
            expect(Math.min(...boxes.map(({ size }) => size))).toBeCloseTo(fontSize, 3);
            expect(millimetres(svg)[0]).toBeCloseTo(widthMm, 1);
          }
  });

  it('says how large its text is, and which words have no room', () => {
    expect(draw({ width: 89, fontSize: 6 }).notes).toEqual([
      expect.stringMatching(/^The page is 89 by [\d.]+ mm; the smallest text is 6 pt\.$/),
    ]);
    const { notes } = draw({ width: 40, fontSize: 12 }, { kind: 'slice' });
    expect(notes[1]).toMatch(/^Words lack room: .+ Make the page wider/);
  });

  it('has the height asked for, and refuses one without room for the plots', () => {
    for (const settings of kinds)
      for (const height of [160, 210]) {
        const { svg } = draw({ width: 183, height, title: 'Two words' }, settings);
        expect(millimetres(svg)).toEqual([183, height]);
        expect(textClashes(textBoxes(svg, 'sans'), pageSize(svg))).toEqual([]);
      }
    expect(() => draw({ width: 89, height: 30 }, { kind: 'heatmap' })).toThrow(
      /page height must be at least \d+ mm here, got 30 mm; make it higher/,
    );
    const least = 61;
    expect(() => draw({ width: 89, height: least }, { kind: 'heatmap' })).not.toThrow();
    expect(() => draw({ width: 89, height: 60 })).toThrow(
      /page height must have room for 7 panels, got 60 mm/,
    );
    expect(() => draw({ width: 40, fontSize: 14 })).toThrow(
      /page width must have room for 7 panels at this font size, got 40 mm/,
    );
  });

  it('scales text and leaves lines as they are, which have a weight of their own', () => {
    const widths = (page: FigurePage) => {
      const { svg } = draw(page, { kind: 'heatmap' });
      const unit = Number(/<g transform="scale\(([\d.]+)\)/.exec(svg)?.[1] ?? 1);
      return [...svg.matchAll(/ stroke-width="([\d.]+)"/g)].map((m) => Number(m[1]) * unit);
    };
    const usual = widths({});
    const large = widths({ fontSize: 14, width: 170 });
    expect(Math.min(...large)).toBeCloseTo(Math.min(...usual), 1);
    expect(Math.max(...widths({ lineWeight: 2 }))).toBeCloseTo(2 * Math.max(...usual), 5);
  });

  it('has its title above and, where wanted, no caption', () => {
    const { svg } = draw({ title: 'Width & batch size', caption: false });
    expect(wordsOf(svg)[0]).toBe('Width &amp; batch size');
    expect(svg).toContain('<title>Width &amp; batch size</title>');
    expect(wordsOf(svg).join(' ')).not.toContain('Phases:');
    expect(wordsOf(draw({}).svg).join(' ')).toContain('Phases:');
  });

  it('letters its panels in the form asked for', () => {
    const letters = (form: FigurePage['letters']) =>
      [...draw({ letters: form! }).svg.matchAll(/font-weight="bold" fill="#000000">([^<]*)</g)]
        .map((m) => m[1])
        .filter((word) => /^\(?[a-zA-Z]\)?$/.test(word ?? '') && word !== 'I');
    expect(letters('(a)')).toEqual(['(a)', '(b)', '(c)', '(d)', '(e)', '(f)', '(g)']);
    expect(letters('A')).toEqual(['A', 'B', 'C', 'D', 'E', 'F', 'G']);
    expect(letters('none')).toEqual([]);
    expect(panelLetter('(A)', 25)).toBe('(Z)');
  });

  it('draws little to much in the map asked for, and leaves the diverging one', () => {
    const fills = (colourMap: 'cividis' | 'viridis', metric: string) =>
      [...draw({ colourMap }, { kind: 'heatmap', metric }).svg.matchAll(/stop-color="([^"]+)"/g)]
        .map((m) => m[1])
        .sort();
    // The ends of viridis (van der Walt and Smith 2015) and of cividis (Nunez et al. 2018) as published.
    expect(fills('viridis', 'testAccuracy')).toEqual(
      expect.arrayContaining(['#440154', '#fde725']),
    );
    expect(fills('cividis', 'testAccuracy')).toEqual(
      expect.arrayContaining(['#002051', '#fdea45']),
    );
    expect(fills('viridis', 'modeConnectivity')).toEqual(fills('cividis', 'modeConnectivity'));
  });

  it('is checked at the door', () => {
    const isRight = (page: unknown) => figurePageSchema.safeParse(page).success;
    expect(isRight({ width: 85, fontSize: 5, dpi: 600 })).toBe(true);
    for (const wrong of [
      { width: 10 },
      { fontSize: 4.9 },
      { dpi: 71 },
      { dpi: 300.5 },
      { lineWeight: 0 },
      { height: Infinity },
      { letters: 'b' },
      { colourMap: 'jet' },
      { nonsense: 1 },
    ])
      expect(isRight(wrong)).toBe(false);
  });
});
