import { resolve } from 'node:path';
import PdfDocument from 'pdfkit';
import { describe, expect, it } from 'vitest';
import { fontFiles } from '../../../src-main/figures/font-files';
import { textWidth, wrapText } from '../../../src-main/figures/text-width';

describe('textWidth', () => {
  it('is the width in the font that travels with the app, for every printable ASCII character', () => {
    const document = new PdfDocument();
    document.font(fontFiles(resolve(import.meta.dirname, '../../../resources')).regular, 100);
    for (let code = 32; code < 127; code++) {
      const character = String.fromCharCode(code);
      expect(textWidth(character, 100)).toBeCloseTo(document.widthOfString(character), 0);
    }
    expect(textWidth('\u2212', 100)).toBeCloseTo(document.widthOfString('\u2212'), 0);
    document.end();
  });
});

describe('wrapText', () => {
  it('keeps lines within the width and loses no word', () => {
    const content = 'the quick brown fox jumps over the lazy dog';
    const lines = wrapText(content, 7, 60);
    for (const line of lines) expect(textWidth(line, 7)).toBeLessThanOrEqual(60);
    expect(lines.join(' ')).toBe(content);
    expect(wrapText('incomprehensibilities', 7, 10)).toEqual(['incomprehensibilities']);
    expect(wrapText('', 7, 10)).toEqual([]);
  });
});
