import { join } from 'node:path';
import { type StoredReport, type ReportStore, isStoredReport } from '../../core/model/build-report.js';
import { type FileSystem, nodeFileSystem, withDiskErrors } from './file-system.js';
import { replaceFile } from './current-pointer.js';

/** Stores the report of the last build as `report.json` in the index folder. */
export function createReportStore(folder: string, disk: FileSystem = nodeFileSystem): ReportStore {
  const path = join(folder, 'report.json');
  return {
    async save(report: StoredReport) {
      const bytes = new TextEncoder().encode(`${JSON.stringify(report, null, 2)}\n`);
      await withDiskErrors('writing the report', () => replaceFile(disk, folder, { path, bytes }));
    },
    async load() {
      try {
        const value: unknown = JSON.parse(new TextDecoder().decode(await disk.read(path)));
        return isStoredReport(value) ? value : null;
      } catch {
        return null;
      }
    },
  };
}
