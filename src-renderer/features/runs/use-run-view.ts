/** What the table of runs shows, kept in the address: columns, order, conditions, groups, the archive. */
import { computed } from 'vue';
import { useRoute, useRouter } from 'vue-router';
import type { RunChoice, RunSort } from '#shared/contract/run-views';
import type { RunCondition } from '#shared/domain/run-conditions';
import { useViewSetting } from '../../workspace/address';
import { groupStatistics, type GroupStatistic } from './columns';
import { filterText, parseColumns, parseFilter, parseSort, sortText } from './view-text';

const archives = ['hidden', 'shown', 'only'] as const;
const asWord =
  <W extends string>(choices: readonly W[]) =>
  (text: string): W | undefined =>
    choices.find((choice) => choice === text);
const asText = (text: string) => text;

/** The settings of the table; writing one changes the address. */
export function useRunView() {
  const route = useRoute();
  const router = useRouter();
  const columns = useViewSetting<string>('columns', '', asText);
  const sort = useViewSetting<string>('sort', '', asText);
  const filter = useViewSetting<string>('filter', '', asText);
  const group = useViewSetting<string>('group', '', asText);
  const archived = useViewSetting<RunChoice['archived']>('archived', 'hidden', asWord(archives));
  const statistic = useViewSetting<GroupStatistic>('statistic', 'mean', asWord(groupStatistics));
  return {
    /** Names of the chosen columns; null for those that are shown before anybody has chosen. */
    columns: computed<readonly string[] | null>({
      get: () => (columns.value === '' ? null : parseColumns(columns.value)),
      set: (names) => (columns.value = names?.join(',') ?? ''),
    }),
    sort: computed<RunSort>({
      get: () => parseSort(sort.value),
      set: (terms) => (sort.value = sortText(terms)),
    }),
    filter: computed<readonly RunCondition[]>({
      get: () => parseFilter(filter.value),
      set: (conditions) => (filter.value = filterText(conditions)),
    }),
    /** The field that divides runs into groups; empty for none. */
    group,
    archived,
    statistic,
    /** Takes every condition, order and group away at once. */
    clear: () => {
      const {
        sort: _sort,
        filter: _filter,
        group: _group,
        archived: _archived,
        ...rest
      } = route.query;
      void router.replace({ query: rest });
    },
  };
}
export type RunView = ReturnType<typeof useRunView>;
