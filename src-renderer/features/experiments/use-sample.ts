/** Opens a spec that ships with the app: the experiment made from it before, else a new draft. */
import { shallowRef } from 'vue';
import { useRouter } from 'vue-router';
import type { ErrorReport } from '#shared/errors';
import { useAnswer, useBackend } from '../../backend/use-backend';
import { useExperimentList } from '../../workspace/experiment-list';
import { screenFor } from './model';

/** The samples and the way to open one. */
export function useSamples() {
  const backend = useBackend();
  const router = useRouter();
  const list = useExperimentList();
  const samples = useAnswer('sample.list', () => ({}));
  const error = shallowRef<ErrorReport | null>(null);
  const opening = shallowRef<string | null>(null);

  async function open(name: string): Promise<void> {
    const sample = samples.value.value?.find((s) => s.name === name);
    if (!sample || opening.value !== null) return;
    const wanted = (sample.spec as { name?: unknown } | null)?.name;
    const existing = list.entries.find((e) => e.name === wanted);
    if (existing) {
      await router.push({ name: screenFor(existing), params: { experimentId: existing.id } });
      return;
    }
    opening.value = name;
    const created = await backend.call('experiment.create', { spec: sample.spec });
    opening.value = null;
    error.value = created.ok ? null : created.error;
    if (!created.ok) return;
    list.reload();
    await router.push({ name: 'design', params: { experimentId: created.value.experimentId } });
  }

  return { samples: samples.value, samplesError: samples.error, error, opening, open };
}
