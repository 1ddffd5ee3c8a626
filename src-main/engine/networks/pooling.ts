/** Layers that make images smaller. */
import { constant, maximum, mul, reshape, slice, sum, type Node } from '../graph';
import { sizeOf, type Shape } from '../tensor';
import { plain, type Layer } from './layers';

/** The largest of each block of size x size pixels, the first one where several are; rows and columns left over are dropped. */
export function maxPool(size: number): (sample: Shape) => Layer {
  return (sample) =>
    plain(poolShape(sample, size), (x) => {
      const largest = (y: Node, axis: number) =>
        Array.from({ length: size }, (_, start) =>
          slice(y, axis, { start, end: start + 1 }),
        ).reduce((most, next) => maximum(most, next));
      return withoutBlocks(largest(largest(poolBlocks(x, size), -2), -4));
    });
}

/** The mean of each block of size x size pixels; rows and columns left over are dropped. */
export function averagePool(size: number): (sample: Shape) => Layer {
  return (sample) =>
    plain(poolShape(sample, size), (x) =>
      mul(constant(1 / size ** 2), withoutBlocks(sum(poolBlocks(x, size), [-4, -2]))),
    );
}

function poolShape([height, width, channels]: Shape, size: number): Shape {
  return [
    Math.floor((height as number) / size),
    Math.floor((width as number) / size),
    channels as number,
  ];
}

/** Images [..., H, W, C] cut into [..., H/size, size, W/size, size, C]. */
function poolBlocks(x: Node, size: number): Node {
  const [height, width, channels] = x.shape.slice(-3) as [number, number, number];
  const rows = Math.floor(height / size);
  const columns = Math.floor(width / size);
  const cut = (y: Node, axis: number, end: number) =>
    y.shape.at(axis) === end ? y : slice(y, axis, { start: 0, end });
  const whole = cut(cut(x, -3, rows * size), -2, columns * size);
  return reshape(whole, [...x.shape.slice(0, -3), rows, size, columns, size, channels]);
}

/** [..., H, 1, W, 1, C] to [..., H, W, C]. */
function withoutBlocks(x: Node): Node {
  const [rows, , columns, , channels] = x.shape.slice(-5) as [
    number,
    number,
    number,
    number,
    number,
  ];
  return reshape(x, [...x.shape.slice(0, -5), rows, columns, channels]);
}

/** Images to their mean pixel. */
export function globalAveragePool(): (sample: Shape) => Layer {
  return (sample) => {
    const channels = sample.at(-1) as number;
    const places = sizeOf(sample.slice(0, -1));
    return plain([channels], (x) => {
      const lead = x.shape.slice(0, -3);
      const total = sum(reshape(x, [...lead, places, channels]), [-2]);
      return mul(constant(1 / places), reshape(total, [...lead, channels]));
    });
  };
}
