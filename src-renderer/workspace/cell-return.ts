/** The way back from a cell: to the screen that it was opened from, as that was, with the cell selected. */
import { useRouter, type RouteLocationRaw } from 'vue-router';

/** Screens that open cells, by what their link is called. */
const titles = { progress: 'Progress', 'phase-diagram': 'Phase diagram', runs: 'Runs' } as const;
type Opener = keyof typeof titles;

const isOpener = (name: unknown): name is Opener => typeof name === 'string' && name in titles;

/** Where the way back leads and what it is called. */
export function useCellReturn() {
  const router = useRouter();
  /** The screen shown before the cell; null where the cell was opened by its address. */
  function opener() {
    const address = router.options.history.state['back'];
    const before = typeof address === 'string' ? router.resolve(address) : null;
    return before && isOpener(before.name)
      ? { name: before.name, experimentId: before.params['experimentId'], query: before.query }
      : null;
  }
  return {
    title: titles[opener()?.name ?? 'phase-diagram'],
    leave: (experimentId: string, cell: number) => {
      const from = opener();
      const known = from?.experimentId === experimentId ? from : null;
      const to: RouteLocationRaw = {
        name: known?.name ?? 'phase-diagram',
        params: { experimentId },
        query: { ...known?.query, cells: String(cell) },
      };
      void router.push(to);
    },
  };
}
