/** Which lines the slices view shows: its settings in the address, and the same for the exported figure. */
import { computed } from 'vue';
import type { FigureLines } from '#shared/domain/figure-settings';
import type { SliceDirection } from '#shared/domain/slice-choice';
import { useViewSetting } from '../../workspace/address';
import type { DiagramState } from './use-diagram';

const onOrOff = (text: string) => (text === 'on' ? 'on' : undefined);

/** The settings of the slices and what follows from them and the selection. */
export function useSlices(state: Pick<DiagramState, 'selectedPositions' | 'selectedCells'>) {
  const along = useViewSetting<SliceDirection | 'auto'>('along', 'auto', (text) =>
    text === 'x' || text === 'y' || text === 'both' ? text : undefined,
  );
  const lines = useViewSetting<'selected' | 'all'>('lines', 'selected', (text) =>
    text === 'all' ? 'all' : undefined,
  );
  const training = useViewSetting<'on' | 'off'>('training', 'off', onOrOff);
  const errors = useViewSetting<'on' | 'off'>('errors', 'off', onOrOff);
  const hasSelection = computed(() => state.selectedPositions.value.length > 0);
  /** Without a choice: row and column of what is selected, else all rows. */
  const direction = computed<SliceDirection>(() => {
    if (along.value !== 'auto') return along.value;
    return hasSelection.value ? 'both' : 'x';
  });
  const figureLines = computed<FigureLines>(() => ({
    along: direction.value,
    ...(lines.value === 'all' || !hasSelection.value ? {} : { cells: state.selectedCells.value }),
    ...(training.value === 'on' ? { training: true } : {}),
    ...(errors.value === 'on' ? { asError: true } : {}),
  }));
  return { along, lines, training, errors, direction, hasSelection, figureLines };
}
