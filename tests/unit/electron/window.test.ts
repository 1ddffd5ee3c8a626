import { beforeEach, describe, expect, it, vi } from 'vitest';
import { confinePage, confineSession, openWindow } from '../../../src-main/host/electron-window';
import { asked, FakeContents, forgetAll, session } from './fake-electron';

vi.mock('electron', () => import('./fake-electron'));

beforeEach(forgetAll);

/** What a navigation to `url` would do. */
function navigate(contents: FakeContents, event: string, url: string): 'goes' | 'stays' {
  const preventDefault = vi.fn();
  contents.emit(event, { url, preventDefault });
  return preventDefault.mock.calls.length > 0 ? 'stays' : 'goes';
}

describe('openWindow', () => {
  it('opens the renderer isolated, sandboxed and without Node', async () => {
    await openWindow('/program/preload/index.cjs');
    const [window] = asked.windows;
    expect(window?.loaded).toEqual(['app://phasescape/']);
    expect(window?.options['webPreferences']).toMatchObject({
      preload: '/program/preload/index.cjs',
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webviewTag: false,
      devTools: false,
    });
  });

  it('shows itself only when there is something to see', async () => {
    await openWindow('preload');
    const [window] = asked.windows;
    expect(window?.isShown).toBe(false);
    window?.emit('ready-to-show');
    expect(window?.isShown).toBe(true);
  });
});

describe('confinePage', () => {
  it('refuses to leave the renderer, by any way', () => {
    const contents = new FakeContents();
    confinePage(contents as never);
    for (const event of ['will-navigate', 'will-redirect', 'will-frame-navigate']) {
      expect(navigate(contents, event, 'https://example.org/')).toBe('stays');
      expect(navigate(contents, event, 'file:///etc/passwd')).toBe('stays');
      expect(navigate(contents, event, 'app://phasescape/#/runs')).toBe('goes');
    }
    expect(navigate(contents, 'will-attach-webview', '')).toBe('stays');
    expect(contents.windowOpen()).toEqual({ action: 'deny' });
  });
});

describe('confineSession', () => {
  it('denies every permission but notifications of our own page, and every request to elsewhere', () => {
    const page = session.defaultSession;
    confineSession(page as never);
    const asks = (permission: string, address: string) => {
      const answers: unknown[] = [];
      const contents = { getURL: () => address };
      page.permissionRequest(
        contents as never,
        permission as never,
        ((allowed: boolean) => answers.push(allowed)) as never,
      );
      answers.push(page.permissionCheck(contents as never, permission as never, address as never));
      return answers;
    };
    expect(asks('media', 'app://phasescape/')).toEqual([false, false]);
    expect(asks('notifications', 'https://example.org/')).toEqual([false, false]);
    expect(asks('notifications', 'app://phasescape/')).toEqual([true, true]);
    expect(page.devicePermission()).toBe(false);
    const cancelled = (url: string) => {
      let cancel: boolean | undefined;
      page.beforeRequest(
        { url } as never,
        ((a: { cancel: boolean }) => (cancel = a.cancel)) as never,
      );
      return cancel;
    };
    expect(cancelled('app://phasescape/assets/app.js')).toBe(false);
    expect(cancelled('blob:app://phasescape/1-2-3')).toBe(false);
    expect(cancelled('https://example.org/beacon')).toBe(true);
    expect(cancelled('blob:https://example.org/1')).toBe(true);
  });
});
