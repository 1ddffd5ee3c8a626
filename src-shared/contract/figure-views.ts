/** The settings of a figure as a door passes them on. */
import { z } from 'zod';
import { axisScales } from '../domain/diagram-axis';
import { diagramStatistics } from '../domain/diagram-statistic';
import { figurePageSchema } from '../domain/figure-page';
import { figureKinds, mostPanels, type FigureSettings } from '../domain/figure-settings';
import { scalarSchema } from '../domain/spec';
import { newThresholdsSchema } from './views';

const scalarName = z.string().max(100);
const axisLook = z
  .strictObject({
    scale: z.enum(axisScales).exactOptional(),
    flipped: z.boolean().exactOptional(),
  })
  .readonly();

/** What a door passes on; whether the scalars are measured is for the figure to say. */
/** Farthest end of a colour range: the span of two still is a number. */
const farthest = 1e300;
const rangeEnd = z.number().min(-farthest).max(farthest).nullable();
const colourRange = z
  .tuple([rangeEnd, rangeEnd])
  .readonly()
  .refine(([low, high]) => low === null || high === null || low < high, {
    error: 'must rise from its low to its high end',
  });

export const figureSettingsSchema = z.strictObject({
  kind: z.enum(figureKinds),
  metric: scalarName.exactOptional(),
  across: scalarName.exactOptional(),
  panels: z.array(scalarName).min(1).max(mostPanels).readonly().exactOptional(),
  statistic: z.enum(diagramStatistics).exactOptional(),
  ranges: z.record(scalarName, colourRange).exactOptional(),
  shared: z
    .strictObject({ units: z.boolean().exactOptional(), slices: z.boolean().exactOptional() })
    .exactOptional(),
  look: z
    .strictObject({
      x: axisLook.exactOptional(),
      y: axisLook.exactOptional(),
      swapped: z.boolean().exactOptional(),
    })
    .exactOptional(),
  held: z.record(z.string(), scalarSchema).exactOptional(),
  lines: z
    .strictObject({
      along: z.enum(['x', 'y', 'both']).exactOptional(),
      cells: z.array(z.number().int().min(0)).min(1).readonly().exactOptional(),
      training: z.boolean().exactOptional(),
      asError: z.boolean().exactOptional(),
    })
    .exactOptional(),
  errorBars: z.boolean().exactOptional(),
  thresholds: newThresholdsSchema.exactOptional(),
  page: figurePageSchema.exactOptional(),
}) satisfies z.ZodType<FigureSettings>;
