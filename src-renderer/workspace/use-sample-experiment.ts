/** The experiment made from a sample: the one that is there, else a new draft. */
import type { ErrorReport } from '#shared/errors';
import { useBackend } from '../backend/use-backend';
import { useExperimentList } from './experiment-list';

export interface Sample {
  readonly name: string;
  readonly spec: unknown;
}

/** A function that gives the id of a sample's experiment, or why there is none. */
export function useSampleExperiment() {
  const backend = useBackend();
  const list = useExperimentList();
  return async (
    sample: Sample,
  ): Promise<
    | { readonly ok: true; readonly experimentId: string; readonly isNew: boolean }
    | { readonly ok: false; readonly error: ErrorReport }
  > => {
    const wanted = (sample.spec as { name?: unknown } | null)?.name;
    const existing = list.entries.find((entry) => entry.name === wanted);
    if (existing) return { ok: true, experimentId: existing.id, isNew: false };
    const created = await backend.call('experiment.create', { spec: sample.spec });
    if (!created.ok) return { ok: false, error: created.error };
    list.reload();
    return { ok: true, experimentId: created.value.experimentId, isNew: true };
  };
}
