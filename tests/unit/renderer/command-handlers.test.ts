import { createPinia, setActivePinia } from 'pinia';
import { effectScope } from 'vue';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { useCommandHandlers, useCommands } from '#renderer/workspace/command-handlers';
import { useMessages } from '#renderer/workspace/messages';

beforeEach(() => {
  setActivePinia(createPinia());
  vi.useFakeTimers();
  return () => vi.useRealTimers();
});

describe('useCommands', () => {
  it('says what can be done until its scope ends; the latest scope decides', () => {
    const handlers = useCommandHandlers();
    const runs: string[] = [];
    expect(handlers.problemOf('edit.undo')).toBe('On the Design screen of a draft.');
    const outer = effectScope();
    outer.run(() => useCommands({ 'edit.undo': { run: () => runs.push('outer') } }));
    const inner = effectScope();
    inner.run(() => useCommands({ 'edit.undo': { run: () => runs.push('inner') } }));
    handlers.run('edit.undo');
    inner.stop();
    handlers.run('edit.undo');
    outer.stop();
    expect(handlers.isKnown('edit.undo')).toBe(false);
    handlers.run('edit.undo');
    expect(runs).toEqual(['inner', 'outer']);
  });

  it('tells why a command is not possible, and does not do it', () => {
    const run = vi.fn();
    const problem = 'Nothing was changed.';
    effectScope().run(() => useCommands({ 'edit.undo': { run, problem: () => problem } }));
    useCommandHandlers().run('edit.undo');
    expect(run).not.toHaveBeenCalled();
    expect(useMessages().shown.map(({ text }) => text)).toEqual(['Undo: Nothing was changed.']);
  });
});

describe('useMessages', () => {
  const link = (experimentId: string, isBrief = false) => ({
    title: 'Look',
    to: '/toy',
    experimentId,
    isBrief,
  });

  it('shows a sentence once and for a while, one that leads elsewhere until it is closed', () => {
    const messages = useMessages();
    messages.tell('one');
    messages.tell('one');
    messages.tell('two', link('a'));
    expect(messages.shown.map(({ text }) => text)).toEqual(['one', 'two']);
    vi.advanceTimersByTime(60_000);
    expect(messages.shown.map(({ text }) => text)).toEqual(['two']);
    messages.close(messages.shown[0]?.id ?? 0);
    expect(messages.shown).toEqual([]);
  });

  it('takes one away whose experiment is gone to, and soon where it is open already', () => {
    const messages = useMessages();
    messages.tell('a is finished.', link('a'));
    messages.tell('b is finished.', link('b'));
    messages.tell('c is finished.', link('c', true));
    messages.seen('a');
    expect(messages.shown.map(({ text }) => text)).toEqual(['b is finished.', 'c is finished.']);
    vi.advanceTimersByTime(60_000);
    expect(messages.shown.map(({ text }) => text)).toEqual(['b is finished.']);
  });
});
