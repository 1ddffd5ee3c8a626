/** A figure as PNG at a resolution, with the resolution and what made it written into the file. */
import { crc32 } from 'node:zlib';
import { Resvg } from '@resvg/resvg-js';
import type { FigureFont } from '#shared/domain/figure-page';
import { fontFiles, fontNames } from './font-files';
import { pageSize } from './page-size';

export interface PngOptions {
  readonly resourcesFolder: string;
  readonly font: FigureFont;
  /** Dots per inch. */
  readonly dpi: number;
  readonly title: string;
  /** What the numbers are, as JSON; the file holds it under `Provenance`. */
  readonly provenance: string;
}

/** Rasterises with the font that ships with the app only. */
export function renderPng(svg: string, options: PngOptions): Uint8Array {
  const { resourcesFolder, font, dpi, title, provenance } = options;
  const files = fontFiles(resourcesFolder, font);
  const rendered = new Resvg(svg, {
    fitTo: { mode: 'width', value: Math.round((pageSize(svg).width / 72) * dpi) },
    font: {
      fontFiles: [files.regular, files.bold],
      loadSystemFonts: false,
      defaultFontFamily: fontNames[font],
    },
  }).render();
  return withChunks(rendered.asPng(), [
    resolution(dpi),
    internationalText('Title', title),
    internationalText('Software', 'Phasescape'),
    internationalText('Provenance', provenance),
  ]);
}

/** Bytes of the signature and of the header chunk, which stand first in every PNG. */
const headerEnd = 8 + 25;

function withChunks(png: Uint8Array, chunks: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat([png.subarray(0, headerEnd), ...chunks, png.subarray(headerEnd)]);
}

/** `pHYs` (pixels per metre): a page layout places the image at its physical size. */
function resolution(dpi: number): Uint8Array {
  const content = Buffer.alloc(9);
  const pixelsPerMetre = Math.round(dpi / 0.0254);
  content.writeUInt32BE(pixelsPerMetre, 0);
  content.writeUInt32BE(pixelsPerMetre, 4);
  content.writeUInt8(1, 8);
  return chunk('pHYs', content);
}

/** `iTXt`: text in UTF-8 under a keyword, neither compressed nor of a language. */
function internationalText(keyword: string, content: string): Uint8Array {
  return chunk('iTXt', Buffer.from(`${keyword}\0\0\0\0\0${content}`, 'utf8'));
}

/** Length, type, content and the check sum of type and content. */
function chunk(type: string, content: Uint8Array): Uint8Array {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(typed));
  return Buffer.concat([length, typed, sum]);
}
