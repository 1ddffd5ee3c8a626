/** Chooses the transport: the preload's port in the desktop window, else a WebSocket to the host of this page. */
import { createBackend, type Backend } from './backend';
import { connectPreload, type PreloadBridge } from './preload-connection';
import { browserSocket, connectWebSocket } from './websocket-connection';

/** The backend of this window, connecting from now on. */
export function connectBackend(page: Window): Backend {
  const checkOutputs = import.meta.env.DEV;
  const bridge = (page as Window & { readonly phasescape?: PreloadBridge }).phasescape;
  if (bridge) return createBackend(connectPreload(bridge), checkOutputs);
  const address = socketAddress(page.location);
  return createBackend(connectWebSocket({ open: () => browserSocket(address) }), checkOutputs);
}

/** `/ws` on the page's own host, with the token of the page's query where it has one (else a cookie carries it). */
export function socketAddress(location: Pick<Location, 'protocol' | 'host' | 'search'>): string {
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
  const token = new URLSearchParams(location.search).get('token');
  const query = token === null ? '' : `?token=${encodeURIComponent(token)}`;
  return `${scheme}://${location.host}/ws${query}`;
}
