/** Keys as the table of commands writes them: `Mod+Shift+z`, `?`, `Escape`. */

export interface KeyCombination {
  /** Ctrl, on a Mac the command key. */
  readonly mod: boolean;
  readonly shift: boolean;
  /** As browsers name it, a letter small. */
  readonly key: string;
}

/** A key press, as far as it is looked at. */
export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

/** Takes `Mod+Shift+z` apart. */
export function parseKeys(text: string): KeyCombination {
  const parts = text.split('+');
  const key = parts.pop() ?? '';
  return { mod: parts.includes('Mod'), shift: parts.includes('Shift'), key };
}

/**
 * Whether a press is that combination. Shift counts with letters and named keys only: signs such as `?` need it on some keyboards and not on
 * others.
 */
export function isPressed(text: string, press: KeyPress): boolean {
  const { mod, shift, key } = parseKeys(text);
  if (press.altKey || mod !== (press.ctrlKey || press.metaKey)) return false;
  const isSign = key.length === 1 && !/[a-z]/i.test(key);
  if (!isSign && shift !== press.shiftKey) return false;
  return press.key.toLowerCase() === key.toLowerCase();
}

const names: Readonly<Record<string, string>> = { Escape: 'Esc', ArrowUp: '↑', ArrowDown: '↓' };

/** The keys to write on the screen, one by one: `Ctrl`, `Shift`, `Z`. @param isMac - the command key in place of Ctrl */
export function shownKeys(text: string, isMac: boolean): readonly string[] {
  const { mod, shift, key } = parseKeys(text);
  const named = names[key] ?? (key.length === 1 ? key.toUpperCase() : key);
  return [...(mod ? [isMac ? '⌘' : 'Ctrl'] : []), ...(shift ? ['Shift'] : []), named];
}

/** As Electron writes it: `CmdOrCtrl+Shift+Z`. Null for keys without Ctrl: a menu must not take letters from text fields. */
export function acceleratorOf(text: string): string | null {
  const { mod, shift, key } = parseKeys(text);
  return mod ? ['CmdOrCtrl', ...(shift ? ['Shift'] : []), key.toUpperCase()].join('+') : null;
}
