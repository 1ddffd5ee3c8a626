/** Every key that does something, for the list of shortcuts. */

export const shortcutGroups = [
  {
    title: 'Everywhere',
    entries: [
      { keys: ['Ctrl K'], does: 'Commands (also ⌘ K)' },
      { keys: ['?'], does: 'This list' },
      { keys: ['1', '…', '9'], does: 'Go to a screen of the rail' },
      { keys: ['Esc'], does: 'Close, or go back from a cell' },
    ],
  },
  {
    title: 'Cells',
    entries: [
      { keys: ['←', '→', '↑', '↓'], does: 'Move the selected cell' },
      { keys: ['Enter'], does: 'Open the selected cell (also double click)' },
      { keys: ['Esc', 'Delete'], does: 'Clear the selection' },
      { keys: ['Shift', 'click'], does: 'Add a cell to the selection' },
    ],
  },
  {
    title: 'Design',
    entries: [
      { keys: ['Ctrl Z'], does: 'Undo (also ⌘ Z)' },
      { keys: ['Ctrl Shift Z'], does: 'Redo' },
    ],
  },
] as const;
