/** The application menu: what the platform expects, and the commands of the workbench from their table. */
import { app, Menu, type MenuItemConstructorOptions } from 'electron';
import { commandGroups, commands, type Command, type CommandId } from '#shared/domain/commands';
import { acceleratorOf } from '#shared/domain/key-combination';

export interface MenuActions {
  readonly openProject: () => void;
  /** Has the page do a command; it says itself where that is not possible. */
  readonly run: (id: CommandId) => void;
}

/** Sets the menu: one for each group of commands, and those of the platform. */
export function setApplicationMenu(actions: MenuActions): void {
  const isMac = process.platform === 'darwin';
  const separator: MenuItemConstructorOptions = { type: 'separator' };
  const platform: Readonly<Partial<Record<string, readonly MenuItemConstructorOptions[]>>> = {
    File: [separator, { role: isMac ? 'close' : 'quit' }],
    Edit: [separator, { role: 'cut' }, { role: 'copy' }, { role: 'paste' }, { role: 'selectAll' }],
    View: [
      separator,
      { role: 'reload' },
      ...(app.isPackaged ? [] : [{ role: 'toggleDevTools' } as const]),
      separator,
      { role: 'resetZoom' },
      { role: 'zoomIn' },
      { role: 'zoomOut' },
      separator,
      { role: 'togglefullscreen' },
    ],
  };
  const groups = commandGroups.map((group): MenuItemConstructorOptions => {
    const own = commands.filter((command) => command.group === group);
    return {
      label: group,
      ...(group === 'Help' ? { role: 'help' as const } : {}),
      submenu: [...own.map((command) => itemOf(command, actions)), ...(platform[group] ?? [])],
    };
  });
  const template: MenuItemConstructorOptions[] = [
    ...(isMac ? [{ role: 'appMenu' } as const] : []),
    ...groups.slice(0, -1),
    { role: 'windowMenu' },
    ...groups.slice(-1),
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}

function itemOf(
  { id, title, keys, scope }: Command,
  actions: MenuActions,
): MenuItemConstructorOptions {
  const accelerator = keys[0] === undefined ? null : acceleratorOf(keys[0]);
  const isOwn = scope === 'desktop';
  return {
    id,
    label: title,
    click: isOwn ? actions.openProject : () => actions.run(id),
    // The page hears its own keys; the menu only writes them.
    ...(accelerator === null ? {} : { accelerator, registerAccelerator: isOwn }),
  };
}
