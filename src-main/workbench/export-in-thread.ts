/** Writes a table of results in a thread of its own. */
import type { DatasetFolders } from '../datasets/catalogue';
import type { DataExport, exportData } from './export-data';
import { inThread } from './in-thread';

export interface ExportRequest {
  readonly folder: string;
  readonly folders: DatasetFolders;
  readonly export: DataExport;
}

/** As `exportData`, while the workbench answers. @throws what it throws */
export function exportInThread(request: ExportRequest): Promise<ReturnType<typeof exportData>> {
  return inThread(request, { entry: 'export-thread', name: 'export' });
}
