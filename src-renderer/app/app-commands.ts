/** The commands that the frame itself can do, on every screen. */
import { useRoute, useRouter } from 'vue-router';
import { isCommandId, type CommandId } from '#shared/domain/commands';
import { useWorkbenchEvent } from '../backend/use-backend';
import { schemeChoices, textScale } from '#shared/domain/user-settings';
import { useColourScheme } from '../workspace/colour-scheme';
import { useUserSettings } from '../workspace/user-settings';
import {
  useCommandHandlers,
  useCommands,
  type CommandHandler,
} from '../workspace/command-handlers';
import { useCurrentExperiment } from '../workspace/current-experiment';
import { useExperimentList } from '../workspace/experiment-list';
import { useFrameLayout } from '../workspace/frame-layout';
import { useSelection } from '../workspace/selection';
import { verbCommands, verbsFor } from '../workspace/verbs';
import { screensWithInspector } from './screen-titles';
import { useScreenLinks } from './use-screen-link';

const diagramViews = [
  'panels',
  'scatter',
  'slices',
  'sensitivity',
  'correlations',
  'table',
] as const;

/** @param show - opens the palette and the list of shortcuts, which the frame holds */
export function useAppCommands(show: {
  readonly palette: () => void;
  readonly shortcuts: () => void;
}): void {
  const router = useRouter();
  const route = useRoute();
  const layout = useFrameLayout();
  const scheme = useColourScheme();
  const user = useUserSettings();
  const list = useExperimentList();

  useCommands({
    'palette.open': { run: show.palette },
    'help.shortcuts': { run: show.shortcuts },
    'settings.show': { run: () => void router.push({ name: 'settings' }) },
    'experiments.search': {
      run: () => {
        const here = route.name === 'experiments' ? route.query : {};
        void router.push({ name: 'experiments', query: { ...here, focus: 'search' } });
      },
      problem: () => (list.entries.length === 0 ? 'There is no experiment yet.' : null),
    },
    'help.about': { run: () => void router.push({ name: 'about' }) },
    'text.larger': { run: () => user.scaleText(1) },
    'text.smaller': { run: () => user.scaleText(-1) },
    'text.reset': { run: () => user.change({ textScale: textScale.usual }) },
    'experiment.new': { run: () => void router.push({ name: 'new-design' }) },
    'frame.rail': {
      run: layout.toggleRail,
      problem: () => (layout.canUnfoldRail ? null : 'The window is too narrow for it.'),
    },
    'frame.inspector': {
      run: layout.toggleInspector,
      problem: () =>
        screensWithInspector.has(String(route.name)) ? null : 'This screen has no inspector.',
    },
  });
  for (const choice of schemeChoices)
    useCommands({
      [`colours.${choice}`]: {
        run: () => {
          scheme.choice = choice;
        },
      },
    });
  const handlers = useCommandHandlers();
  useWorkbenchEvent('command.chosen', ({ id }) => {
    if (isCommandId(id)) handlers.run(id);
  });
  useScreenCommands();
  useVerbCommands();
  useDiagramCommands();
  useSelectionCommands();
}

/** Going to each screen of the rail. */
function useScreenCommands(): void {
  const router = useRouter();
  const links = useScreenLinks();
  for (const { screen } of links.value) {
    const target = () => links.value.find((link) => link.screen.name === screen.name)?.to ?? null;
    useCommands({
      [`go.${screen.name}` satisfies CommandId]: {
        run: () => {
          const to = target();
          if (to !== null) void router.push(to);
        },
        problem: () => (target() === null ? 'Open an experiment first.' : null),
      },
    });
  }
}

/** What can be done with the open experiment. */
function useVerbCommands(): void {
  const router = useRouter();
  const route = useRoute();
  const current = useCurrentExperiment();
  for (const id of verbCommands)
    useCommands({
      [id]: {
        run: () => void current.act(id).then(() => followStart(id)),
        problem: () => {
          if (current.id === null || current.state === null) return 'Open an experiment first.';
          if (!verbsFor(current.state, current.progress).some((verb) => verb.procedure === id))
            return `Not of an experiment that is ${stateWords(current.state)}.`;
          if (id === 'experiment.start' && route.name === 'design')
            return 'By the button of the form, which saves it first.';
          return current.canAct ? null : 'The workbench is not there, or still doing the last.';
        },
      } satisfies CommandHandler,
    });
  async function followStart(id: CommandId): Promise<void> {
    if (id !== 'experiment.start' || current.id === null || current.verbError !== null) return;
    await router.push({ name: 'progress', params: { experimentId: current.id } });
  }
  useCommands({
    'experiment.duplicate': {
      run: () => void router.push({ name: 'new-design', query: { copyOf: current.id } }),
      problem: () => (current.id === null ? 'Open an experiment first.' : null),
    },
  });
}

function stateWords(state: string): string {
  return state === 'draft' ? 'a draft' : state.replaceAll('-', ' ');
}

/** The views of the phase diagram and its export, from any screen. */
function useDiagramCommands(): void {
  const router = useRouter();
  const route = useRoute();
  const current = useCurrentExperiment();
  const problem = () => {
    if (current.id === null) return 'Open an experiment first.';
    return current.state === 'draft' ? 'This experiment is a draft: it has no results.' : null;
  };
  const showWith = (part: Record<string, string>) => {
    const here = route.name === 'phase-diagram' ? route.query : {};
    const params = { experimentId: current.id ?? '' };
    void router.push({ name: 'phase-diagram', params, query: { ...here, ...part } });
  };
  for (const view of diagramViews)
    useCommands({ [`diagram.${view}`]: { run: () => showWith({ view }), problem } });
  useCommands({ 'figure.export': { run: () => showWith({ export: 'figure' }), problem } });
}

/** The selected cells. */
function useSelectionCommands(): void {
  const router = useRouter();
  const current = useCurrentExperiment();
  const route = useRoute();
  const selection = useSelection();
  const isOnCell = () => route.name === 'cell';
  useCommands({
    'selection.compare': {
      run: () => {
        const params = { experimentId: current.id ?? '' };
        const query = { cells: selection.cells.value.join(',') };
        void router.push({ name: 'compare', params, query });
      },
      problem: () => {
        if (current.id === null) return 'Open an experiment first.';
        const count = selection.cells.value.length;
        return count >= 2 && count <= 8 ? null : 'Select two to eight cells first.';
      },
    },
    'selection.clear': {
      run: selection.clear,
      problem: () =>
        selection.first.value === null || isOnCell() ? 'No cell is selected on this screen.' : null,
    },
  });
}
