import { join } from 'node:path';
import { type KeptReport, type ReportStore, isKeptReport } from '../../core/model/build-report.js';
import { type Disk, nodeDisk, onDisk } from './file-system.js';
import { replaceFile } from './current-pointer.js';

/** The report of the last build as `report.json` in the index folder. */
export function createReportStore(folder: string, disk: Disk = nodeDisk): ReportStore {
  const path = join(folder, 'report.json');
  return {
    async save(report: KeptReport) {
      const bytes = new TextEncoder().encode(`${JSON.stringify(report, null, 2)}\n`);
      await onDisk('writing the report', () => replaceFile(disk, folder, { path, bytes }));
    },
    async load() {
      try {
        const value: unknown = JSON.parse(new TextDecoder().decode(await disk.read(path)));
        return isKeptReport(value) ? value : null;
      } catch {
        return null;
      }
    },
  };
}
