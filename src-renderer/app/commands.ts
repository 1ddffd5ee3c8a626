/** What the command palette offers: screens, verbs of the open experiment, experiments, the look. */
import { computed } from 'vue';
import { useRoute, useRouter } from 'vue-router';
import { queryText } from '../workspace/address';
import { useColourScheme, schemeChoices } from '../workspace/colour-scheme';
import { useCurrentExperiment } from '../workspace/current-experiment';
import { useExperimentList } from '../workspace/experiment-list';
import { useFrameLayout } from '../workspace/frame-layout';
import { verbsFor } from '../workspace/verbs';
import { useScreenLinks } from './use-screen-link';

export interface Command {
  readonly id: string;
  readonly title: string;
  /** Written behind the title: a key or what it does. */
  readonly note: string;
  readonly run: () => void;
}

/** The commands that mean something now. */
export function useCommands(showShortcuts: () => void) {
  const route = useRoute();
  const router = useRouter();
  const links = useScreenLinks();
  const current = useCurrentExperiment();
  const list = useExperimentList();
  const scheme = useColourScheme();
  const layout = useFrameLayout();

  return computed<readonly Command[]>(() => {
    const toScreens = links.value.flatMap(({ screen, to }) =>
      to === null
        ? []
        : [
            {
              id: screen.name,
              title: `Go to ${screen.title}`,
              note: screen.key,
              run: () => void router.push(to),
            },
          ],
    );
    const verbs =
      current.state === null || !current.canAct
        ? []
        : verbsFor(current.state, current.progress).map((verb) => ({
            id: verb.procedure,
            title: `${verb.label}: ${current.view?.summary.name ?? ''}`,
            note: verb.does,
            run: () => void current.act(verb.procedure),
          }));
    const selected = queryText(route.query, 'cells') ?? '';
    const comparing = {
      id: 'compare',
      title: 'Compare the selected cells',
      note: 'Settings, numbers, curves and landscapes side by side',
      run: () => {
        const params = { experimentId: current.id ?? '' };
        void router.push({ name: 'compare', params, query: { cells: selected } });
      },
    };
    const canExport = current.id !== null && current.state !== null && current.state !== 'draft';
    const exporting = {
      id: 'export',
      title: 'Export figure',
      note: 'What the phase diagram shows, as SVG, PDF or PNG with its data',
      run: () => {
        const here = route.name === 'phase-diagram' ? route.query : {};
        const params = { experimentId: current.id ?? '' };
        void router.push({ name: 'phase-diagram', params, query: { ...here, export: 'figure' } });
      },
    };
    const experiments = list.entries.map((entry) => ({
      id: `open ${entry.id}`,
      title: `Open ${entry.name}`,
      note: entry.state,
      run: () => void router.push({ name: 'phase-diagram', params: { experimentId: entry.id } }),
    }));
    const looks = schemeChoices.map((choice) => ({
      id: `scheme ${choice}`,
      title: `Colours: ${choice === 'system' ? 'as the system' : choice}`,
      note: '',
      run: () => {
        scheme.choice = choice;
      },
    }));
    return [
      ...toScreens,
      {
        id: 'new',
        title: 'New experiment',
        note: '',
        run: () => void router.push({ name: 'new-design' }),
      },
      {
        id: 'import-table',
        title: 'Import table',
        note: 'Makes an experiment of published or external results',
        run: () => void router.push({ name: 'experiments', query: { import: 'table' } }),
      },
      ...verbs,
      ...(canExport ? [exporting] : []),
      ...(current.id !== null && selected.includes(',') ? [comparing] : []),
      ...experiments,
      ...looks,
      { id: 'rail', title: 'Fold or unfold the rail', note: '', run: layout.toggleRail },
      {
        id: 'inspector',
        title: 'Show or hide the inspector',
        note: '',
        run: layout.toggleInspector,
      },
      { id: 'shortcuts', title: 'Keyboard shortcuts', note: '?', run: showShortcuts },
    ];
  });
}

/** Commands whose title holds every word typed, in their order; those that start with the text first. */
export function matchCommands(commands: readonly Command[], typed: string): readonly Command[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const starts = (c: Command) => c.title.toLowerCase().startsWith(words.join(' '));
  const found = commands.filter((c) => words.every((w) => c.title.toLowerCase().includes(w)));
  return words.length === 0 ? found : [...found.filter(starts), ...found.filter((c) => !starts(c))];
}
