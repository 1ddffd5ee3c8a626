/** The keys of every grid of cells: what a press means, and how the list of shortcuts writes it. */
import type { Direction } from './panel-geometry';

export type GridAction =
  | { readonly kind: 'move'; readonly to: Direction }
  | { readonly kind: 'open' }
  | { readonly kind: 'clear' };

const move = (to: Direction): GridAction => ({ kind: 'move', to });
const actions: Readonly<Record<string, GridAction>> = {
  ArrowLeft: move('left'),
  ArrowRight: move('right'),
  ArrowUp: move('up'),
  ArrowDown: move('down'),
  Enter: { kind: 'open' },
  Escape: { kind: 'clear' },
  Delete: { kind: 'clear' },
  Backspace: { kind: 'clear' },
};

/** What a key does in a grid; null for any other key. */
export function gridAction(key: string): GridAction | null {
  return actions[key] ?? null;
}

/** The same for the list of shortcuts. */
export const gridKeyWords = [
  { keys: ['←', '→', '↑', '↓'], does: 'Move the selected cell' },
  { keys: ['Enter'], does: 'Open the selected cell (also double click)' },
  { keys: ['Esc', 'Delete'], does: 'Clear the selection' },
  { keys: ['Shift', 'click'], does: 'Add a cell to the selection (also Ctrl)' },
  {
    keys: ['Shift', '←', '→', '↑', '↓'],
    does: 'Select a rectangle of the phase diagram (also drag)',
  },
] as const;
