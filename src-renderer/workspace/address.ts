/** The address is the state of the view: which experiment, screen, cells and settings. Reload and a copied link restore it. */
import { computed, type WritableComputedRef } from 'vue';
import { useRoute, useRouter, type LocationQuery, type Router } from 'vue-router';

/** One text of a query; null where absent or given several times. */
export function queryText(query: LocationQuery, name: string): string | null {
  const value = query[name];
  return typeof value === 'string' ? value : null;
}

/** Most cells that an address may name: more than any grid has. */
const mostCells = 100_000;

/** `3,7,10-12` as cell indices: whole, not negative, without repeats, in their order; anything else is left out. */
export function parseCells(text: string | null): number[] {
  if (text === null || text === '') return [];
  const found = new Set<number>();
  for (const part of text.split(',')) {
    const [, first, last] = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(part) ?? [];
    if (first === undefined) continue;
    const end = Math.min(Number(last ?? first), Number(first) + mostCells);
    for (let cell = Number(first); cell <= end && found.size < mostCells; cell++) found.add(cell);
  }
  return [...found];
}

/** Cell indices as `parseCells` reads them: the first one first, the others rising, runs of three and more joined. */
export function formatCells([first, ...others]: readonly number[]): string {
  if (first === undefined) return '';
  const runs: [number, number][] = [];
  for (const cell of [...others].sort((a, b) => a - b)) {
    const run = runs.at(-1);
    if (run?.[1] === cell - 1) run[1] = cell;
    else runs.push([cell, cell]);
  }
  const texts = runs.map(([from, to]) =>
    from === to ? String(from) : to === from + 1 ? `${from},${to}` : `${from}-${to}`,
  );
  return [String(first), ...texts].join(',');
}

/**
 * A view setting kept in the address under `name`; its default leaves no trace there.
 *
 * @param read - turns the address's text into the setting; undefined for a text that means nothing (the default is used)
 */
export function useViewSetting<T extends string | number>(
  name: string,
  fallback: T,
  read: (text: string) => T | undefined,
): WritableComputedRef<T> {
  const route = useRoute();
  const change = useViewSettings();
  return computed({
    get: () => {
      const text = queryText(route.query, name);
      return text === null ? fallback : (read(text) ?? fallback);
    },
    set: (value) => {
      change({ [name]: value === fallback ? null : String(value) });
    },
  });
}

type QueryPatch = Readonly<Record<string, string | undefined>>;
/** What has been written and is not in the address yet: changing the address takes a moment, and the next change must not undo it. */
const underWay = new WeakMap<Router, QueryPatch>();

/** Changes several settings of the address at once; null takes one away. */
export function useViewSettings(): (part: Readonly<Record<string, string | null>>) => void {
  const route = useRoute();
  const router = useRouter();
  return (part) => {
    const entries = Object.entries(part).map(([name, text]) => [name, text ?? undefined] as const);
    const patch: QueryPatch = { ...underWay.get(router), ...Object.fromEntries(entries) };
    underWay.set(router, patch);
    void router.replace({ query: { ...route.query, ...patch } }).finally(() => {
      if (underWay.get(router) === patch) underWay.delete(router);
    });
  };
}

/** The id of the experiment that the address names, in its path or its query. */
export function useExperimentId() {
  const route = useRoute();
  return computed<string | null>(() => {
    const inPath = route.params['experimentId'];
    if (typeof inPath === 'string' && inPath !== '') return inPath;
    return queryText(route.query, 'experiment');
  });
}
