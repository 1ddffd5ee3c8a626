/** Results of the experiment as a table. */
import type { ExportFormat, ExportLevel } from '#shared/domain/data-export';
import type { ProcedureOutput } from '#shared/contract/procedures';
import { useBackend } from '../backend/use-backend';
import { useCurrentExperiment } from './current-experiment';
import { useMadeFiles } from './use-made-files';

/** One export at a time. */
export function useDataExport() {
  const backend = useBackend();
  const current = useCurrentExperiment();
  const { save: saveFiles, ...state } = useMadeFiles<ProcedureOutput<'data.export'>>();
  async function save(level: ExportLevel, format: ExportFormat): Promise<void> {
    const { id: experimentId, name } = current;
    if (experimentId === null) return;
    const make = () => backend.call('data.export', { experimentId, level, format });
    await saveFiles(make, `${name ?? 'experiment'}-`);
  }
  return { ...state, save };
}
