/** Connects pages of the window to the workbench: one port each, frames as on the WebSocket. */
import { ipcMain, type MessagePortMain, type WebFrameMain } from 'electron';
import { z } from 'zod';
import { connectChannel } from '#shared/contract/desktop-port';
import type { WorkbenchEvent } from '#shared/contract/events';
import type { EventFrame, ReplyFrame } from '#shared/contract/frames';
import type { Workbench } from '../workbench';
import { isOwnAddress } from './electron-protocol';

const callSchema = z.object({
  kind: z.literal('call'),
  id: z.number(),
  procedure: z.string(),
  input: z.unknown(),
});

/** The part of the workbench that a screen talks to. */
export type ScreenWorkbench = Pick<Workbench, 'dispatch' | 'subscribe'>;

/**
 * Accepts ports from the top frame of our own page and refuses all others.
 * @param workbench - the one that is open at the time of the connection
 * @returns what tells the page that is connected now an event of the window's own
 */
export function acceptScreens(workbench: () => ScreenWorkbench): (event: WorkbenchEvent) => void {
  const tellers = new Set<(event: WorkbenchEvent) => void>();
  ipcMain.on(connectChannel, (event) => {
    const [port] = event.ports;
    if (port === undefined) return;
    if (!isOwnFrame(event.senderFrame)) {
      port.close();
      return;
    }
    const tell = connectPort(port, workbench());
    tellers.add(tell);
    port.on('close', () => tellers.delete(tell));
  });
  return (event) => {
    for (const tell of tellers) tell(event);
  };
}

/** A frame inside the page, or a page from elsewhere, is not ours. */
function isOwnFrame(frame: WebFrameMain | null): boolean {
  return frame !== null && frame.parent === null && isOwnAddress(frame.url);
}

/**
 * Serves one screen until its port closes; a frame that is no call closes it.
 * @returns what tells this screen an event
 */
export function connectPort(
  port: MessagePortMain,
  workbench: ScreenWorkbench,
): (event: WorkbenchEvent) => void {
  let isOpen = true;
  const send = (frame: ReplyFrame | EventFrame) => {
    if (isOpen) port.postMessage(frame);
  };
  const tell = (event: WorkbenchEvent) => send({ kind: 'event', event });
  const unsubscribe = workbench.subscribe(tell);
  port.on('close', () => {
    isOpen = false;
    unsubscribe();
  });
  port.on('message', ({ data }) => {
    const frame = callSchema.safeParse(data);
    if (!frame.success) {
      port.close();
      return;
    }
    const { kind, id, procedure, input } = frame.data;
    void workbench.dispatch({ kind, id, procedure, input }).then(send);
  });
  port.start();
  return tell;
}
