/** Begins the tour: with the first sample's experiment, made where it is not there yet. */
import { useRouter } from 'vue-router';
import { useAnswer } from '../backend/use-backend';
import { useConnection } from '../backend/use-connection';
import { useCommands } from '../workspace/command-handlers';
import { useMessages } from '../workspace/messages';
import { useTour } from '../workspace/tour';
import { useSampleExperiment } from '../workspace/use-sample-experiment';

/** Says to the table of commands how the tour begins. */
export function useTourStart(): void {
  const router = useRouter();
  const tour = useTour();
  const messages = useMessages();
  const { isConnected } = useConnection();
  const experimentOf = useSampleExperiment();
  const samples = useAnswer('sample.list', () => ({}));

  async function begin(): Promise<void> {
    const sample = samples.value.value?.[0];
    if (!sample) return;
    const outcome = await experimentOf(sample);
    if (!outcome.ok) {
      messages.tell(`The sample could not be opened: ${outcome.error.message}`);
      return;
    }
    const { experimentId } = outcome;
    tour.begin(experimentId);
    await router.push({ name: 'design', params: { experimentId } });
  }
  useCommands({
    'help.tour': {
      run: () => void begin(),
      problem: () => {
        if (!isConnected.value) return 'The workbench is not there.';
        return samples.value.value?.[0] ? null : 'The samples are not read yet.';
      },
    },
  });
}
