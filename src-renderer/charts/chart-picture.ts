/** A chart as a picture to save: the same option rendered off-screen, with its title above and its legend and notes below. */
import type { EChartsOption } from 'echarts';
import { chartFont, escapeHtml, type ChartStyle } from './chart-style';

export interface ChartPicture {
  readonly option: EChartsOption;
  readonly title: string;
  /** Names of lines with their colours. */
  readonly names: readonly { readonly name: string; readonly colour: string }[];
  /** Lines of text below. */
  readonly notes: readonly string[];
}

export interface PictureSize {
  /** Pixels of the whole picture. */
  readonly width: number;
  /** Pixels of the chart alone. */
  readonly height: number;
}

const margin = 12;
const lineHeight = 16;
const letterWidth = 6.2;

/**
 * The picture as SVG.
 *
 * @param style - its page is white: take the light one
 * @returns a document of `width` by as many pixels as chart, title, names and notes need
 */
export async function pictureSvg(
  { option, title, names, notes }: ChartPicture,
  { width, height }: PictureSize,
  style: ChartStyle,
): Promise<string> {
  const { renderSvg } = await import('./render-svg');
  const chart = renderSvg(option, { width, height });
  const letters = Math.floor((width - 2 * margin) / letterWidth);
  const top = margin + chartFont.name + 8;
  const legend = legendLines(names, letters);
  const texts = notes.flatMap((note) => wrapText(note, letters));
  const below = top + height + margin;
  const total = below + (legend.length + texts.length) * lineHeight + margin;
  const family = escapeHtml(style.fontFamily).replaceAll('"', '&quot;');
  const swatches = legend.flatMap((line, row) =>
    line.map(({ colour, name, x }) => {
      const y = below + row * lineHeight + 8;
      return `<rect x="${margin + x}" y="${y - 5}" width="14" height="3" fill="${colour}"/><text x="${margin + x + 20}" y="${y}" font-size="${chartFont.small}" fill="${style.ink}">${escapeHtml(name)}</text>`;
    }),
  );
  const rows = texts.map(
    (text, row) =>
      `<text x="${margin}" y="${below + (legend.length + row) * lineHeight + 8}" font-size="${chartFont.small}" fill="${style.inkSoft}">${escapeHtml(text)}</text>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${total}" viewBox="0 0 ${width} ${total}" font-family="${family}">`,
    `<rect width="${width}" height="${total}" fill="${style.surface}"/>`,
    `<text x="${margin}" y="${margin + chartFont.name}" font-size="${chartFont.name}" font-weight="600" fill="${style.ink}">${escapeHtml(title)}</text>`,
    `<g transform="translate(0 ${top})">${chart}</g>`,
    ...swatches,
    ...rows,
    '</svg>',
  ].join('\n');
}

/** Words in lines of at most so many letters; a longer word has a line of its own. Never throws. */
export function wrapText(text: string, letters: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/).filter((part) => part !== '')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= letters)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

interface LegendEntry {
  readonly name: string;
  readonly colour: string;
  readonly x: number;
}

function legendLines(names: ChartPicture['names'], letters: number): readonly LegendEntry[][] {
  const lines: LegendEntry[][] = [];
  let used = Infinity;
  for (const { colour, name } of names) {
    const needed = name.length + 6;
    if (used + needed > letters) {
      lines.push([]);
      used = 0;
    }
    lines.at(-1)?.push({ name, colour, x: used * letterWidth });
    used += needed;
  }
  return lines;
}

/** An SVG as PNG. @param ratio - pixels of the picture for each of the SVG's. @throws Error when the browser cannot draw it */
export async function pictureOfSvg(svg: string, ratio: number): Promise<Uint8Array<ArrayBuffer>> {
  const url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(image.naturalWidth * ratio);
    canvas.height = Math.round(image.naturalHeight * ratio);
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((resolve) => {
      canvas.toBlob(resolve, 'image/png');
    });
    if (!blob)
      throw new Error('picture: must be drawn by the browser, got nothing; save it as SVG');
    return new Uint8Array(await blob.arrayBuffer());
  } finally {
    URL.revokeObjectURL(url);
  }
}
