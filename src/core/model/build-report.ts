import { isAmount, isListOf, isRecord } from '../guards.js';
import type { Problem } from './ports.js';

export const BUILD_STAGES = ['scanning', 'parsing', 'indexing', 'publishing'] as const;
export type BuildStage = (typeof BUILD_STAGES)[number];

/** The progress of a build. */
export interface BuildProgress {
  readonly stage: BuildStage;
  /** Of the whole build, 0 to 100; never decreases. */
  readonly percent: number;
  /** Files or documents done in this stage, of `total` (0 if the stage counts nothing). */
  readonly done: number;
  readonly total: number;
}

/** A problem that did not exclude a document. `file` is null if it concerns the whole build. */
export type BuildWarning = Omit<Problem, 'file' | 'skipped'> & { readonly file: string | null };

/** The result of a build, as `askdex index --json` prints it and `/v1/admin/report` returns it. */
export interface BuildReport {
  /** The generation that is current after the build. */
  readonly generation: string;
  /** false: nothing was published, because the result equals the current generation or one that was rolled back. */
  readonly published: boolean;
  readonly documents: number;
  /** These four counts compare with the previous generation. */
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  readonly unchanged: number;
  /** What was not indexed and why, in order of file and line. */
  readonly skipped: readonly Problem[];
  readonly warnings: readonly BuildWarning[];
  readonly durationMs: number;
  /** Total size of the generation's files. */
  readonly bytes: number;
}

/** A report on disk. It may also be that of a build that failed the golden queries, which a warning then says. */
export type StoredReport = Omit<BuildReport, 'generation'> & {
  /** null: the build failed the golden queries and there was no generation before. */
  readonly generation: string | null;
};

/** Stores the report of the last build. */
export interface ReportStore {
  save(report: StoredReport): Promise<void>;
  /** Returns null if there is none or it cannot be read. */
  load(): Promise<StoredReport | null>;
}

const COUNTS = ['documents', 'added', 'changed', 'removed', 'unchanged', 'durationMs', 'bytes'] as const;

/** Whether a value from another thread is the report of a successful build. */
export function isBuildReport(value: unknown): value is BuildReport {
  return isStoredReport(value) && value.generation !== null;
}

/** Whether a value from a file is a report. */
export function isStoredReport(value: unknown): value is StoredReport {
  if (!isRecord(value)) return false;
  return (
    (value['generation'] === null || typeof value['generation'] === 'string') &&
    typeof value['published'] === 'boolean' &&
    COUNTS.every((name) => isAmount(value[name])) &&
    isListOf(value['skipped'], isProblem) &&
    isListOf(value['warnings'], isWarning)
  );
}

/** Whether a value from a file or another thread is a problem. */
export function isProblem(value: unknown): value is Problem {
  return isWarning(value) && typeof value.file === 'string' && 'skipped' in value && typeof value.skipped === 'boolean';
}

/** Whether a value from another thread is a build's progress. */
export function isBuildProgress(value: unknown): value is BuildProgress {
  if (!isRecord(value)) return false;
  const { stage, percent, done, total } = value;
  return (
    BUILD_STAGES.some((name) => name === stage) &&
    isAmount(percent) &&
    percent <= 100 &&
    isAmount(done) &&
    isAmount(total)
  );
}

function isWarning(value: unknown): value is BuildWarning {
  if (!isRecord(value)) return false;
  const { file, line, code, reason, remedy } = value;
  return (
    (file === null || typeof file === 'string') &&
    (line === null || isAmount(line)) &&
    [code, reason, remedy].every((text) => typeof text === 'string')
  );
}
