import { describe, expect, it } from 'vitest';
import { figureWidths } from '#shared/domain/figure-widths';
import { entryOfPage, pageOfEntry } from '../../../src-renderer/workspace/figures/page-entry';

describe('the page of the export dialog', () => {
  it('comes back as it was, what is as usual left out', () => {
    const own = {
      width: 101.5,
      height: 60,
      fontSize: 8.5,
      font: 'serif',
      lineWeight: 1.5,
      colourMap: 'viridis',
      title: 'Two',
      caption: false,
      letters: 'none',
      dpi: 600,
    } as const;
    for (const page of [{}, own, ...figureWidths.map(({ widthMm }) => ({ width: widthMm }))])
      expect(pageOfEntry(entryOfPage(page))).toEqual({ page, problems: {} });
  });

  it('takes lengths with their units and names a venue by its width', () => {
    const entry = { ...entryOfPage({}), venue: 'own', width: '3.25in', height: '5 cm' };
    expect(pageOfEntry(entry).page).toEqual({ width: 82.55, height: 50 });
    expect(entryOfPage({ width: 89 }).venue).toBe('nature-single');
    expect(entryOfPage({ width: 77 })).toMatchObject({ venue: 'own', width: '77 mm' });
  });

  it('says every problem at its field', () => {
    const entry = {
      ...entryOfPage({}),
      venue: 'own',
      width: 'wide',
      height: '5',
      fontSize: '4',
      lineWeight: '',
      dpi: '300.5',
    };
    const { page, problems } = pageOfEntry(entry);
    expect(page).toBeNull();
    expect(problems).toEqual({
      width: 'A length from 40 to 420 mm, as 85 mm or 3.25 in.',
      height: 'A length from 20 to 600 mm, as 85 mm or 3.25 in.',
      fontSize: 'A number from 5 to 14 points.',
      lineWeight: 'A number from 0.5 to 4.',
      dpi: 'A whole number from 72 to 1200 dots per inch.',
    });
  });
});
