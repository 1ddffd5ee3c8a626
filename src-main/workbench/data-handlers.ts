/** What screens can take out of a project as files, and take in. */
import { basename, join } from 'node:path';
import type { ProcedureHandlers } from '#shared/contract/procedures';
import { PhasescapeError } from '#shared/errors';
import type { DatasetFolders } from '../datasets/catalogue';
import type { ExperimentDesk } from './experiment-desk';
import { importFolder, pathOfPlace } from './import-places';
import { projectInThread } from './project-in-thread';
import type { TakenFiles } from './taken-files';

/** A screen holds a file whole before it is saved. */
const mostBytesForScreens = 2 ** 30;

/** The handlers of every `data` and `project` procedure. */
export function dataHandlers(
  desk: ExperimentDesk,
  {
    files,
    folders,
    listed,
  }: {
    readonly files: TakenFiles;
    readonly folders: DatasetFolders;
    /** Hears that there are other experiments. */
    readonly listed: () => void;
  },
) {
  const named = (path: string, sizeBytes: number) => ({ name: basename(path), sizeBytes });
  return {
    'data.export': async ({ experimentId, format, level }) => {
      const { folder, id } = files.begin();
      const to = { experimentId, format, level, path: join(folder, `${level}.${format}`) };
      const written = await projectInThread(desk, folders, { kind: 'export-data', to });
      const made = written.files.map(({ path, sizeBytes }) => named(path, sizeBytes));
      return { exportId: id, rowCount: written.rowCount, files: made };
    },
    'data.read': ({ exportId, name, offset }) => ({
      base64: files.read(exportId, name, offset).toString('base64'),
    }),
    'project.export': async ({ experimentIds }) => {
      const { folder, id } = files.begin();
      const to = { experimentIds, path: join(folder, 'project.phasescape') };
      const made = await projectInThread(desk, folders, { kind: 'export-project', to });
      if (made.sizeBytes > mostBytesForScreens) {
        files[Symbol.dispose]();
        throw new PhasescapeError(
          'invalid-input',
          `export: an archive must have at most ${mostBytesForScreens} bytes to be fetched by a screen, got ${made.sizeBytes}; use phasescape export project`,
        );
      }
      return { exportId: id, files: [named(made.path, made.sizeBytes)] };
    },
    'project.import': async ({ place }) => {
      const path = pathOfPlace(importFolder(), place);
      const { experiments } = await projectInThread(desk, folders, {
        kind: 'import-project',
        path,
      });
      listed();
      return { experiments: [...experiments] };
    },
  } satisfies {
    readonly [N in Extract<keyof ProcedureHandlers, `${'data' | 'project'}.${string}`>]: (
      input: Parameters<ProcedureHandlers[N]>[0],
    ) => unknown;
  };
}
