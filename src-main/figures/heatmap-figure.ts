/** One scalar over the grid, with the phases on it. */
import type { Diagram } from '#shared/domain/diagram';
import type { DiagramPanel } from '#shared/domain/diagram-panel';
import { bottomRoom } from './axes';
import { barWidth } from './colour-bar';
import { drawHeatPanel, leftRoom } from './heat-panel';
import { columnWidth, titleRoom } from './page';
import type { Drawing } from './svg';
import { shortTitle } from './caption';

/** Draws one panel at the width of a single column. */
export function drawHeatmap(diagram: Diagram, panel: DiagramPanel): Drawing {
  const width = columnWidth.single;
  const left = leftRoom(diagram, true);
  const size = width - left - barWidth(panel);
  return {
    width,
    height: titleRoom + size + bottomRoom,
    body: drawHeatPanel({
      diagram,
      panel,
      frame: { x: left, y: titleRoom, width: size, height: size },
      title: shortTitle(panel),
      letter: '',
      labels: { bottom: true, left: 'title' },
      phases: true,
    }),
  };
}
