/** The window and what it may not do: leave the renderer, open others, ask for devices, reach the network. */
import { app, BrowserWindow, type Session, type WebContents } from 'electron';
import { isOwnAddress, startAddress } from './electron-protocol';

/** Opens the window on the renderer. @param preload - path of the built preload, one CommonJS file */
export async function openWindow(preload: string): Promise<BrowserWindow> {
  const window = new BrowserWindow({
    name: 'main',
    windowStatePersistence: true,
    width: 1440,
    height: 900,
    minWidth: 900,
    minHeight: 600,
    show: false,
    title: 'Phasescape',
    webPreferences: {
      preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
      devTools: !app.isPackaged,
    },
  });
  window.once('ready-to-show', () => window.show());
  await window.loadURL(startAddress);
  return window;
}

/** Keeps a page where it is. Called for every page that is ever created. */
export function confinePage(contents: WebContents): void {
  const stay = (event: { preventDefault(): void; readonly url: string }) => {
    if (!isOwnAddress(event.url)) event.preventDefault();
  };
  contents.on('will-navigate', stay);
  contents.on('will-redirect', stay);
  contents.on('will-frame-navigate', stay);
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}

/** Denies every permission but our own page's notifications, and every request that is not the renderer's own: the workbench works offline. */
export function confineSession(session: Session): void {
  session.setPermissionRequestHandler((contents, permission, answer) =>
    answer(isAllowed(permission, contents.getURL())),
  );
  session.setPermissionCheckHandler((_contents, permission, origin) =>
    isAllowed(permission, origin),
  );
  session.setDevicePermissionHandler(() => false);
  session.webRequest.onBeforeRequest(({ url }, answer) =>
    answer({ cancel: !isOwnAddress(url) && !isLocalData(url) }),
  );
}

/** The end of an experiment is told by the system. */
function isAllowed(permission: string, address: string): boolean {
  return permission === 'notifications' && isOwnAddress(address);
}

/** Data that the page made itself, and the developer tools. */
function isLocalData(url: string): boolean {
  return /^(blob:app:\/\/phasescape\/|data:|devtools:)/.test(url);
}
