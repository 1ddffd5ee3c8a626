/** A figure as PNG at a resolution, with the resolution written into the file. */
import { crc32 } from 'node:zlib';
import { Resvg } from '@resvg/resvg-js';
import { fontFiles, fontName } from './font-files';
import { pageSize } from './page-size';

export interface PngOptions {
  readonly resourcesFolder: string;
  /** Dots per inch. */
  readonly dpi: number;
}

/** Rasterises with the font that ships with the app only. */
export function renderPng(svg: string, { resourcesFolder, dpi }: PngOptions): Uint8Array {
  const files = fontFiles(resourcesFolder);
  const rendered = new Resvg(svg, {
    fitTo: { mode: 'width', value: Math.round((pageSize(svg).width / 72) * dpi) },
    font: {
      fontFiles: [files.regular, files.bold],
      loadSystemFonts: false,
      defaultFontFamily: fontName,
    },
  }).render();
  return withResolution(rendered.asPng(), dpi);
}

/** Bytes of the signature and of the header chunk, which stand first in every PNG. */
const headerEnd = 8 + 25;

/** Inserts the `pHYs` chunk (pixels per metre), so that a page layout places the image at its physical size. */
function withResolution(png: Uint8Array, dpi: number): Uint8Array {
  const chunk = Buffer.alloc(4 + 4 + 9 + 4);
  chunk.writeUInt32BE(9, 0);
  chunk.write('pHYs', 4, 'latin1');
  const pixelsPerMetre = Math.round(dpi / 0.0254);
  chunk.writeUInt32BE(pixelsPerMetre, 8);
  chunk.writeUInt32BE(pixelsPerMetre, 12);
  chunk.writeUInt8(1, 16);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 17)), 17);
  return Buffer.concat([png.subarray(0, headerEnd), chunk, png.subarray(headerEnd)]);
}
