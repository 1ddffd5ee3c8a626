/** Calls and events over one port, for the preload. */
import type { WorkbenchEvent } from '#shared/contract/events';
import type { CallFrame, EventFrame, ReplyFrame } from '#shared/contract/frames';
import type { ProcedureInput, ProcedureName, ProcedureOutput } from '#shared/contract/procedures';
import type { Outcome } from '#shared/errors';

export interface PortClient {
  /** Asks the workbench; never rejects. */
  readonly ask: <N extends ProcedureName>(
    procedure: N,
    input: ProcedureInput<N>,
  ) => Promise<Outcome<ProcedureOutput<N>>>;
  /** Hears every event; returns what ends it. */
  readonly onEvent: (listener: (event: WorkbenchEvent) => void) => () => void;
}

export function createPortClient(port: MessagePort): PortClient {
  const pending = new Map<number, (outcome: Outcome<unknown>) => void>();
  const listeners = new Set<{ readonly hear: (event: WorkbenchEvent) => void }>();
  let nextId = 1;
  port.onmessage = ({ data }: MessageEvent<ReplyFrame | EventFrame>) => {
    if (data.kind === 'event') {
      for (const { hear } of [...listeners]) hear(data.event);
      return;
    }
    const answer = pending.get(data.id);
    pending.delete(data.id);
    answer?.(data.ok ? { ok: true, value: data.value } : { ok: false, error: data.error });
  };
  return {
    ask<N extends ProcedureName>(procedure: N, input: ProcedureInput<N>) {
      return new Promise<Outcome<ProcedureOutput<N>>>((resolve) => {
        const frame: CallFrame = { kind: 'call', id: nextId++, procedure, input };
        // The workbench checks its outputs against the contract, so the type is what the schema says.
        pending.set(frame.id, resolve as (outcome: Outcome<unknown>) => void);
        port.postMessage(frame);
      });
    },
    onEvent(hear) {
      const entry = { hear };
      listeners.add(entry);
      return () => void listeners.delete(entry);
    },
  };
}
