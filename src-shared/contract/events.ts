/** What the workbench tells every open screen without being asked. */
import { z } from 'zod';
import { progressSchema, trainingCurveSchema } from './views';

export const events = {
  /** At most four a second and experiment, and once at the end. */
  'experiment.progress': progressSchema,
  /** New results are there: read the cells again. At most twice a second. */
  'experiment.results': z.object({ experimentId: z.string() }),
  /** An experiment was created, deleted or changed state. */
  'experiment.listed': z.object({}),
  /** New entries are in the log: read it again. At most twice a second. */
  'experiment.logged': z.object({ experimentId: z.string() }),
  /** Tags, notes or the archive of runs changed: read tables of runs again. */
  'runs.marked': z.object({}),
  /** Epochs that a running training has finished since the last event. */
  'run.epochs': trainingCurveSchema.extend({ experimentId: z.string() }),
  /** The menu of the desktop window was used: the page does the command. */
  'command.chosen': z.object({ id: z.string() }),
} as const satisfies Record<string, z.ZodType>;

export type EventName = keyof typeof events;
export type EventPayload<N extends EventName> = z.output<(typeof events)[N]>;
export type WorkbenchEvent = {
  [N in EventName]: { readonly name: N; readonly payload: EventPayload<N> };
}[EventName];
