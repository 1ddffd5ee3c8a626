import { resolve } from 'node:path';
import PdfDocument from 'pdfkit';
import { describe, expect, it } from 'vitest';
import { figureFonts } from '#shared/domain/figure-page';
import { scalarDefinitions } from '#shared/domain/scalars';
import { fontFiles } from '../../../src-main/figures/font-files';
import { textWidth, wrapText } from '../../../src-main/figures/text-width';

describe('textWidth', () => {
  it.each(figureFonts)(
    'is the width in the %s font that travels with the app, for every printable ASCII character',
    (font) => {
      const document = new PdfDocument();
      document.font(
        fontFiles(resolve(import.meta.dirname, '../../../resources'), font).regular,
        100,
      );
      for (let code = 32; code < 127; code++) {
        const character = String.fromCharCode(code);
        expect(textWidth(character, 100, font)).toBeCloseTo(document.widthOfString(character), 0);
      }
      const minus = document.widthOfString('\u2212');
      expect(Math.abs(textWidth('\u2212', 100, font) - minus)).toBeLessThan(2.5);
      document.end();
    },
  );

  it('is no more than 3 percent larger in the serif font for all that is printed beside a drawing: layouts leave room by the sans one', () => {
    const labels = ['0123456789.', '\u22120.0045', ...scalarDefinitions.map(({ title }) => title)];
    for (const label of labels)
      expect(textWidth(label, 7, 'serif')).toBeLessThanOrEqual(1.03 * textWidth(label, 7));
  });
});

describe('wrapText', () => {
  it('keeps lines within the width and loses no word', () => {
    const content = 'the quick brown fox jumps over the lazy dog';
    const lines = wrapText(content, 7, { width: 60 });
    for (const line of lines) expect(textWidth(line, 7)).toBeLessThanOrEqual(60);
    expect(lines.join(' ')).toBe(content);
    expect(wrapText('incomprehensibilities', 7, { width: 10 })).toEqual(['incomprehensibilities']);
    expect(wrapText('', 7, { width: 10 })).toEqual([]);
  });
});
