import { isAmount, isListOf, isRecord } from '../guards.js';
import type { Problem } from './ports.js';

export const BUILD_STAGES = ['scanning', 'parsing', 'indexing', 'publishing'] as const;
export type BuildStage = (typeof BUILD_STAGES)[number];

/** How far a build is. */
export interface BuildProgress {
  readonly stage: BuildStage;
  /** Of the whole build, 0 to 100; never falls. */
  readonly percent: number;
  /** Within the stage: files or documents done, of `total` (0 where the stage has nothing to count). */
  readonly done: number;
  readonly total: number;
}

/** Something in a build that a person should look at; nothing was left out because of it. `file` null: the whole. */
export type BuildWarning = Omit<Problem, 'file' | 'skipped'> & { readonly file: string | null };

/** What a build did. Its JSON is what `askdex index --json` prints and `/v1/admin/report` answers. */
export interface BuildReport {
  /** The generation that is current after the build. */
  readonly generation: string;
  /** false: the content gave what is current already (or what was rolled back), and nothing was published. */
  readonly published: boolean;
  readonly documents: number;
  /** The next four count documents against the generation before. */
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  readonly unchanged: number;
  /** What was left out and why, in order of file and line. */
  readonly skipped: readonly Problem[];
  readonly warnings: readonly BuildWarning[];
  readonly durationMs: number;
  /** Size of the generation's files together. */
  readonly bytes: number;
}

/** A report that is kept: also that of a build that the golden queries refused, which a warning then tells. */
export type StoredReport = Omit<BuildReport, 'generation'> & {
  /** null: the build was refused and there was no generation before it. */
  readonly generation: string | null;
};

/** Keeps the report of the last build. */
export interface ReportStore {
  save(report: StoredReport): Promise<void>;
  /** null: there is none, or it cannot be read. */
  load(): Promise<StoredReport | null>;
}

const COUNTS = ['documents', 'added', 'changed', 'removed', 'unchanged', 'durationMs', 'bytes'] as const;

/** Whether a value that came from another thread is the report of a build that ended well. */
export function isBuildReport(value: unknown): value is BuildReport {
  return isStoredReport(value) && value.generation !== null;
}

/** Whether a value that came from a file is a report. */
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

/** Whether a value that came from a file or another thread is a problem. */
export function isProblem(value: unknown): value is Problem {
  return isWarning(value) && typeof value.file === 'string' && 'skipped' in value && typeof value.skipped === 'boolean';
}

/** Whether a value that came from another thread is a build's progress. */
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
