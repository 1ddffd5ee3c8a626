/** The table of the open experiment's runs: asks for what the view says, and for the rows that come into sight. */
import { computed, onScopeDispose, shallowRef, watch } from 'vue';
import type { RunField, RunGroup, RunKey, RunRow } from '#shared/contract/run-views';
import type { RunCondition } from '#shared/domain/run-conditions';
import type { ErrorReport } from '#shared/errors';
import { useAnswer, useBackend, useWorkbenchEvent } from '../../backend/use-backend';
import { useCurrentExperiment } from '../../workspace/current-experiment';
import { defaultColumns } from './columns';
import { RunPages } from './run-pages';
import { flatLayout, groupedLayout, groupKey, type TableItem } from './table-items';
import type { RunView } from './use-run-view';

/** What one question has brought: it stays until the next one is answered. */
interface ShownTable {
  readonly columns: readonly RunField[];
  /** Without groups. */
  readonly pages: RunPages | null;
  /** The field that they go by, and the runs of those that were unfolded. */
  readonly grouped: {
    readonly by: RunField;
    readonly groups: readonly RunGroup[];
    readonly members: Map<number, RunPages>;
  } | null;
  /** Runs that meet the filter. */
  readonly total: number;
}

/** Lines that are asked for before the table knows how many fit. */
const firstLines = 60;

/** The rows of the table and how they come. */
export function useRunTable(view: RunView) {
  const backend = useBackend();
  const current = useCurrentExperiment();
  const description = useAnswer('runs.describe', () =>
    current.id === null ? null : { experimentId: current.id },
  );
  const fields = computed(
    () => new Map((description.value.value?.fields ?? []).map((field) => [field.name, field])),
  );
  const columns = computed<readonly RunField[]>(() => {
    const names = view.columns.value ?? defaultColumns([...fields.value.values()]);
    return names.flatMap((name) => fields.value.get(name) ?? []);
  });
  const choice = computed(() => ({
    experimentId: current.id ?? '',
    filter: view.filter.value,
    archived: view.archived.value,
  }));
  const question = computed(() => ({
    ...choice.value,
    sort: view.sort.value,
    columns: columns.value.flatMap(({ name }) => (name === view.group.value ? [] : [name])),
    by: view.group.value,
  }));

  const shown = shallowRef<ShownTable | null>(null);
  const error = shallowRef<ErrorReport | null>(null);
  const isAsking = shallowRef(false);
  /** Rises when the lines are others than before: the table goes back to its top. */
  const order = shallowRef(0);
  const unfolded = shallowRef<ReadonlySet<string>>(new Set());
  let turn = 0;
  let sight = { first: 0, last: firstLines };

  const makePages = (more: readonly RunCondition[] = []) => {
    const { by: _by, ...asked } = question.value;
    return new RunPages((range) =>
      backend.call('runs.page', { ...asked, filter: [...asked.filter, ...more], ...range }),
    );
  };

  async function ask(isAnew: boolean): Promise<void> {
    if (current.id === null || fields.value.size === 0) return;
    const own = ++turn;
    isAsking.value = true;
    const by = fields.value.get(question.value.by);
    // Groups have a column of their own for what they go by.
    const asked = { fields: columns.value.filter((field) => field !== by) };
    const answer = by ? await askGroups(by) : await askPages(isAnew);
    if (own !== turn) return;
    isAsking.value = false;
    error.value = 'error' in answer ? answer.error : null;
    if ('error' in answer) return;
    shown.value = { columns: asked.fields, ...answer };
    if (isAnew) {
      order.value += 1;
      sight = { first: 0, last: firstLines };
    }
    see(sight.first, sight.last);
  }

  async function askPages(isAnew: boolean) {
    const pages = makePages();
    const { first, last } = isAnew ? { first: 0, last: firstLines } : sight;
    await pages.need(first, last);
    if (pages.error.value) return { error: pages.error.value };
    return { pages, grouped: null, total: pages.total.value ?? 0 };
  }

  async function askGroups(by: RunField) {
    const { columns: names } = question.value;
    const request = { ...choice.value, by: by.name, columns: names };
    const outcome = await backend.call('runs.groups', request);
    if (!outcome.ok) return { error: outcome.error };
    const { groups, total } = outcome.value;
    return { pages: null, grouped: { by, groups, members: new Map<number, RunPages>() }, total };
  }

  /** The rows of a group; null where the table has none. */
  function pagesOf(group: number | null): RunPages | null {
    const table = shown.value;
    if (group === null || !table?.grouped) return table?.pages ?? null;
    const { by, groups, members } = table.grouped;
    const found = members.get(group);
    if (found) return found;
    const value = groups[group]?.value ?? null;
    const condition: RunCondition =
      value === null
        ? { field: by.name, relation: 'missing', values: [] }
        : { field: by.name, relation: 'is', values: [value] };
    const pages = makePages([condition]);
    members.set(group, pages);
    return pages;
  }

  /** These lines are in sight: their rows are fetched, and some beyond them. */
  function see(first: number, last: number): void {
    sight = { first, last };
    for (const range of layout.value.ranges(first, last))
      void pagesOf(range.group)?.need(range.first, range.last);
  }

  const layout = computed(() => {
    const table = shown.value;
    if (!table) return flatLayout(0);
    if (table.grouped) return groupedLayout(table.grouped.groups, unfolded.value);
    return flatLayout(table.pages?.total.value ?? 0);
  });

  watch(
    () => JSON.stringify([question.value, fields.value.size > 0]),
    (_, before) => {
      const isSame =
        before !== undefined && linesOf(before) === linesOf(JSON.stringify([question.value, true]));
      void ask(!isSame);
    },
    { immediate: true },
  );

  /** Numbers or marks have changed: the same lines are asked for again. */
  function renew(): void {
    description.reload();
    if (shown.value?.pages) {
      shown.value.pages.renew();
      see(sight.first, sight.last);
    } else void ask(false);
  }
  useWorkbenchEvent('experiment.results', ({ experimentId }) => {
    if (experimentId === current.id) renew();
  });
  useWorkbenchEvent('runs.marked', renew);
  onScopeDispose(() => (turn += 1));

  return {
    description,
    fields,
    columns,
    choice,
    shown,
    layout,
    order,
    unfolded,
    isAsking,
    error: computed(
      () => error.value ?? description.error.value ?? shown.value?.pages?.error.value ?? null,
    ),
    /** Whether the first answer is still on its way. */
    isEmpty: computed(() => shown.value === null),
    see,
    reload: () => {
      description.reload();
      void ask(false);
    },
    /** The run of a line; undefined while it is on its way, and of a group. */
    rowOf: (item: TableItem): RunRow | undefined => {
      if (item.kind === 'group') return undefined;
      const pages = pagesOf(item.group);
      return pages && pages.version.value >= 0 ? pages.row(item.index) : undefined;
    },
    groupOf: (group: number): RunGroup | undefined => shown.value?.grouped?.groups[group],
    toggleGroup: (group: number) => {
      const key = groupKey(shown.value?.grouped?.groups[group]?.value ?? null);
      const next = new Set(unfolded.value);
      if (!next.delete(key)) next.add(key);
      unfolded.value = next;
    },
    /** Cell and seed of every run that meets the filter, in order; empty when that fails. */
    async keys(): Promise<readonly RunKey[]> {
      const outcome = await backend.call('runs.keys', { ...choice.value, sort: view.sort.value });
      error.value = outcome.ok ? null : outcome.error;
      return outcome.ok ? outcome.value : [];
    },
  };
}
export type RunTableState = ReturnType<typeof useRunTable>;

/** The part of a question that decides which lines there are, and in which order. */
function linesOf(question: string): string {
  const [asked, isKnown] = JSON.parse(question) as [Record<string, unknown>, boolean];
  return JSON.stringify([{ ...asked, columns: null }, isKnown]);
}
