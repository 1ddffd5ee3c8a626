/** Everything that an experiment shows, saved at once: its figures as files, or one report. */
import { shallowRef } from 'vue';
import type { FigurePage } from '#shared/domain/figure-page';
import type { ErrorReport } from '#shared/errors';
import { useBackend } from '../../backend/use-backend';
import { useCurrentExperiment } from '../current-experiment';
import { saveFile } from '../save-file';
import { useThresholds } from '../thresholds';

/** @param page - of all of them */
export function useWholeExport(page: () => FigurePage) {
  const backend = useBackend();
  const current = useCurrentExperiment();
  const thresholds = useThresholds();
  const error = shallowRef<ErrorReport | null>(null);
  /** What is under way or done, in words. */
  const told = shallowRef('');
  const isBusy = shallowRef(false);

  async function guarded(work: (experimentId: string) => Promise<ErrorReport | null>) {
    if (current.id === null || isBusy.value) return;
    isBusy.value = true;
    error.value = await work(current.id);
    if (error.value) told.value = '';
    isBusy.value = false;
  }
  const shared = () => {
    // A title is of one figure.
    const { title: _one, ...rest } = page();
    return { page: rest, thresholds: thresholds.thresholds };
  };

  return {
    error,
    told,
    isBusy,
    saveReport: () =>
      guarded(async (experimentId) => {
        told.value = 'Writing the report \u2026';
        const outcome = await backend.call('report.render', { experimentId, ...shared() });
        if (!outcome.ok) return outcome.error;
        const name = `${current.name ?? 'experiment'}-report.html`;
        const content = outcome.value.html;
        told.value = `Saved with your downloads: ${saveFile({ name, type: 'text/html', content })}`;
        return null;
      }),
    /** Every figure as SVG with its provenance, which opens and draws it again. */
    saveAll: () =>
      guarded(async (experimentId) => {
        const every = await backend.call('figure.every', { experimentId });
        if (!every.ok) return every.error;
        for (const [i, { name, settings }] of every.value.entries()) {
          told.value = `Drawing figure ${i + 1} of ${every.value.length} \u2026`;
          const request = { ...settings, ...shared(), experimentId };
          const outcome = await backend.call('figure.render', request);
          if (!outcome.ok) return outcome.error;
          const { svg, provenance } = outcome.value;
          const stem = `${current.name ?? 'figure'}-${name}`;
          saveFile({ name: `${stem}.svg`, type: 'image/svg+xml', content: svg });
          saveFile({ name: `${stem}.json`, type: 'application/json', content: provenance });
        }
        told.value = `Saved with your downloads: ${every.value.length} figures, each with its .json`;
        return null;
      }),
  };
}
