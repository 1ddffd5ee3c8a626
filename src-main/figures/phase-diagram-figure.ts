/** The panel figure of Yang et al. 2021: test accuracy large with the phases, the other panels beside or below it. */
import type { Diagram } from '#shared/domain/diagram';
import type { DiagramPanel } from '#shared/domain/diagram-panel';
import { PhasescapeError } from '#shared/errors';
import { printedTitle } from './axes';
import { shortestTitle, shortTitle } from './caption';
import { barWidth } from './colour-bar';
import { drawHeatPanel, leftRoom } from './heat-panel';
import { drawHeatmap } from './heatmap-figure';
import { layOutPanels, type PanelLayout } from './panel-layout';
import type { Sheet } from './sheet';
import { textSize, type Drawing } from './svg';
import { textWidth } from './text-width';

/** Draws all panels of the diagram on shared axes. @throws PhasescapeError when there is no panel to draw, or no room for them in a fixed height */
export function drawPhaseDiagram(diagram: Diagram, sheet: Sheet): Drawing {
  const [main, ...small] = diagram.panels.filter((panel) => panel.range !== null);
  if (main === undefined)
    throw new PhasescapeError(
      'invalid-input',
      'figure: results must hold a scalar to draw, got none; measure something or import more columns',
    );
  if (small.length === 0) return drawHeatmap(diagram, main, sheet);
  const layout = layOutPanels(
    {
      count: small.length,
      left: leftRoom(diagram, true),
      ticks: leftRoom(diagram, false),
      largeBar: barWidth(main),
      bar: Math.max(...small.map(barWidth)),
      title: Math.max(...small.map((panel, i) => titleWidth(panel, sheet.letter(i + 1)))),
    },
    sheet,
  );
  if (layout === null) throw new PhasescapeError('invalid-input', noRoom(small.length + 1, sheet));
  return {
    width: sheet.double,
    height: layout.height,
    body: [
      ...drawHeatPanel({
        diagram,
        panel: main,
        frame: layout.large,
        title: shortTitle(main),
        letter: sheet.letter(0),
        labels: { bottom: 'title', left: 'title' },
        phases: true,
      }),
      ...small.flatMap((panel, i) =>
        drawHeatPanel({
          diagram,
          panel,
          frame: layout.small[i] as PanelLayout['large'],
          title: shortestTitle(panel),
          letter: sheet.letter(i + 1),
          labels: {
            // The lowest panel of each column carries the labels of the shared axis.
            bottom: i + layout.columns >= small.length ? bottomLabels(diagram, layout) : 'none',
            left: i % layout.columns === 0 ? 'ticks' : 'none',
          },
          phases: false,
        }),
      ),
    ],
  };
}

function noRoom(count: number, { height, asked, double }: Sheet): string {
  if (height !== null)
    return `figure: page height must have room for ${count} panels, got ${asked.height} mm; make it higher, leave the caption out, draw fewer panels, or leave it free`;
  const width = Math.round(double * asked.unit);
  return `figure: page width must have room for ${count} panels at this font size, got ${width} mm; make it wider or the text smaller`;
}

/** The axis says its name below each column where there is room for it; the large plot says it always. */
function bottomLabels(diagram: Diagram, { pitch }: PanelLayout): 'title' | 'ticks' {
  return textWidth(printedTitle(diagram.x), textSize) < pitch - 4 ? 'title' : 'ticks';
}

function titleWidth(panel: DiagramPanel, letter: string): number {
  const before = letter === '' ? 0 : textWidth(letter, textSize) + 4;
  return before + textWidth(shortestTitle(panel), textSize);
}
