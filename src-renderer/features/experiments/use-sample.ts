/** Opens a spec that ships with the app: the experiment made from it before, else a new draft. */
import { shallowRef } from 'vue';
import { useRouter } from 'vue-router';
import type { ErrorReport } from '#shared/errors';
import { useAnswer } from '../../backend/use-backend';
import { useExperimentList } from '../../workspace/experiment-list';
import { useSampleExperiment } from '../../workspace/use-sample-experiment';
import { screenFor } from './model';

/** The samples and the way to open one. */
export function useSamples() {
  const router = useRouter();
  const list = useExperimentList();
  const experimentOf = useSampleExperiment();
  const samples = useAnswer('sample.list', () => ({}));
  const error = shallowRef<ErrorReport | null>(null);
  const opening = shallowRef<string | null>(null);

  async function open(name: string): Promise<void> {
    const sample = samples.value.value?.find((s) => s.name === name);
    if (!sample || opening.value !== null) return;
    opening.value = name;
    const outcome = await experimentOf(sample);
    opening.value = null;
    error.value = outcome.ok ? null : outcome.error;
    if (!outcome.ok) return;
    const { experimentId } = outcome;
    const existing = list.entries.find(({ id }) => id === experimentId);
    const screen = outcome.isNew || !existing ? 'design' : screenFor(existing);
    await router.push({ name: screen, params: { experimentId } });
  }

  return { samples: samples.value, samplesError: samples.error, error, opening, open };
}
