/** Where each entry of the rail leads, given the experiment that is open. */
import { computed } from 'vue';
import { useRoute, type RouteLocationRaw } from 'vue-router';
import { queryText, useExperimentId } from '../workspace/address';
import { screens, type ScreenEntry } from './screen-titles';

export interface ScreenLink {
  readonly screen: ScreenEntry;
  /** Null where the screen needs an experiment and none is open. */
  readonly to: RouteLocationRaw | null;
  readonly isHere: boolean;
}

/** The links in order; the selection travels along. */
export function useScreenLinks() {
  const route = useRoute();
  const experimentId = useExperimentId();
  return computed<readonly ScreenLink[]>(() => {
    const id = experimentId.value;
    const cells =
      route.name === 'cell' ? String(route.params['cell']) : queryText(route.query, 'cells');
    const query = cells === null ? {} : { cells };
    return screens.map((screen) => ({
      screen,
      to: linkTo(screen, id, query),
      isHere:
        route.name === screen.name ||
        (screen.name === 'design' && route.name === 'new-design') ||
        (screen.name === 'phase-diagram' && route.name === 'cell'),
    }));
  });
}

function linkTo(
  screen: ScreenEntry,
  experimentId: string | null,
  query: Record<string, string>,
): RouteLocationRaw | null {
  if (screen.name === 'design' && experimentId === null) return { name: 'new-design' };
  if (screen.name === 'design' || screen.needsExperiment)
    return experimentId === null ? null : { name: screen.name, params: { experimentId }, query };
  const kept = experimentId === null ? {} : { experiment: experimentId };
  return { name: screen.name, query: kept };
}
