/** The tour: what is said on which screen, beside which element of it. */

export interface TourStep {
  readonly screen: 'design' | 'progress' | 'phase-diagram' | 'cell';
  readonly title: string;
  readonly text: string;
  /** Heading of the part of the screen that is shown; null for the screen as a whole. */
  readonly anchor: string | null;
  /** The next step needs the experiment to run or to have run. */
  readonly starts?: boolean;
}

export const tourSteps: readonly TourStep[] = [
  {
    screen: 'design',
    title: 'An experiment is one spec',
    text: 'Data, model, optimiser, training: every field is one setting of it. A field becomes an axis by a click on its name, and is then varied.',
    anchor: null,
  },
  {
    screen: 'design',
    title: 'Two axes make a grid of cells',
    text: 'Here the width is load-like and the batch size temperature-like. Each cell is trained with three seeds. “Run it” trains and measures all of them: some ten seconds to a minute. You can leave meanwhile.',
    anchor: 'Axes',
    starts: true,
  },
  {
    screen: 'progress',
    title: 'Watch it, or do not',
    text: 'A cell fills as its runs finish. Pause, stop and cancel stand above; nothing that is finished is ever lost, not even in a crash.',
    anchor: null,
  },
  {
    screen: 'phase-diagram',
    title: 'Where the phases are',
    text: 'The large panel shows the test accuracy with the phases of Yang et al. 2021 on it, the small ones the numbers behind them. Point at a cell to read it; hot is at the top. It fills while the experiment runs.',
    anchor: null,
  },
  {
    screen: 'phase-diagram',
    title: 'The thresholds are yours',
    text: 'Nobody has published where sharp ends and flat begins. Move a threshold and the boundaries follow at once; they are stored with every figure.',
    anchor: 'Thresholds',
  },
  {
    screen: 'cell',
    title: 'Inside a cell',
    text: 'Everything measured there: loss curves of all seeds, the curve that connects two of them, and how each number was made. Esc leads back.',
    anchor: null,
  },
  {
    screen: 'cell',
    title: 'That was it',
    text: 'Ctrl K finds every command and ? lists the keys. The Toy landscape shows the same phases in one dimension. This tour is under Help in the palette.',
    anchor: null,
  },
];
