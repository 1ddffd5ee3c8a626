/** Opens the `.json` beside a figure: this screen then shows what the figure draws. */
import { shallowRef } from 'vue';
import type { Diagram } from '#shared/domain/diagram';
import { mostFigureFileCharacters } from '#shared/domain/figure-settings';
import type { ErrorReport } from '#shared/errors';
import { useBackend } from '../../backend/use-backend';
import { useViewSettings } from '../../workspace/address';
import { useCurrentExperiment } from '../../workspace/current-experiment';
import { useFigurePage } from '../../workspace/figures/figure-page';
import { useThresholds } from '../../workspace/thresholds';
import { viewOfFigure } from './figure-view';

/** @param diagram - of the current experiment */
export function useFigureFile(diagram: () => Pick<Diagram, 'slices'>) {
  const backend = useBackend();
  const change = useViewSettings();
  const current = useCurrentExperiment();
  const thresholds = useThresholds();
  const figurePage = useFigurePage();
  const error = shallowRef<ErrorReport | null>(null);

  /** Shows the figure of a file, with its thresholds, and its page for the next export. @returns whether it is shown */
  async function open(file: File): Promise<boolean> {
    if (current.id === null) return false;
    if (file.size > mostFigureFileCharacters) {
      const message = `${file.name}: must be at most ${mostFigureFileCharacters} bytes, got ${file.size}; choose the .json of a figure`;
      error.value = { code: 'invalid-input', message };
      return false;
    }
    const text = await file.text();
    const outcome = await backend.call('figure.open', { experimentId: current.id, file: text });
    error.value = outcome.ok ? null : outcome.error;
    if (!outcome.ok) return false;
    const { settings } = outcome.value;
    change(viewOfFigure(settings, diagram()));
    if (settings.thresholds) thresholds.change(settings.thresholds);
    figurePage.change(settings.page ?? {});
    return true;
  }
  return { error, open };
}
