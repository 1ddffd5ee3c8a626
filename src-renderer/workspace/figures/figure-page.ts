/** The page of exported figures: the last one that the user chose, for the next figure too. Titles are of one figure and not kept. */
import { defineStore } from 'pinia';
import { computed, shallowRef } from 'vue';
import type { FigurePage } from '#shared/domain/figure-page';
import { useUserSettings } from '../user-settings';

/** One page for every dialog. */
export const useFigurePage = defineStore('figure-page', () => {
  const user = useUserSettings();
  const title = shallowRef('');
  return {
    page: computed<FigurePage>(() => ({
      ...user.settings.figure,
      ...(title.value === '' ? {} : { title: title.value }),
    })),
    change: ({ title: next = '', ...page }: FigurePage): void => {
      title.value = next;
      user.change({ figure: page });
    },
    /** A figure of something else begins without a title. */
    forgetTitle: (): void => {
      title.value = '';
    },
  };
});
