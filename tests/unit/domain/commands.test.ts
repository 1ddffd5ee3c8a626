import { describe, expect, it } from 'vitest';
import { commandGroups, commandOf, commands, isCommandId } from '#shared/domain/commands';
import {
  acceleratorOf,
  isPressed,
  parseKeys,
  shownKeys,
  type KeyPress,
} from '#shared/domain/key-combination';
import { gridKeyWords } from '#renderer/charts/grid-keys';
import { screens } from '#renderer/app/screen-titles';

const press = (key: string, held: Partial<KeyPress> = {}): KeyPress => {
  return { key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held };
};

/** Pairs of commands that one key press would mean both of. */
function conflicts(list: readonly { id: string; keys: readonly string[]; scope: string }[]) {
  const meet = (a: string, b: string) => a === b || a === 'everywhere' || b === 'everywhere';
  return list.flatMap((a, i) =>
    list
      .slice(i + 1)
      .flatMap((b) =>
        a.keys
          .filter((text) => meet(a.scope, b.scope) && b.keys.includes(text))
          .map((text) => `${text}: ${a.id} and ${b.id}`),
      ),
  );
}

describe('commands', () => {
  it('have no key twice where both could be meant', () => {
    expect(conflicts(commands)).toEqual([]);
    // The check bites.
    const [first] = commands.filter(({ keys }) => keys.length > 0);
    const keys = first?.keys ?? [];
    expect(conflicts([...commands, { id: 'other', keys, scope: 'toy' }])).toHaveLength(1);
    expect(
      conflicts([
        { id: 'a', keys: ['x'], scope: 'toy' },
        { id: 'b', keys: ['x'], scope: 'cell' },
      ]),
    ).toEqual([]);
  });

  it('leave the keys of grids and what browsers do to them', () => {
    const grid = new Set(['arrowleft', 'arrowright', 'arrowup', 'arrowdown', 'enter', 'delete']);
    expect(gridKeyWords.length).toBeGreaterThan(0);
    const browser = [
      'Mod+t',
      'Mod+w',
      'Mod+n',
      'Mod+r',
      'Mod+l',
      'Mod+f',
      'Mod+p',
      'Mod++',
      'Mod+-',
    ];
    for (const { id, keys, scope } of commands)
      for (const text of keys) {
        expect(grid.has(text.toLowerCase()), id).toBe(false);
        if (scope !== 'desktop') expect(browser, id).not.toContain(text);
      }
  });

  it('say what they do, each under a title of its own', () => {
    const titles = commands.map(({ group, title }) => `${group}: ${title}`);
    expect(new Set(titles).size).toBe(titles.length);
    for (const { id, title, help, group, keys } of commands) {
      expect(title, id).toMatch(/^[A-Z]/);
      expect(help, id).toMatch(/^[A-Z].*\.$/);
      expect(commandGroups).toContain(group);
      for (const text of keys) expect(parseKeys(text).key, id).not.toBe('');
      expect(commandOf(id).title).toBe(title);
    }
    expect(isCommandId('go.progress')).toBe(true);
    expect(isCommandId('toString')).toBe(false);
  });

  it('go to every screen of the rail, and to nothing else', () => {
    const leading = commands.filter(({ id }) => id.startsWith('go.')).map(({ id }) => id);
    expect(leading.sort()).toEqual(screens.map(({ name }) => `go.${name}`).sort());
  });
});

describe('isPressed', () => {
  it('asks for exactly the modifiers, Ctrl or the command key alike', () => {
    expect(isPressed('Mod+Shift+z', press('Z', { ctrlKey: true, shiftKey: true }))).toBe(true);
    expect(isPressed('Mod+z', press('z', { metaKey: true }))).toBe(true);
    expect(isPressed('Mod+z', press('Z', { ctrlKey: true, shiftKey: true }))).toBe(false);
    expect(isPressed('Mod+z', press('z'))).toBe(false);
    expect(isPressed('n', press('n', { ctrlKey: true }))).toBe(false);
    expect(isPressed('n', press('n', { altKey: true }))).toBe(false);
  });
  it('lets signs come with Shift or without, as keyboards have them', () => {
    expect(isPressed('?', press('?', { shiftKey: true }))).toBe(true);
    expect(isPressed('/', press('/', { shiftKey: true }))).toBe(true);
    expect(isPressed('[', press('['))).toBe(true);
    expect(isPressed('n', press('N', { shiftKey: true }))).toBe(false);
  });
});

describe('keys in words', () => {
  it('are written for the keyboard, and for the menus of the window', () => {
    expect(shownKeys('Mod+Shift+z', false)).toEqual(['Ctrl', 'Shift', 'Z']);
    expect(shownKeys('Mod+,', true)).toEqual(['⌘', ',']);
    expect(shownKeys('Escape', false)).toEqual(['Esc']);
    expect(acceleratorOf('Mod+Shift+z')).toBe('CmdOrCtrl+Shift+Z');
    expect(acceleratorOf('n')).toBeNull();
  });
});
