import type { Manifest } from '../core/manifest.js';
import type { Problem, StoredGeneration } from '../core/ports.js';
import type { BuildReport, BuildWarning } from '../core/report.js';
import type { Changes } from './document-hashes.js';
import type { Gathered } from './readings.js';

/** What a build came to. */
export interface Built {
  readonly previous: StoredGeneration | null;
  readonly gathered: Gathered;
  readonly manifest: Manifest;
  readonly changes: Changes;
  /** The content was rolled back from, so what is current stayed. */
  readonly held: boolean;
  readonly durationMs: number;
}

/** The report of a build that ended well. */
export function reportOf({ previous, gathered, manifest, changes, held, durationMs }: Built): BuildReport {
  const published = manifest.generation !== previous?.manifest.generation;
  return {
    generation: manifest.generation,
    published,
    documents: gathered.documents.length,
    ...changes,
    skipped: gathered.problems.filter((problem) => problem.skipped),
    warnings: [
      ...(held ? [HELD] : []),
      ...halved(previous?.manifest.documents ?? 0, gathered.documents.length),
      ...gathered.problems.filter((problem) => !problem.skipped).map(asWarning),
    ],
    durationMs,
    bytes: manifest.files.reduce((sum, file) => sum + file.size, 0),
  };
}

const HELD: BuildWarning = {
  file: null,
  line: null,
  code: 'generation_held',
  reason: 'This content was rolled back from, so it was not published again.',
  remedy: 'Change the content, or publish it all the same with `askdex index` or a reindex by an admin.',
};

function halved(before: number, after: number): readonly BuildWarning[] {
  if (after * 2 >= before) return [];
  const reason = `Only ${after} of ${before} documents are left, fewer than half.`;
  const remedy = 'If that was not meant, restore the content, or go back with `askdex rollback`.';
  return [{ file: null, line: null, code: 'documents_halved', reason, remedy }];
}

function asWarning({ file, line, code, reason, remedy }: Problem): BuildWarning {
  return { file, line, code, reason, remedy };
}
