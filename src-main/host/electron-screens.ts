/** Connects pages of the window to the workbench: one port each, frames as on the WebSocket. */
import { ipcMain, type MessagePortMain, type WebFrameMain } from 'electron';
import { z } from 'zod';
import { connectChannel } from '#shared/contract/desktop-port';
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
 */
export function acceptScreens(workbench: () => ScreenWorkbench): void {
  ipcMain.on(connectChannel, (event) => {
    const [port] = event.ports;
    if (port === undefined) return;
    if (isOwnFrame(event.senderFrame)) connectPort(port, workbench());
    else port.close();
  });
}

/** A frame inside the page, or a page from elsewhere, is not ours. */
function isOwnFrame(frame: WebFrameMain | null): boolean {
  return frame !== null && frame.parent === null && isOwnAddress(frame.url);
}

/** Serves one screen until its port closes; a frame that is no call closes it. */
export function connectPort(port: MessagePortMain, workbench: ScreenWorkbench): void {
  let isOpen = true;
  const send = (frame: ReplyFrame | EventFrame) => {
    if (isOpen) port.postMessage(frame);
  };
  const unsubscribe = workbench.subscribe((event) => send({ kind: 'event', event }));
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
}
