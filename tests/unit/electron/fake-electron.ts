/**
 * Electron as far as the desktop shell uses it. Remembers what it was asked for; events are fired by the tests.
 * Put in place by `vi.mock('electron', () => import('./fake-electron'))`.
 */
import { EventEmitter } from 'node:events';
import { MessageChannel, type MessagePort } from 'node:worker_threads';

type Listener = (...args: never[]) => unknown;

/** Everything that was asked of Electron in this test file. */
export const asked = {
  privileged: [] as unknown[],
  handlers: new Map<string, (request: Request) => Promise<Response>>(),
  exposed: new Map<string, Record<string, Listener>>(),
  errors: [] as string[],
  menus: [] as unknown[],
  windows: [] as BrowserWindow[],
  children: [] as FakeChild[],
  chosenFolder: null as string | null,
  hasLock: true,
  quits: 0,
};

export function forgetAll(): void {
  asked.privileged = [];
  asked.handlers.clear();
  asked.exposed.clear();
  asked.errors = [];
  asked.menus = [];
  asked.windows = [];
  asked.children = [];
  asked.chosenFolder = null;
  asked.hasLock = true;
  asked.quits = 0;
  ipcMain.removeAllListeners();
  app.removeAllListeners();
  session.defaultSession.removeAllListeners();
}

class FakeApp extends EventEmitter {
  isPackaged = true;
  folders: Record<string, string> = {};
  requestSingleInstanceLock = () => asked.hasLock;
  whenReady = () => Promise.resolve();
  enableSandbox = () => undefined;
  getPath = (name: string) => this.folders[name] ?? '';
  quit = () => {
    asked.quits += 1;
    const event = { prevented: false, preventDefault: () => (event.prevented = true) };
    this.emit('before-quit', event);
  };
}
export const app = new FakeApp();

export const protocol = {
  registerSchemesAsPrivileged: (schemes: unknown[]) => asked.privileged.push(...schemes),
  handle: (scheme: string, handler: (request: Request) => Promise<Response>) =>
    asked.handlers.set(scheme, handler),
};

class FakeSession extends EventEmitter {
  permissionRequest: Listener = () => undefined;
  permissionCheck: Listener = () => undefined;
  devicePermission: Listener = () => undefined;
  beforeRequest: Listener = () => undefined;
  setPermissionRequestHandler = (handler: Listener) => (this.permissionRequest = handler);
  setPermissionCheckHandler = (handler: Listener) => (this.permissionCheck = handler);
  setDevicePermissionHandler = (handler: Listener) => (this.devicePermission = handler);
  webRequest = { onBeforeRequest: (listener: Listener) => (this.beforeRequest = listener) };
}
export const session = { defaultSession: new FakeSession() };

export class FakeContents extends EventEmitter {
  windowOpen: () => { action: string } = () => ({ action: 'allow' });
  setWindowOpenHandler = (handler: () => { action: string }) => (this.windowOpen = handler);
}

export class BrowserWindow extends EventEmitter {
  readonly options: Record<string, unknown>;
  readonly loaded: string[] = [];
  readonly webContents = new FakeContents();
  reloads = 0;
  isShown = false;
  constructor(options: Record<string, unknown>) {
    super();
    this.options = options;
    asked.windows.push(this);
  }
  loadURL = (url: string) => Promise.resolve(void this.loaded.push(url));
  show = () => (this.isShown = true);
  reload = () => (this.reloads += 1);
  focus = () => undefined;
  restore = () => undefined;
  isMinimized = () => false;
}

export const dialog = {
  showErrorBox: (title: string, content: string) => asked.errors.push(`${title}: ${content}`),
  showOpenDialog: () =>
    Promise.resolve({
      canceled: asked.chosenFolder === null,
      filePaths: asked.chosenFolder === null ? [] : [asked.chosenFolder],
    }),
};

export const Menu = {
  buildFromTemplate: (template: unknown) => template,
  setApplicationMenu: (menu: unknown) => asked.menus.push(menu),
};

export class FakeChild extends EventEmitter {
  readonly entry: string;
  readonly sent: unknown[] = [];
  pid: number | undefined = undefined;
  kills = 0;
  constructor(entry: string) {
    super();
    this.entry = entry;
  }
  postMessage = (message: unknown) => this.sent.push(message);
  kill = () => (this.kills += 1);
}
export const utilityProcess = {
  fork: (entry: string) => {
    const child = new FakeChild(entry);
    asked.children.push(child);
    return child;
  },
};

/** Node's port with the interface of Electron's `MessagePortMain`. */
export class FakePortMain extends EventEmitter {
  readonly #port: MessagePort;
  constructor(port: MessagePort) {
    super();
    this.#port = port;
    port.on('close', () => this.emit('close'));
  }
  start = () => this.#port.on('message', (data: unknown) => this.emit('message', { data }));
  postMessage = (message: unknown) => this.#port.postMessage(message);
  close = () => this.#port.close();
}

export const ipcMain = new EventEmitter();

/** The frame that the next message of `ipcRenderer` seems to come from. */
export const sender = { frame: { url: 'app://phasescape/', parent: null } as unknown };

export const ipcRenderer = {
  postMessage: (channel: string, _message: unknown, ports: MessagePort[]) =>
    ipcMain.emit(channel, {
      senderFrame: sender.frame,
      ports: ports.map((port) => new FakePortMain(port)),
    }),
};

export const contextBridge = {
  exposeInMainWorld: (name: string, api: Record<string, Listener>) => asked.exposed.set(name, api),
};

/** A connected pair: Electron's side and the page's. */
export function portPair(): { main: Electron.MessagePortMain; page: MessagePort } {
  const { port1, port2 } = new MessageChannel();
  const main: unknown = new FakePortMain(port1);
  return { main: main as Electron.MessagePortMain, page: port2 };
}
