import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readFigureFile } from '#shared/contract/figure-file';
import type { FigureSettings } from '#shared/domain/figure-settings';
import { PhasescapeError } from '#shared/errors';
import { uniformStream } from '#shared/domain/uniform-stream';
import { publishedCells } from '../../reference/published/published-cells';
import { sweepCells } from '../../reference/sweeps/sweep-cells';
import { digitsSource, importedSource } from '../../fixtures/figure-source';
import { renderFigure } from '../../../src-main/figures/figure';

const page = {
  width: 89,
  fontSize: 6,
  font: 'serif',
  title: 'T',
  letters: '(a)',
  dpi: 600,
} as const;
const pictures: readonly FigureSettings[] = [
  { kind: 'phase-diagram' },
  { kind: 'phase-diagram', panels: ['cka', 'testAccuracy'], page },
  { kind: 'heatmap', metric: 'trainLoss', ranges: { trainLoss: [0, 1] }, look: { swapped: true } },
  { kind: 'connectivity-sharpness', errorBars: false, page: { caption: false } },
  {
    kind: 'slice',
    metric: 'testAccuracy',
    lines: { along: 'both', cells: [3] },
    statistic: 'n',
  },
];
const thresholds = {
  flatBy: 'trainLoss',
  trainLoss: 0.3,
  logTrace: 5,
  modeConnectivity: -2,
  cka: 0.7,
} as const;
const file = renderFigure({
  kind: 'heatmap',
  results: sweepCells(),
  source: digitsSource(),
  thresholds,
}).provenance;
const changed = (change: (document: Record<string, unknown>) => void) => {
  const document = JSON.parse(file) as Record<string, unknown>;
  change(document);
  return () => readFigureFile(JSON.stringify(document));
};
const digest = (text: string) => createHash('sha256').update(text).digest('hex');

describe('readFigureFile', () => {
  it.each([
    ['a sweep', { results: sweepCells(), source: digitsSource() }],
    ['an imported table', { results: publishedCells({ spread: true }), source: importedSource }],
  ])('gives what draws every figure of %s again, byte for byte', (_of, made) => {
    for (const settings of pictures) {
      const first = renderFigure({ ...settings, ...made, thresholds });
      const read = readFigureFile(first.provenance);
      expect(read.experiment).toBe(made.results.experiment);
      const again = renderFigure({ ...read.settings, ...made });
      expect(again).toEqual(first);
      const { sha256 } = JSON.parse(again.provenance) as { sha256: { svg: string } };
      expect(sha256.svg).toBe(digest(first.svg));
    }
  });

  it('refuses what is no such file, a newer one and a damaged one, each in its own words', () => {
    const words = (text: string) => () => readFigureFile(text);
    expect(words('{"a": 1')).toThrow(/figure file: must be JSON, got a text that is not/);
    for (const other of ['null', '[]', '3', '{}', '{"spec": {}}'])
      expect(words(other)).toThrow(/must be the .json that was written beside a figure/);
    expect(changed((d) => (d['provenanceVersion'] = 'x'))).toThrow(/got provenanceVersion "x"/);
    const newer = changed((d) => (d['provenanceVersion'] = 2));
    expect(newer).toThrow(/layout must be 1 or older, got 2 of a newer version/);
    expect(newer).toThrow(expect.objectContaining({ code: 'store-newer' }));
    const damaged = changed((d) => {
      (d['figure'] as Record<string, unknown>)['kind'] = 'pie';
      delete d['thresholds'];
      d['experiment'] = 4;
    });
    for (const problem of [/experiment/, /figure.kind/, /thresholds/, /use the file as it was/])
      expect(damaged).toThrow(problem);
    expect(damaged).toThrow(expect.objectContaining({ code: 'data-format' }));
  });

  // Tried by hand with 20,000 files: none was answered wrongly.
  it('answers each of 600 mutated files, rightly or with a named error', () => {
    const random = uniformStream(7);
    const draw = (below: number) => Math.floor(random() * below);
    let [right, refused] = [0, 0];
    for (let i = 0; i < 600; i++) {
      const characters = file.split('');
      for (let k = 0; k <= draw(4); k++) {
        const at = draw(characters.length);
        const kinds = ['', '"', '{', '9', 'e', '\u0000', '\\', characters[draw(characters.length)]];
        characters.splice(at, draw(3), kinds[draw(kinds.length)] ?? '');
      }
      const text = characters.join('').slice(0, draw(4) === 0 ? draw(file.length) : undefined);
      try {
        expect(readFigureFile(text).settings.kind).toBe('heatmap');
        right += 1;
      } catch (error) {
        expect(error).toBeInstanceOf(PhasescapeError);
        expect((error as PhasescapeError).message).toMatch(
          /^figure file: must be |^figure file: layout/,
        );
        refused += 1;
      }
    }
    expect(right).toBeGreaterThan(20);
    expect(refused).toBeGreaterThan(100);
  });
});
