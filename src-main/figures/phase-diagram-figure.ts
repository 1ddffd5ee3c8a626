/** The panel figure of Yang et al. 2021: test accuracy large with the phases, the other panels beside it. */
import type { Diagram } from '#shared/domain/diagram';
import { PhasescapeError } from '#shared/errors';
import { bottomRoom, type Frame } from './axes';
import { shortestTitle, shortTitle } from './caption';
import { barWidth } from './colour-bar';
import { drawHeatPanel, leftRoom } from './heat-panel';
import { columnWidth, titleRoom } from './page';
import type { Drawing } from './svg';

/** Small panels stand in two rows, in more where a row would have more than this many. */
const mostColumns = 4;
/** The large plot is this many times as wide as a small one. */
const enlargement = 2.5;
const largestPlot = 260;
const gapBetweenPanels = 5;

/** Draws all panels of the diagram on shared axes. @throws PhasescapeError when there is no panel to draw */
export function drawPhaseDiagram(diagram: Diagram): Drawing {
  const [main, ...small] = diagram.panels.filter((panel) => panel.range !== null);
  if (main === undefined)
    throw new PhasescapeError(
      'invalid-input',
      'figure: results must hold a scalar to draw, got none; measure something or import more columns',
    );
  const rows = Math.max(2, Math.ceil(small.length / mostColumns));
  const columns = Math.ceil(small.length / rows);
  const width = columns === 0 ? columnWidth.single : columnWidth.double;
  const left = leftRoom(diagram, true);
  const largeBar = barWidth(main);
  // One width for all small plots, so one room for all their bars.
  const bar = Math.max(0, ...small.map(barWidth));
  const smallLeft = columns === 0 ? 0 : leftRoom(diagram, false) + 4;
  const free =
    width - left - largeBar - smallLeft - columns * bar - (columns - 1) * gapBetweenPanels;
  const largeWidth = Math.min(
    columns === 0 ? free : (free * enlargement) / (enlargement + columns),
    largestPlot,
  );
  const smallWidth = columns === 0 ? 0 : (free - largeWidth) / columns;
  const between = titleRoom + 4;
  const square = rows * smallWidth + (rows - 1) * between;
  const height =
    columns === 0 ? largeWidth : rows === 2 ? Math.min(largeWidth, 2 * smallWidth + 30) : square;
  const smallHeight = (height - (rows - 1) * between) / rows;
  const largeHeight = Math.min(largeWidth, height);
  const large: Frame = { x: left, y: titleRoom, width: largeWidth, height: largeHeight };
  const smallFrame = (i: number): Frame => ({
    x:
      left +
      largeWidth +
      largeBar +
      smallLeft +
      (i % columns) * (smallWidth + bar + gapBetweenPanels),
    y: titleRoom + Math.floor(i / columns) * (smallHeight + between),
    width: smallWidth,
    height: smallHeight,
  });
  return {
    width,
    height: titleRoom + height + bottomRoom,
    body: [
      ...drawHeatPanel({
        diagram,
        panel: main,
        frame: large,
        title: shortTitle(main),
        letter: small.length === 0 ? '' : 'a',
        labels: { bottom: true, left: 'title' },
        phases: true,
      }),
      ...small.flatMap((panel, i) =>
        drawHeatPanel({
          diagram,
          panel,
          frame: smallFrame(i),
          title: shortestTitle(panel),
          letter: String.fromCharCode('b'.charCodeAt(0) + i),
          labels: {
            // The lowest panel of each column carries the labels of the shared axis.
            bottom: i + columns >= small.length,
            left: i % columns === 0 ? 'ticks' : 'none',
          },
          phases: false,
        }),
      ),
    ],
  };
}
