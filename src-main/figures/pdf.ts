/** A figure as PDF: vectors, with the used glyphs of the font embedded as TrueType. */
import PdfDocument from 'pdfkit';
import svgToPdf from 'svg-to-pdfkit';
import { PhasescapeError } from '#shared/errors';
import type { FigureFont } from '#shared/domain/figure-page';
import { fontFiles, fontNames } from './font-files';
import { pageSize } from './page-size';

export interface PdfOptions {
  readonly resourcesFolder: string;
  readonly font: FigureFont;
  readonly title: string;
  /** What the numbers are, as JSON; the information of the file holds it under `Provenance`. */
  readonly provenance: string;
  readonly createdAt: Date;
}

/** One page of the size of the SVG. @throws PhasescapeError for an SVG that cannot be drawn faithfully */
export async function renderPdf(svg: string, options: PdfOptions): Promise<Uint8Array> {
  const { width, height } = pageSize(svg);
  const info = {
    Title: options.title,
    Creator: 'Phasescape',
    CreationDate: options.createdAt,
    Provenance: options.provenance,
  };
  const document = new PdfDocument({
    size: [width, height],
    margin: 0,
    info,
  });
  const chunks: Buffer[] = [];
  const ended = new Promise<void>((resolve, reject) => {
    document.on('data', (chunk: Buffer) => chunks.push(chunk));
    document.on('end', resolve);
    document.on('error', reject);
  });
  const fontName = fontNames[options.font];
  const files = fontFiles(options.resourcesFolder, options.font);
  document.registerFont(fontName, files.regular);
  document.registerFont(`${fontName}-Bold`, files.bold);
  const warnings: string[] = [];
  // Its size in millimetres would be taken as 96 dots per inch: the same page, said in points.
  const inPoints = svg.replace(
    /width="[\d.]+mm" height="[\d.]+mm"/,
    `width="${width}" height="${height}"`,
  );
  svgToPdf(document, inPoints, 0, 0, {
    width,
    height,
    assumePt: true,
    fontCallback: (_family, bold) => (bold ? `${fontName}-Bold` : fontName),
    warningCallback: (message) => warnings.push(message),
  });
  document.end();
  await ended;
  if (warnings.length > 0)
    throw new PhasescapeError(
      'internal',
      `pdf: every element must be drawn, got ${warnings.join('; ')}; write SVG instead and report this`,
    );
  return Buffer.concat(chunks);
}
