/** One scalar over the grid, with the phases on it. */
import type { Diagram } from '#shared/domain/diagram';
import type { DiagramPanel } from '#shared/domain/diagram-panel';
import { bottomRoom } from './axes';
import { shortTitle } from './caption';
import { barWidth } from './colour-bar';
import { drawHeatPanel, leftRoom } from './heat-panel';
import { titleRoom } from './page';
import { plotHeight, type Sheet } from './sheet';
import type { Drawing } from './svg';

/** Draws one panel at the width of a single column: square, or as high as the sheet asks. */
export function drawHeatmap(diagram: Diagram, panel: DiagramPanel, sheet: Sheet): Drawing {
  const width = sheet.single;
  const left = leftRoom(diagram, true);
  const plotWidth = width - left - barWidth(panel);
  const height = plotHeight(sheet, { usual: plotWidth, around: titleRoom + bottomRoom });
  return {
    width,
    height: titleRoom + height + bottomRoom,
    body: drawHeatPanel({
      diagram,
      panel,
      frame: { x: left, y: titleRoom, width: plotWidth, height },
      title: shortTitle(panel),
      letter: '',
      labels: { bottom: 'title', left: 'title' },
      phases: true,
    }),
  };
}
