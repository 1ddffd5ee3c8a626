/** What the screens can ask of the workbench, independent of the transport behind it. */
import type { ShallowRef } from 'vue';
import type { EventName, EventPayload, WorkbenchEvent } from '#shared/contract/events';
import {
  procedures,
  type ProcedureInput,
  type ProcedureName,
  type ProcedureOutput,
} from '#shared/contract/procedures';
import { reportError, type ErrorReport, type Outcome } from '#shared/errors';
import type { Connection, ConnectionState } from './connection';

export interface Backend {
  /** Where the connection stands; `connection count` rises with every (re)connect. */
  readonly state: Readonly<ShallowRef<ConnectionState>>;
  /** Asks the workbench. Never throws: a broken connection is an error in the outcome too. */
  call<N extends ProcedureName>(
    name: N,
    input: ProcedureInput<N>,
  ): Promise<Outcome<ProcedureOutput<N>>>;
  /** Listens to one event; returns what ends it. */
  on<N extends EventName>(name: N, listener: (payload: EventPayload<N>) => void): () => void;
}

/**
 * The typed backend over a connection.
 *
 * @param connection - a WebSocket or the preload's port
 * @param checkOutputs - validates every answer against the contract: for development and tests
 */
export function createBackend(connection: Connection, checkOutputs = false): Backend {
  return {
    state: connection.state,
    async call<N extends ProcedureName>(name: N, input: ProcedureInput<N>) {
      let outcome: Outcome<unknown>;
      try {
        outcome = await connection.call(name, input);
      } catch (error) {
        outcome = { ok: false, error: reportError(error) };
      }
      if (outcome.ok && checkOutputs) outcome = checkedOutcome(name, outcome.value);
      return outcome as Outcome<ProcedureOutput<N>>;
    },
    on(name, listener) {
      return connection.onEvent((event: WorkbenchEvent) => {
        if (event.name === name) (listener as (payload: unknown) => void)(event.payload);
      });
    },
  };
}

function checkedOutcome(name: ProcedureName, value: unknown): Outcome<unknown> {
  const parsed = procedures[name].output.safeParse(value);
  if (parsed.success) return { ok: true, value };
  const error: ErrorReport = {
    code: 'internal',
    message: `${name}: the answer must fit the contract, got ${parsed.error.message}`,
  };
  return { ok: false, error };
}
