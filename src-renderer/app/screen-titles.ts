/** The screens by name: for the rail, the palette and the window title. */
import type { RouteRecordNameGeneric } from 'vue-router';
import type { CommandId } from '#shared/domain/commands';
import type { IconName } from '../ui/icons';

type ScreenName = {
  [Id in CommandId]: Id extends `go.${infer Name}` ? Name : never;
}[CommandId];

export interface ScreenEntry {
  /** Its route; `go.` and this is its command, which has its key. */
  readonly name: ScreenName;
  readonly title: string;
  readonly icon: IconName;
  /** Shows one experiment, so it needs one to be open. */
  readonly needsExperiment: boolean;
}

export const screens: readonly ScreenEntry[] = [
  {
    name: 'experiments',
    title: 'Experiments',
    icon: 'experiments',
    needsExperiment: false,
  },
  { name: 'design', title: 'Design', icon: 'design', needsExperiment: false },
  { name: 'progress', title: 'Progress', icon: 'progress', needsExperiment: true },
  {
    name: 'phase-diagram',
    title: 'Phase diagram',
    icon: 'diagram',
    needsExperiment: true,
  },
  { name: 'runs', title: 'Runs', icon: 'runs', needsExperiment: true },
  { name: 'compare', title: 'Compare', icon: 'compare', needsExperiment: true },
  { name: 'toy', title: 'Toy landscape', icon: 'toy', needsExperiment: false },
  { name: 'metrics', title: 'Metrics', icon: 'metrics', needsExperiment: false },
  { name: 'engines', title: 'Engines', icon: 'engines', needsExperiment: false },
  { name: 'datasets', title: 'Data sets', icon: 'datasets', needsExperiment: false },
];

export const screensWithInspector: ReadonlySet<string> = new Set([
  'progress',
  'phase-diagram',
  'runs',
]);

/**
 * `41 % · digits-width-batch: Progress · Phasescape`.
 * @param share - how much of a running experiment is done, 0..1; null for one that does not run
 */
export function pageTitle(
  route: RouteRecordNameGeneric,
  experiment: string | null,
  share: number | null = null,
): string {
  const name = String(route ?? '');
  const extra: Record<string, string> = {
    'new-design': 'New experiment',
    cell: 'Cell',
    settings: 'Settings',
    about: 'About',
  };
  const screen = screens.find((s) => s.name === name)?.title ?? extra[name] ?? '';
  if (screen === '') return 'Phasescape';
  // Rounded down: nothing is finished before it is.
  const done = share === null ? '' : `${Math.floor(100 * share)} % · `;
  return experiment === null
    ? `${screen} · Phasescape`
    : `${done}${experiment}: ${screen} · Phasescape`;
}
