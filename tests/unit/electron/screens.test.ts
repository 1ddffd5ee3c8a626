/** The way of a call: preload, port, main process, workbench, and back; and what is refused on it. */
import { once } from 'node:events';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { WorkbenchEvent } from '#shared/contract/events';
import type { CallFrame, ReplyFrame } from '#shared/contract/frames';
import { procedures, type ProcedureName } from '#shared/contract/procedures';
import type { Outcome } from '#shared/errors';
import { acceptScreens, connectPort } from '../../../src-main/host/electron-screens';
import { asked, forgetAll, ipcMain, portPair, sender } from './fake-electron';

vi.mock('electron', () => import('./fake-electron'));

/** A workbench that answers every call with its own frame. */
function echoWorkbench() {
  const listeners = new Set<(event: WorkbenchEvent) => void>();
  return {
    listeners,
    dispatch: (frame: CallFrame): Promise<ReplyFrame> =>
      Promise.resolve(
        frame.procedure === 'experiment.delete'
          ? {
              kind: 'reply',
              id: frame.id,
              ok: false,
              error: { code: 'conflict', message: 'experiment: must not be running' },
            }
          : { kind: 'reply', id: frame.id, ok: true, value: [frame.procedure, frame.input] },
      ),
    subscribe: (listener: (event: WorkbenchEvent) => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

type Bridge = Record<ProcedureName, (input: unknown) => Promise<Outcome<unknown>>> & {
  onEvent(listener: (event: WorkbenchEvent) => void): () => void;
};

async function loadPreload(): Promise<Bridge> {
  vi.resetModules();
  await import('../../../src-preload/index');
  return asked.exposed.get('phasescape') as unknown as Bridge;
}

beforeEach(() => {
  forgetAll();
  sender.frame = { url: 'app://phasescape/', parent: null };
});

describe('preload', () => {
  it('exposes one function per procedure and the events, and nothing else', async () => {
    acceptScreens(echoWorkbench);
    const bridge = await loadPreload();
    expect(Object.keys(bridge).sort()).toEqual([...Object.keys(procedures), 'onEvent'].sort());
    expect([...asked.exposed.keys()]).toEqual(['phasescape']);
  });

  it('carries every procedure under its own name, with input and output', async () => {
    acceptScreens(echoWorkbench);
    const bridge = await loadPreload();
    for (const name of Object.keys(procedures) as ProcedureName[]) {
      if (name === 'experiment.delete') continue;
      const input = { experimentId: name };
      expect(await bridge[name](input)).toEqual({ ok: true, value: [name, input] });
    }
  });

  it('reports an error as an outcome, it does not throw', async () => {
    acceptScreens(echoWorkbench);
    const bridge = await loadPreload();
    expect(await bridge['experiment.delete']({ experimentId: 'e1' })).toEqual({
      ok: false,
      error: { code: 'conflict', message: 'experiment: must not be running' },
    });
  });

  it('hears events until it ends listening', async () => {
    const workbench = echoWorkbench();
    acceptScreens(() => workbench);
    const bridge = await loadPreload();
    const heard: string[] = [];
    const end = bridge.onEvent((event) => heard.push(event.name));
    const say = async () => {
      for (const tell of workbench.listeners) tell({ name: 'experiment.listed', payload: {} });
      // An answer comes after every event that was sent before it.
      await bridge['workbench.describe']({});
    };
    await say();
    end();
    await say();
    expect(heard).toEqual(['experiment.listed']);
  });
});

describe('acceptScreens', () => {
  it('tells the page that is connected now what the menu of the window says', async () => {
    const tell = acceptScreens(echoWorkbench);
    const bridge = await loadPreload();
    const heard: unknown[] = [];
    bridge.onEvent((event) => heard.push(event));
    const chosen = { name: 'command.chosen', payload: { id: 'go.runs' } } as const;
    tell(chosen);
    await bridge['workbench.describe']({});
    expect(heard).toEqual([chosen]);
    const { main, page } = portPair();
    ipcMain.emit('workbench.connect', { senderFrame: sender.frame, ports: [main] });
    page.close();
    expect(() => tell(chosen)).not.toThrow();
  });

  it.each([
    ['a page from elsewhere', { url: 'https://example.org/', parent: null }],
    ['a frame inside our page', { url: 'app://phasescape/', parent: {} }],
    ['a frame that is gone', null],
  ])('refuses %s: its port is closed and no call is answered', async (_, frame) => {
    const workbench = echoWorkbench();
    acceptScreens(() => workbench);
    sender.frame = frame;
    const { main, page } = portPair();
    const closed = once(page, 'close');
    ipcMain.emit('workbench.connect', { senderFrame: sender.frame, ports: [main] });
    await closed;
    expect(workbench.listeners.size).toBe(0);
  });

  it('ignores a message without a port', () => {
    acceptScreens(echoWorkbench);
    ipcMain.emit('workbench.connect', { senderFrame: sender.frame, ports: [] });
  });
});

describe('connectPort', () => {
  it('closes on a frame that is no call, and ends its subscription', async () => {
    const workbench = echoWorkbench();
    const { main, page } = portPair();
    connectPort(main, workbench);
    expect(workbench.listeners.size).toBe(1);
    const closed = once(page, 'close');
    page.postMessage({ kind: 'call', id: 'not a number' });
    await closed;
    await vi.waitFor(() => expect(workbench.listeners.size).toBe(0));
  });

  it('sends nothing to a page that is gone', async () => {
    const workbench = echoWorkbench();
    const { main, page } = portPair();
    connectPort(main, workbench);
    const [tell] = workbench.listeners;
    page.close();
    await vi.waitFor(() => expect(workbench.listeners.size).toBe(0));
    expect(() => tell?.({ name: 'experiment.listed', payload: {} })).not.toThrow();
  });
});
