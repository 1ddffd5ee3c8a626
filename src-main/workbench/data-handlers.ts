/** What screens can take out of a project as files. */
import { basename, join } from 'node:path';
import type { ProcedureHandlers } from '#shared/contract/procedures';
import { exportInThread } from './export-in-thread';
import type { ExperimentDesk } from './experiment-desk';
import type { DatasetFolders } from '../datasets/catalogue';
import type { TakenFiles } from './taken-files';

/** The handlers of every `data` procedure. */
export function dataHandlers(
  desk: ExperimentDesk,
  { files, folders }: { readonly files: TakenFiles; readonly folders: DatasetFolders },
) {
  return {
    'data.export': async ({ experimentId, format, level }) => {
      const { resourcesFolder, registryFolder } = folders;
      const { folder, id } = files.begin();
      const path = join(folder, `${level}.${format}`);
      const written = await exportInThread({
        folder: desk.store.folder,
        folders: { resourcesFolder, registryFolder },
        export: { experimentId, format, level, path },
      });
      return {
        exportId: id,
        rowCount: written.rowCount,
        files: written.files.map((file) => ({
          name: basename(file.path),
          sizeBytes: file.sizeBytes,
        })),
      };
    },
    'data.read': ({ exportId, name, offset }) => ({
      base64: files.read(exportId, name, offset).toString('base64'),
    }),
  } satisfies {
    readonly [N in Extract<keyof ProcedureHandlers, `data.${string}`>]: (
      input: Parameters<ProcedureHandlers[N]>[0],
    ) => unknown;
  };
}
