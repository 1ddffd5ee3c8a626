/** The menu of the desktop window: made from the table of commands. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { commandGroups, commands } from '#shared/domain/commands';
import { setApplicationMenu } from '../../../src-main/host/electron-menu';
import { asked, forgetAll } from './fake-electron';

vi.mock('electron', () => import('./fake-electron'));

interface Item {
  readonly id?: string;
  readonly label?: string;
  readonly role?: string;
  readonly accelerator?: string;
  readonly registerAccelerator?: boolean;
  readonly submenu?: readonly Item[];
  readonly click?: () => void;
}

beforeEach(forgetAll);

function menuOf(actions: Parameters<typeof setApplicationMenu>[0]): readonly Item[] {
  setApplicationMenu(actions);
  return asked.menus[0] as readonly Item[];
}
const noActions = { openProject: () => undefined, run: () => undefined };

describe('setApplicationMenu', () => {
  it('has every command once, in the menu of its group', () => {
    const menu = menuOf(noActions);
    const listed = menu.flatMap(({ label, submenu = [] }) =>
      submenu.filter(({ id }) => id !== undefined).map(({ id }) => [id, label]),
    );
    expect(listed).toEqual(commands.map(({ id, group }) => [id, group]).sort(byGroup));
  });

  it('has the page do its commands, and opens projects itself', () => {
    const run = vi.fn();
    const openProject = vi.fn();
    const items = menuOf({ openProject, run }).flatMap(({ submenu = [] }) => submenu);
    for (const { click } of items) click?.();
    expect(openProject).toHaveBeenCalledTimes(1);
    const others = commands.filter(({ scope }) => scope !== 'desktop');
    expect(run.mock.calls.flat().sort()).toEqual(others.map(({ id }) => id).sort());
  });

  it('writes the keys of the page, which hears them itself, and takes no letter from text fields', () => {
    const items = menuOf(noActions).flatMap(({ submenu = [] }) => submenu);
    const item = (id: string) => items.find((one) => one.id === id);
    expect(item('edit.redo')).toMatchObject({
      accelerator: 'CmdOrCtrl+Shift+Z',
      registerAccelerator: false,
    });
    expect(item('project.open')).toMatchObject({
      accelerator: 'CmdOrCtrl+O',
      registerAccelerator: true,
    });
    expect(item('go.progress')).not.toHaveProperty('accelerator');
    const roles = items.map(({ role }) => role);
    for (const role of ['copy', 'paste', 'reload', 'zoomIn']) expect(roles).toContain(role);
    // Undo is that of the spec, not that of a text field.
    expect(roles).not.toContain('undo');
  });
});

function byGroup([, a]: readonly string[], [, b]: readonly string[]): number {
  const place = (group = '') => (commandGroups as readonly string[]).indexOf(group);
  return place(a) - place(b);
}
