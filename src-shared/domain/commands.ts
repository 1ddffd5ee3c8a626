/**
 * Every action that a user can take, once: the palette, the list of shortcuts, the menus of the desktop window and the keys are all made
 * from this table. What an action does is told by the part of the screen that can do it.
 */

/** Where a command's key works; a command of one screen is not possible on the others. */
export type CommandScope = 'everywhere' | 'experiments' | 'design' | 'cell' | 'toy' | 'desktop';

/** The groups of the palette and of the list of shortcuts, and the menus of the desktop window, in order. */
export const commandGroups = ['File', 'Edit', 'Experiment', 'View', 'Go', 'Help'] as const;
export type CommandGroup = (typeof commandGroups)[number];

export interface Command {
  readonly id: CommandId;
  /** As on a button: `Pause`. */
  readonly title: string;
  /** What it does, in a sentence. */
  readonly help: string;
  /**
   * `Mod+Shift+Z`: modifiers, then the key as browsers name it; `Mod` is Ctrl, on a Mac the command key. The first is the one shown.
   */
  readonly keys: readonly string[];
  readonly scope: CommandScope;
  readonly group: CommandGroup;
}

type Entry = Omit<Command, 'id' | 'keys' | 'scope'> & Partial<Pick<Command, 'keys' | 'scope'>>;

const go = (title: string, help: string, ...keys: string[]): Entry => {
  return { title, help, keys, group: 'Go' };
};
const verb = (title: string, help: string, ...keys: string[]): Entry => {
  return { title, help, keys, group: 'Experiment' };
};
const view = (title: string, help: string, ...keys: string[]): Entry => {
  return { title, help, keys, group: 'View' };
};

const table = {
  'experiment.new': {
    title: 'New experiment',
    help: 'An empty form for a new spec.',
    keys: ['n'],
    group: 'File',
  },
  'table.import': {
    title: 'Import table',
    help: 'Makes an experiment of published or external results: a CSV with a row for each cell.',
    group: 'File',
  },
  'project.open': {
    title: 'Open project …',
    help: 'Opens another project folder in the desktop window.',
    keys: ['Mod+o'],
    scope: 'desktop',
    group: 'File',
  },
  'figure.export': {
    title: 'Export figure',
    help: 'What the phase diagram shows, as SVG, PDF or PNG with its data and provenance.',
    keys: ['e'],
    group: 'File',
  },
  'settings.show': {
    title: 'Settings',
    help: 'Engine, workers, folders, colours, text, motion, notifications.',
    keys: ['Mod+,'],
    group: 'File',
  },
  'edit.undo': {
    title: 'Undo',
    help: 'Takes back the last change of the spec.',
    keys: ['Mod+z'],
    scope: 'design',
    group: 'Edit',
  },
  'edit.redo': {
    title: 'Redo',
    help: 'Makes the change again.',
    keys: ['Mod+Shift+z', 'Mod+y'],
    scope: 'design',
    group: 'Edit',
  },
  'experiments.search': {
    title: 'Search experiments',
    help: 'Goes to the list of experiments and its search field.',
    keys: ['/'],
    group: 'Edit',
  },
  'experiment.start': verb(
    'Run',
    'Trains and measures every run of this experiment. Results that exist already are used again.',
  ),
  'experiment.pause': verb(
    'Pause',
    'Starts nothing new. Trainings are put down where they are, measurements end. Resume goes on from there.',
  ),
  'experiment.stop': verb(
    'Stop',
    'Finishes what runs now, then pauses. Nothing is lost. Resume continues.',
  ),
  'experiment.cancel': verb(
    'Cancel',
    'Kills what runs now. Finished results stay; on resume killed trainings go on from their last checkpoint, or begin anew where there is none.',
  ),
  'experiment.resume': verb('Resume', 'Continues with everything that is not done yet.'),
  'experiment.retry': verb('Retry failed', 'Makes every failed task ready again and runs it.'),
  'experiment.duplicate': verb('Duplicate', 'Opens the spec of this experiment as a new draft.'),
  'diagram.panels': view('Diagram: panels', 'The numbers of the phases over the grid.'),
  'diagram.scatter': view('Diagram: scatter', 'Connectivity against sharpness, a point a cell.'),
  'diagram.slices': view('Diagram: slices', 'A metric along the load with error bars.'),
  'diagram.sensitivity': view(
    'Diagram: sensitivity',
    'How the phases change when the thresholds move.',
  ),
  'diagram.correlations': view('Diagram: correlations', 'Which metrics go with the score.'),
  'diagram.table': view('Diagram: table', 'The numbers of the diagram as text.'),
  'walk.play': {
    ...view('Play or pause the walkers', 'Lets the walkers of the toy landscape walk.', 'p'),
    scope: 'toy',
  },
  'walk.step': {
    ...view('Step the walkers', 'One twentieth of their walk.', 's'),
    scope: 'toy',
  },
  'walk.reset': {
    ...view('Reset the walkers', 'Both back to their start.', 'r'),
    scope: 'toy',
  },
  'frame.inspector': view('Show or hide the inspector', 'The panel about the selected cell.', 'i'),
  'frame.rail': view('Fold or unfold the rail', 'The list of the screens.', '['),
  'selection.compare': view(
    'Compare the selected cells',
    'Settings, numbers, curves and landscapes side by side.',
  ),
  'selection.clear': view('Clear the selection', 'No cell is selected any more.'),
  'cell.leave': {
    ...view('Back from the cell', 'To the screen that it was opened from.', 'Escape'),
    scope: 'cell',
  },
  'colours.system': view('Colours: as the system', 'Light or dark as the system has it.'),
  'colours.light': view('Colours: light', 'Dark on light, whatever the system has.'),
  'colours.dark': view('Colours: dark', 'Light on dark, whatever the system has.'),
  'text.larger': view('Larger text', 'One step of ten percent; up to 200 %.'),
  'text.smaller': view('Smaller text', 'One step of ten percent; down to 80 %.'),
  'text.reset': view('Usual text size', 'Back to 100 %.'),
  'palette.open': {
    title: 'Commands …',
    help: 'Every command and every experiment by name.',
    keys: ['Mod+k'],
    group: 'Go',
  },
  'go.experiments': go('Experiments', 'All experiments of the project.', '1'),
  'go.design': go('Design', 'The spec of the open experiment, or a new one.', '2'),
  'go.progress': go('Progress', 'What runs, what is done, what went wrong.', '3'),
  'go.phase-diagram': go('Phase diagram', 'The results over the grid.', '4'),
  'go.runs': go('Runs', 'Every run as a row.', '5'),
  'go.compare': go('Compare', 'Cells and runs side by side.', '6'),
  'go.toy': go('Toy landscape', 'Load and temperature in one dimension.', '7'),
  'go.metrics': go('Metrics', 'What every number means.', '8'),
  'go.engines': go('Engines', 'What can compute on this machine.', '9'),
  'go.datasets': go('Data sets', 'What can be trained on.', '0'),
  'help.tour': {
    title: 'Take the tour',
    help: 'Through the sample experiment in a few steps, from its design to a cell.',
    group: 'Help',
  },
  'help.shortcuts': {
    title: 'Keyboard shortcuts',
    help: 'Every key on one page.',
    keys: ['?'],
    group: 'Help',
  },
  'help.about': {
    title: 'About Phasescape',
    help: 'Version, engines, licences, how to cite.',
    group: 'Help',
  },
} as const satisfies Record<string, Entry>;

export type CommandId = keyof typeof table;

/** Every command, in the order of the menus. */
export const commands: readonly Command[] = Object.entries<Entry>(table).map(([id, entry]) => ({
  id: id as CommandId,
  keys: [],
  scope: 'everywhere',
  ...entry,
}));

/** The command of an id. */
export function commandOf(id: CommandId): Command {
  const { keys = [], scope = 'everywhere', ...rest }: Entry = table[id];
  return { id, keys, scope, ...rest };
}

/** Whether a text is the id of a command. */
export function isCommandId(text: string): text is CommandId {
  return Object.hasOwn(table, text);
}
