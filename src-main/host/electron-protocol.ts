/** `app://phasescape/`: the built renderer as the window's only origin. Nothing outside that folder is served. */
import { protocol } from 'electron';
import { staticFile } from './static-files';

const scheme = 'app';
const host = 'phasescape';

/** Address of the renderer's first page. */
export const startAddress = `${scheme}://${host}/`;

const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  // The charts' tooltips write inline styles.
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'none'",
  // The sweep of the toy landscape is computed beside the interface.
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Whether an address belongs to the renderer. */
export function isOwnAddress(address: string): boolean {
  const url = URL.parse(address);
  return url !== null && url.protocol === `${scheme}:` && url.host === host;
}

/** Makes `app:` an origin of its own, as secure as https. Must run before the app is ready. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/** Serves the folder of the built renderer. */
export function serveRenderer(folder: string): void {
  protocol.handle(scheme, (request) => answerRequest(request, folder));
}

/** A file of the renderer with its headers, or 404; 405 for anything but reading. Never throws. */
export async function answerRequest(
  request: Pick<Request, 'method' | 'url'>,
  folder: string,
): Promise<Response> {
  const headers = {
    'Content-Security-Policy': contentSecurityPolicy,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
  };
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return new Response('method: must be GET or HEAD', { status: 405, headers });
  const url = URL.parse(request.url);
  const file =
    url !== null && isOwnAddress(request.url) ? await staticFile(folder, url.pathname) : null;
  if (file === null)
    return new Response('file: must be part of the renderer', { status: 404, headers });
  return new Response(request.method === 'HEAD' ? null : Buffer.from(file.bytes), {
    headers: { ...headers, 'Content-Type': file.type },
  });
}
