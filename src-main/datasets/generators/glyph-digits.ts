/** Digits drawn with a pen and distorted: images of 28 x 28 with real work for convolutions. */
import type { GeneratedDatasetSpecOf } from '#shared/domain/dataset-spec';
import { glyphSize } from '#shared/domain/generated-datasets';
import type { RandomStream } from '#main/engine/random';
import type { Rows } from '../dataset';
import { drawRows } from './draw-rows';
import { glyphs, type Point, type Stroke } from './glyphs';

type GlyphSettings = GeneratedDatasetSpecOf<'glyph-digits'>;

/** Height of an undistorted digit, in pixels. */
const penHeight = 19;
/** Middle of the box that the glyphs are drawn in. */
const boxCentre: Point = [0.35, 0.5];
/** Straight pieces between two points of a curve. */
const piecesPerPoint = 6;

/**
 * White digits on black, 0..1, the classes in turn.
 *
 * Definition: one of the digit's ways of being written; its points move by `wobble` times standard normal numbers (in units of
 * its height); then scaled by 1 +- `scale` (the two directions apart), sheared by +- `shear`, turned by +- `rotation` degrees,
 * moved by +- `shift` pixels, each uniform; drawn by a round pen `thickness` pixels wide +- a quarter, smooth at its edge; `noise`
 * times standard normal numbers are added to the pixels, which are then cut to 0..1.
 */
export function glyphDigits(spec: GlyphSettings): Rows {
  return drawRows(spec, glyphSize ** 2, (row, stream, place) => {
    const digit = place % glyphs.length;
    const ways = glyphs[digit] as readonly (readonly Stroke[])[];
    const strokes = ways[stream.below(ways.length)] as readonly Stroke[];
    const toPixels = distortion(spec, stream);
    const radius = (spec.thickness * (1 + 0.25 * spread(stream))) / 2;
    for (const stroke of strokes) {
      const wobbled = stroke.points.map(([x, y]): Point => [
        x + spec.wobble * stream.normal(),
        y + spec.wobble * stream.normal(),
      ]);
      const path = stroke.kind === 'line' ? wobbled : smooth(wobbled);
      drawPath(row, path.map(toPixels), radius);
    }
    addNoise(row, spec.noise, stream);
    return digit;
  });
}

/** Uniform in -1..1. */
function spread(stream: RandomStream): number {
  return 2 * stream.uniform() - 1;
}

/** A random map from the glyph's box to pixels. */
function distortion(
  { scale, shear, rotation, shift }: GlyphSettings,
  stream: RandomStream,
): (point: Point) => Point {
  const wide = penHeight * (1 + scale * spread(stream));
  const high = penHeight * (1 + scale * spread(stream));
  const lean = shear * spread(stream);
  const angle = (Math.PI / 180) * rotation * spread(stream);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const middle = (glyphSize - 1) / 2;
  const left = middle + shift * spread(stream);
  const top = middle + shift * spread(stream);
  return ([x, y]) => {
    const v = (y - boxCentre[1]) * high;
    const u = (x - boxCentre[0]) * wide - lean * v;
    return [left + cos * u - sin * v, top + sin * u + cos * v];
  };
}

/** A smooth line through the points, as short straight pieces. */
function smooth(points: readonly Point[]): Point[] {
  const at = (i: number) => points[Math.min(points.length - 1, Math.max(0, i))] as Point;
  const path: Point[] = [at(0)];
  for (let i = 0; i + 1 < points.length; i++) {
    for (let k = 1; k <= piecesPerPoint; k++) {
      const t = k / piecesPerPoint;
      const along = (axis: 0 | 1) =>
        catmullRom([at(i - 1)[axis], at(i)[axis], at(i + 1)[axis], at(i + 2)[axis]], t);
      path.push([along(0), along(1)]);
    }
  }
  return path;
}

function catmullRom([a, b, c, d]: readonly [number, number, number, number], t: number): number {
  return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
}

/** Draws straight pieces with a round pen; where two cross, the brighter counts. */
function drawPath(row: Float32Array, path: readonly Point[], radius: number): void {
  for (let i = 0; i + 1 < path.length; i++)
    drawPiece(row, [path[i] as Point, path[i + 1] as Point], radius);
}

function drawPiece(
  row: Float32Array,
  [[ax, ay], [bx, by]]: readonly [Point, Point],
  radius: number,
): void {
  const reach = radius + 0.5;
  const first = (a: number, b: number) => Math.max(0, Math.ceil(Math.min(a, b) - reach));
  const last = (a: number, b: number) =>
    Math.min(glyphSize - 1, Math.floor(Math.max(a, b) + reach));
  const [dx, dy] = [bx - ax, by - ay];
  const lengthSquared = dx * dx + dy * dy;
  for (let y = first(ay, by); y <= last(ay, by); y++) {
    for (let x = first(ax, bx); x <= last(ax, bx); x++) {
      const along = lengthSquared === 0 ? 0 : ((x - ax) * dx + (y - ay) * dy) / lengthSquared;
      const t = Math.min(1, Math.max(0, along));
      const distance = Math.sqrt((x - ax - t * dx) ** 2 + (y - ay - t * dy) ** 2);
      const value = Math.min(1, Math.max(0, reach - distance));
      const at = y * glyphSize + x;
      if (value > (row[at] as number)) row[at] = value;
    }
  }
}

function addNoise(row: Float32Array, noise: number, stream: RandomStream): void {
  if (noise === 0) return;
  for (let i = 0; i < row.length; i++)
    row[i] = Math.min(1, Math.max(0, (row[i] as number) + noise * stream.normal()));
}
