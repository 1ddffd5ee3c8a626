/** Tables and archives of a project, written and read in a thread of its own while the workbench answers. */
import type { DatasetFolders } from '../datasets/catalogue';
import type { ExperimentDesk } from './experiment-desk';
import type { DataExport, exportData } from './export-data';
import type { exportProject, ProjectExport } from './export-project';
import type { ImportedProject } from './import-project';
import { inThread } from './in-thread';

/** What the thread is to do. */
export type ProjectWork =
  | { readonly kind: 'export-data'; readonly to: DataExport }
  | { readonly kind: 'export-project'; readonly to: ProjectExport }
  | { readonly kind: 'import-project'; readonly path: string };

/** Whose project. */
export interface ProjectWorkOf {
  readonly folder: string;
  readonly folders: DatasetFolders;
}

interface ResultOf {
  'export-data': ReturnType<typeof exportData>;
  'export-project': ReturnType<typeof exportProject>;
  'import-project': ImportedProject;
}

/** As `exportData`, `exportProject` and `importProject`. @throws what they throw */
export function projectInThread<Work extends ProjectWork>(
  { store }: Pick<ExperimentDesk, 'store'>,
  { registryFolder, resourcesFolder }: DatasetFolders,
  work: Work,
): Promise<ResultOf[Work['kind']]> {
  const of: ProjectWorkOf = {
    folder: store.folder,
    folders: { registryFolder, resourcesFolder },
  };
  return inThread({ ...of, ...work }, { entry: 'project-thread', name: work.kind });
}
