/** The frames on the wire, the same over a WebSocket and a MessagePort. */
import type { ErrorReport } from '../errors';
import type { WorkbenchEvent } from './events';

/** Screen to workbench. `id` is the caller's own count. */
export interface CallFrame {
  readonly kind: 'call';
  readonly id: number;
  readonly procedure: string;
  readonly input: unknown;
}

/** Workbench to screen: the answer to the call with the same id. */
export type ReplyFrame =
  | { readonly kind: 'reply'; readonly id: number; readonly ok: true; readonly value: unknown }
  | {
      readonly kind: 'reply';
      readonly id: number;
      readonly ok: false;
      readonly error: ErrorReport;
    };

/** Workbench to every screen. */
export interface EventFrame {
  readonly kind: 'event';
  readonly event: WorkbenchEvent;
}
