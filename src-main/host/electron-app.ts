/** The desktop app: one instance, one project, one window; opens the workbench and ends it cleanly. */
import { dirname, join } from 'node:path';
import { app, dialog, session, type BrowserWindow } from 'electron';
import { reportError } from '#shared/errors';
import { Workbench } from '../workbench';
import { findRenderer } from '../workbench/renderer-folder';
import { startSettings } from '../workbench/start-settings';
import { workerEntry } from '../workers/worker-process';
import { saveThroughDialog } from './electron-downloads';
import { setApplicationMenu } from './electron-menu';
import { askForProject, firstProject, rememberProject } from './electron-project';
import { registerAppScheme, serveRenderer } from './electron-protocol';
import { acceptScreens } from './electron-screens';
import { confinePage, confineSession, openWindow } from './electron-window';
import { utilityWorker } from './electron-workers';

/** Runs the desktop app until it is quit. What goes wrong is shown in a dialog, never thrown. */
export async function startDesktop(argv: readonly string[]): Promise<void> {
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return;
  }
  registerAppScheme();
  app.enableSandbox();
  app.on('web-contents-created', (_event, contents) => confinePage(contents));
  await app.whenReady();
  try {
    const folder = firstProject(argv);
    const desktop = new Desktop(folder, await openWorkbench(folder));
    await desktop.show();
  } catch (error) {
    showError('Phasescape cannot start', error);
    app.quit();
  }
}

class Desktop {
  #folder: string;
  #workbench: Workbench;
  #window: BrowserWindow | null = null;
  #isEnding = false;

  constructor(folder: string, workbench: Workbench) {
    this.#folder = folder;
    this.#workbench = workbench;
    confineSession(session.defaultSession);
    saveThroughDialog(session.defaultSession);
    serveRenderer(findRenderer());
    const tell = acceptScreens(() => this.#workbench);
    setApplicationMenu({
      openProject: () => void this.#chooseProject(),
      run: (id) => tell({ name: 'command.chosen', payload: { id } }),
    });
    app.on('second-instance', () => this.#focus());
    app.on('window-all-closed', () => app.quit());
    app.on('before-quit', (event) => {
      if (this.#isEnding) return;
      event.preventDefault();
      void this.#end();
    });
  }

  async show(): Promise<void> {
    this.#window = await openWindow(join(dirname(findRenderer()), 'preload', 'index.cjs'));
  }

  #focus(): void {
    if (this.#window?.isMinimized() === true) this.#window.restore();
    this.#window?.focus();
  }

  /** Opens another project; when it cannot be opened the present one stays. */
  async #chooseProject(): Promise<void> {
    if (this.#window === null) return;
    const folder = await askForProject(this.#window);
    if (folder === null || folder === this.#folder) return;
    const before = this.#workbench;
    try {
      this.#workbench = await openWorkbench(folder);
      this.#folder = folder;
    } catch (error) {
      showError('The project cannot be opened', error);
      return;
    }
    // A new page connects to the new workbench; the old page's port closes with it.
    this.#window.reload();
    await before[Symbol.asyncDispose]();
  }

  /** Ends the workers and closes the files before the process goes. */
  async #end(): Promise<void> {
    this.#isEnding = true;
    try {
      await this.#workbench[Symbol.asyncDispose]();
    } catch (error) {
      showError('The project was not closed cleanly', error);
    }
    app.quit();
  }
}

/** @throws StoreError when the project cannot be opened */
async function openWorkbench(folder: string): Promise<Workbench> {
  // A problem with the settings is told by their screen, which reads them again.
  const start = await startSettings();
  const workbench = Workbench.open({
    folder,
    ...start.options,
    spawnWorker: utilityWorker(workerEntry()),
  });
  rememberProject(folder);
  return workbench;
}

function showError(title: string, error: unknown): void {
  dialog.showErrorBox(title, reportError(error).message);
}
