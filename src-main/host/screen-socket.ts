/** One screen at the end of a WebSocket: calls in, replies and events out, without filling the memory for a slow reader. */
import type { WebSocket } from 'ws';
import { z } from 'zod';
import type { WorkbenchEvent } from '#shared/contract/events';
import type { EventFrame, ReplyFrame } from '#shared/contract/frames';
import type { Workbench } from '../workbench';

const callSchema = z.object({
  kind: z.literal('call'),
  id: z.number(),
  procedure: z.string(),
  // JSON has no way to send nothing but to leave it out: the procedure then says what it wants.
  input: z.unknown().optional(),
});

/** Above this, events are held back, only the latest of each kind and experiment. */
const slowBytes = 1024 * 1024;
/** Above this the reader is taken for dead. */
const deadBytes = 256 * 1024 * 1024;
const drainEveryMs = 100;
/** A screen that answers no ping for this long is gone. */
const pingEveryMs = 30_000;
/** Closing code of the protocol for data of a wrong kind. */
const badFrame = 1007;

/** Connects a screen until its socket closes. */
export function connectScreen(
  socket: WebSocket,
  workbench: Pick<Workbench, 'dispatch' | 'subscribe'>,
): void {
  const held = new Map<string, WorkbenchEvent>();
  let isAlive = true;
  const send = (frame: ReplyFrame | EventFrame) => {
    if (socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > deadBytes) socket.terminate();
    else socket.send(JSON.stringify(frame));
  };
  const say = (event: WorkbenchEvent) => {
    if (socket.bufferedAmount <= slowBytes && held.size === 0) send({ kind: 'event', event });
    // Epochs add to what was sent before: a gap is filled when the finished curve is read.
    else if (event.name !== 'run.epochs') held.set(keyOf(event), event);
  };
  const drain = setInterval(() => {
    if (held.size === 0 || socket.bufferedAmount > slowBytes) return;
    for (const event of held.values()) send({ kind: 'event', event });
    held.clear();
  }, drainEveryMs);
  const ping = setInterval(() => {
    if (isAlive) socket.ping();
    else socket.terminate();
    isAlive = false;
  }, pingEveryMs);
  const unsubscribe = workbench.subscribe(say);

  socket.on('pong', () => (isAlive = true));
  socket.on('error', () => socket.terminate());
  socket.on('close', () => {
    clearInterval(drain);
    clearInterval(ping);
    unsubscribe();
  });
  socket.on('message', (data, isBinary) => {
    const frame = isBinary || !Buffer.isBuffer(data) ? null : parseCall(data.toString('utf8'));
    if (frame) void workbench.dispatch(frame).then(send);
    else socket.close(badFrame, 'frame');
  });
}

function parseCall(text: string) {
  try {
    const { kind, id, procedure, input } = callSchema.parse(JSON.parse(text));
    return { kind, id, procedure, input };
  } catch {
    return null; // the caller closes the connection
  }
}

function keyOf(event: WorkbenchEvent): string {
  return 'experimentId' in event.payload
    ? `${event.name}/${event.payload.experimentId}`
    : event.name;
}
