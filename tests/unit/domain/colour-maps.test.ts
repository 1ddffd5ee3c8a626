import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  colourAt,
  colourMapNames,
  contrastText,
  missingColour,
  phaseColours,
  relativeLuminance,
} from '#shared/domain/colour-maps';

/** Machado, Oliveira and Fernandes 2009, severity 1, applied to linear RGB. */
const deficiencies = {
  protanopia: [
    0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998,
  ],
  deuteranopia: [
    0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881,
  ],
  tritanopia: [
    1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039,
  ],
  none: [1, 0, 0, 0, 1, 0, 0, 0, 1],
} as const;

/** Least CIE 1976 difference between two phases as seen: about five just-noticeable differences. */
const leastDifference = 11;

function linearRgb(hex: string): number[] {
  return [1, 3, 5].map((at) => {
    const v = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  });
}

/** CIE L*a*b* (D65) of linear RGB. */
function lab([r = 0, g = 0, b = 0]: readonly number[]): number[] {
  const f = (v: number) => (v > 216 / 24389 ? Math.cbrt(v) : (841 / 108) * v + 4 / 29);
  const x = f((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047);
  const y = f(0.2126729 * r + 0.7151522 * g + 0.072175 * b);
  const z = f((0.0193339 * r + 0.119192 * g + 0.9503041 * b) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

function seenAs(hex: string, matrix: readonly number[]): number[] {
  const rgb = linearRgb(hex);
  const row = (i: number) =>
    Math.min(
      1,
      Math.max(
        0,
        rgb.reduce((sum, v, j) => sum + v * (matrix[3 * i + j] ?? 0), 0),
      ),
    );
  return lab([row(0), row(1), row(2)]);
}

describe('colourAt', () => {
  it('is a hex colour for any number, clamped outside 0..1', () => {
    fc.assert(
      fc.property(fc.constantFrom(...colourMapNames), fc.double({ noNaN: true }), (map, t) => {
        expect(colourAt(map, t)).toMatch(/^#[0-9a-f]{6}$/);
        expect(colourAt(map, t)).toBe(colourAt(map, Math.min(1, Math.max(0, t))));
      }),
    );
  });

  it('knows the ends of the published maps', () => {
    expect(colourAt('viridis', 0)).toBe('#440154');
    expect(colourAt('viridis', 1)).toBe('#fde725');
    expect(colourAt('diverging', 0)).toBe('#053061');
    expect(colourAt('diverging', 1)).toBe('#67001f');
  });

  it('is white exactly in the middle of the diverging map', () => {
    expect(colourAt('diverging', 0.5)).toBe('#ffffff');
  });

  it.each(['cividis', 'viridis'] as const)('grows lighter along %s', (map) => {
    const light = Array.from({ length: 21 }, (_, i) => relativeLuminance(colourAt(map, i / 20)));
    expect([...light].sort((a, b) => a - b)).toEqual(light);
  });

  it('has a colour of its own for a missing number', () => {
    expect(colourAt('cividis', Number.NaN)).toBe(missingColour);
  });
});

describe('contrastText', () => {
  it('reaches a contrast of 4.5 on every colour of every map', () => {
    for (const map of colourMapNames) {
      for (let i = 0; i <= 100; i++) {
        const back = relativeLuminance(colourAt(map, i / 100));
        const text = relativeLuminance(contrastText(colourAt(map, i / 100)));
        const contrast = (Math.max(back, text) + 0.05) / (Math.min(back, text) + 0.05);
        expect(contrast).toBeGreaterThanOrEqual(4.5);
      }
    }
  });
});

describe('phaseColours', () => {
  it.each(Object.entries(deficiencies))('stay apart under %s', (_, matrix) => {
    const seen = Object.values(phaseColours).map((hex) => seenAs(hex, matrix));
    for (const [i, a] of seen.entries()) {
      for (const b of seen.slice(i + 1)) {
        const difference = Math.hypot(...a.map((v, k) => v - (b[k] ?? 0)));
        expect(difference).toBeGreaterThan(leastDifference);
      }
    }
  });
});
