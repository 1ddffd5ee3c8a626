/** The address is the state of the view: which experiment, screen, cells and settings. Reload and a copied link restore it. */
import { computed, type WritableComputedRef } from 'vue';
import { useRoute, useRouter, type LocationQuery, type Router } from 'vue-router';

/** One text of a query; null where absent or given several times. */
export function queryText(query: LocationQuery, name: string): string | null {
  const value = query[name];
  return typeof value === 'string' ? value : null;
}

/** `3,7` as cell indices: whole, not negative, without repeats; anything else is left out. */
export function parseCells(text: string | null): number[] {
  if (text === null || text === '') return [];
  const numbers = text.split(',').map(Number);
  return [...new Set(numbers.filter((n) => Number.isInteger(n) && n >= 0))];
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
  const router = useRouter();
  return computed({
    get: () => {
      const text = queryText(route.query, name);
      return text === null ? fallback : (read(text) ?? fallback);
    },
    set: (value) => {
      write(router, { ...route.query }, { [name]: value === fallback ? undefined : String(value) });
    },
  });
}

type QueryPatch = Readonly<Record<string, string | undefined>>;
/** What has been written and is not in the address yet: changing the address takes a moment, and the next change must not undo it. */
const underWay = new WeakMap<Router, QueryPatch>();

function write(router: Router, query: LocationQuery, part: QueryPatch): void {
  const patch = { ...underWay.get(router), ...part };
  underWay.set(router, patch);
  void router.replace({ query: { ...query, ...patch } }).finally(() => {
    if (underWay.get(router) === patch) underWay.delete(router);
  });
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
