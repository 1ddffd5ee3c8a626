/** The screens by name: for the rail, the palette and the window title. */
import type { RouteRecordNameGeneric } from 'vue-router';
import type { IconName } from '../ui/icons';

export interface ScreenEntry {
  readonly name: string;
  readonly title: string;
  readonly icon: IconName;
  /** Shows one experiment, so it needs one to be open. */
  readonly needsExperiment: boolean;
  /** The digit of its shortcut. */
  readonly key: string;
}

export const screens: readonly ScreenEntry[] = [
  {
    name: 'experiments',
    title: 'Experiments',
    icon: 'experiments',
    needsExperiment: false,
    key: '1',
  },
  { name: 'design', title: 'Design', icon: 'design', needsExperiment: false, key: '2' },
  { name: 'progress', title: 'Progress', icon: 'progress', needsExperiment: true, key: '3' },
  {
    name: 'phase-diagram',
    title: 'Phase diagram',
    icon: 'diagram',
    needsExperiment: true,
    key: '4',
  },
  { name: 'runs', title: 'Runs', icon: 'runs', needsExperiment: true, key: '5' },
  { name: 'metrics', title: 'Metrics', icon: 'metrics', needsExperiment: false, key: '6' },
  { name: 'engines', title: 'Engines', icon: 'engines', needsExperiment: false, key: '7' },
  { name: 'datasets', title: 'Data sets', icon: 'datasets', needsExperiment: false, key: '8' },
];

export const screensWithInspector: ReadonlySet<string> = new Set([
  'progress',
  'phase-diagram',
  'runs',
]);

/** `digits-width-batch: Phase diagram, Phasescape`. */
export function pageTitle(route: RouteRecordNameGeneric, experiment: string | null): string {
  const name = String(route ?? '');
  const extra: Record<string, string> = {
    'new-design': 'New experiment',
    cell: 'Cell',
    run: 'Run',
  };
  const screen = screens.find((s) => s.name === name)?.title ?? extra[name] ?? '';
  if (screen === '') return 'Phasescape';
  return experiment === null ? `${screen} · Phasescape` : `${experiment}: ${screen} · Phasescape`;
}
