/** Measuring more from a cell: what is offered, and one call that adds it. */
import { shallowRef, watch } from 'vue';
import type { MetricSpec } from '#shared/domain/metric-registry';
import type { ErrorReport } from '#shared/errors';
import { useAnswer, useBackend, useWorkbenchEvent } from '../../backend/use-backend';

/** The cell whose further metrics are offered; null asks nothing. */
export type OfferedCell = () => { readonly experimentId: string; readonly cell: number } | null;

/** Offers of a cell, kept up to date, and what measures them. */
export function useMeasureMore(where: OfferedCell) {
  const backend = useBackend();
  const offers = useAnswer('cell.offers', where);
  useWorkbenchEvent('experiment.listed', offers.reload);
  /** The metric that is being added; null while none is. */
  const adding = shallowRef<string | null>(null);
  const error = shallowRef<ErrorReport | null>(null);
  /** What was asked for last, in words. */
  const told = shallowRef('');
  watch(
    () => JSON.stringify(where()),
    () => {
      error.value = null;
      told.value = '';
    },
  );

  /**
   * Adds a metric to the cell, or to every cell that lacks it.
   * @returns whether the workbench took it
   */
  async function measure(metric: MetricSpec, title: string, everywhere: boolean): Promise<boolean> {
    const asked = where();
    if (asked === null || adding.value !== null) return false;
    adding.value = metric.name;
    const cells = everywhere ? null : [asked.cell];
    const { experimentId } = asked;
    const outcome = await backend.call('experiment.measure', {
      experimentId,
      metrics: [metric],
      cells,
    });
    adding.value = null;
    error.value = outcome.ok ? null : outcome.error;
    if (outcome.ok) {
      const isRunning = outcome.value.state === 'running';
      told.value = `${title} is added${everywhere ? ' in every cell' : ''}: ${isRunning ? 'it is being measured now' : 'it is measured when the experiment is resumed'}.`;
      offers.reload();
    }
    return outcome.ok;
  }

  return { offers, adding, error, told, measure };
}
