/** Who can do which command now: parts of the screen say so while they are there. */
import { defineStore } from 'pinia';
import { onScopeDispose, shallowReactive } from 'vue';
import { commandOf, type CommandId, type CommandScope } from '#shared/domain/commands';
import { useMessages } from './messages';

export interface CommandHandler {
  readonly run: () => void;
  /** Why it cannot be done now, as a sentence; null when it can. */
  readonly problem?: () => string | null;
}

export type CommandHandlers = Partial<Readonly<Record<CommandId, CommandHandler>>>;

/** Where a command is to be found that nobody here can do. */
const places: Readonly<Record<CommandScope, string>> = {
  everywhere: 'Not possible here.',
  experiments: 'On the Experiments screen.',
  design: 'On the Design screen of a draft.',
  cell: 'On the screen of a cell.',
  toy: 'On the Toy landscape screen.',
  desktop: 'In the desktop window, in its File menu.',
};

/** The handlers in force, the latest of a command first. */
export const useCommandHandlers = defineStore('command-handlers', () => {
  const handlers = shallowReactive(new Map<CommandId, readonly CommandHandler[]>());
  const messages = useMessages();

  const handlerOf = (id: CommandId) => handlers.get(id)?.[0];
  /** Why a command cannot be done now; null when it can. */
  function problemOf(id: CommandId): string | null {
    const handler = handlerOf(id);
    return handler ? (handler.problem?.() ?? null) : places[commandOf(id).scope];
  }

  return {
    problemOf,
    /** Whether a part of the present screen knows the command, possible or not: its key is then taken. */
    isKnown: (id: CommandId) => handlers.has(id),
    /** Does it; what is not possible is said in a message. */
    run: (id: CommandId): void => {
      const problem = problemOf(id);
      if (problem === null) handlerOf(id)?.run();
      else messages.tell(`${commandOf(id).title}: ${problem}`);
    },
    add: (id: CommandId, handler: CommandHandler): void => {
      handlers.set(id, [handler, ...(handlers.get(id) ?? [])]);
    },
    remove: (id: CommandId, handler: CommandHandler): void => {
      const rest = (handlers.get(id) ?? []).filter((one) => one !== handler);
      if (rest.length > 0) handlers.set(id, rest);
      else handlers.delete(id);
    },
  };
});

/** Says what the present component can do, until its scope ends. */
export function useCommands(part: CommandHandlers): void {
  const store = useCommandHandlers();
  const entries = Object.entries(part) as [CommandId, CommandHandler][];
  for (const [id, handler] of entries) store.add(id, handler);
  onScopeDispose(() => {
    for (const [id, handler] of entries) store.remove(id, handler);
  });
}
