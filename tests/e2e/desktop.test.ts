/** The desktop app on a fake Electron with the real workbench, renderer and preload: from the start to a clean end. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startDesktop } from '../../src-main/host/electron-app';
import { app, asked, forgetAll, sender } from '../unit/electron/fake-electron';

vi.mock('electron', () => import('../unit/electron/fake-electron'));

let folder = '';
beforeEach(async () => {
  forgetAll();
  folder = await mkdtemp(join(tmpdir(), 'phasescape-desktop-'));
  app.folders = { userData: folder, home: folder, documents: folder };
  sender.frame = { url: 'app://phasescape/', parent: null };
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

type Ask = (input: unknown) => Promise<unknown>;

/** Loads the preload anew, as a page that is loaded or loaded again does. */
async function loadPage(): Promise<Record<string, Ask>> {
  vi.resetModules();
  await import('../../src-preload/index');
  return asked.exposed.get('phasescape') as unknown as Record<string, Ask>;
}

/** Quits as the user does, and waits until the app has let go of its project. */
async function quit(): Promise<void> {
  const before = asked.quits;
  app.quit();
  await vi.waitFor(() => expect(asked.quits).toBe(before + 2));
}

describe('startDesktop', () => {
  it('opens a window on the project, answers its page, and closes the project before it ends', async () => {
    await startDesktop(['--project', join(folder, 'first')]);
    expect(asked.errors).toEqual([]);
    const [window] = asked.windows;
    expect(window?.loaded).toEqual(['app://phasescape/']);
    const preload = (window?.options['webPreferences'] as { preload: string }).preload;
    expect(basename(preload)).toBe('index.cjs');
    const page = await asked.handlers.get('app')?.(new Request('app://phasescape/'));
    expect(await page?.text()).toContain('<title>Phasescape</title>');
    const bridge = await loadPage();
    expect(await bridge['workbench.describe']?.({})).toMatchObject({
      ok: true,
      value: { project: 'first', readOnly: false },
    });
    await quit();
  });

  it('changes the project on request, and keeps the present one where the new one cannot be opened', async () => {
    await startDesktop(['--project', join(folder, 'first')]);
    const [menu] = asked.menus as [
      { label?: string; submenu: { id?: string; click?: () => void }[] }[],
    ];
    const file = menu.find((entry) => entry.label === 'File');
    const open = () => file?.submenu.find(({ id }) => id === 'project.open')?.click?.();

    asked.chosenFolder = join(folder, 'second');
    open();
    await vi.waitFor(() => expect(asked.windows[0]?.reloads).toBe(1));
    const project = async () => {
      const bridge = await loadPage();
      return bridge['workbench.describe']?.({});
    };
    expect(await project()).toMatchObject({ value: { project: 'second' } });

    asked.chosenFolder = join(import.meta.dirname, 'desktop.test.ts');
    open();
    await vi.waitFor(() => expect(asked.errors).toHaveLength(1));
    expect(await project()).toMatchObject({ value: { project: 'second' } });
    await quit();
  });
});
