import type { Document } from '../core/document.js';
import { AskdexError } from '../core/errors.js';
import type { Draft, Manifest } from '../core/manifest.js';
import type {
  CancelSignal,
  DocumentSource,
  GenerationStore,
  IndexWriter,
  Problem,
  StoredGeneration,
} from '../core/ports.js';
import type { BuildProgress, BuildReport, BuildStage, BuildWarning, ReportStore } from '../core/report.js';
import { ContentEmptyError } from './content-empty.js';
import { type Changes, compareHashes, hashDocuments, hashesFile, readHashes } from './document-hashes.js';
import { progressTeller } from './progress.js';
import { type Content, readContent, throwIfCanceled } from './read-content.js';

export type { BuildProgress, BuildReport, BuildStage, BuildWarning } from '../core/report.js';

export interface ReindexDeps {
  readonly source: DocumentSource;
  readonly writer: IndexWriter;
  readonly store: GenerationStore;
  readonly reports: ReportStore;
  /** Makes spellings of a subject that differ in case one. */
  readonly canonicalSubjects: (documents: readonly Document[]) => readonly Document[];
  /** Opens and tries a generation that was written, before it becomes current; throws where it does not serve. */
  readonly check: (generation: StoredGeneration) => Promise<void>;
  /** Milliseconds, from any beginning. */
  readonly now: () => number;
}

export interface ReindexRequest {
  /** How many generations stay, the new one included. */
  readonly keep: number;
  /** Publish also what was rolled back from. */
  readonly force: boolean;
}

export interface ReindexHooks {
  readonly onProgress: (progress: BuildProgress) => void;
  readonly signal: CancelSignal;
}

/**
 * One build: content in, a generation out, `CURRENT` switched. Holds the index folder's lock meanwhile.
 *
 * Throws, with what is served unchanged: `index_locked`, `content_unreadable`, `content_empty` (a `ContentEmptyError`),
 * `build_canceled`, and what the writer, the check and the disk throw.
 */
export async function reindex(
  deps: ReindexDeps,
  request: ReindexRequest,
  hooks: ReindexHooks,
): Promise<BuildReport> {
  const started = deps.now();
  const lock = await deps.store.lock();
  try {
    const tell = progressTeller(hooks.onProgress);
    const previous = await currentOrNull(deps.store);
    const content = await gather(deps, hooks.signal, tell);
    const draft = await draftOf(deps, content.documents, { signal: hooks.signal, tell });
    tell('publishing', 0, 0);
    const hashes = hashDocuments(content.documents);
    const manifest = await deps.store.publish(
      { ...draft, files: [...draft.files, hashesFile(hashes)] },
      { check: deps.check, keep: request.keep, force: request.force },
    );
    const changes = compareHashes(await readHashes(previous), hashes);
    const report = reportOf({
      previous,
      content,
      manifest,
      changes,
      durationMs: Math.round(deps.now() - started),
    });
    // The generation serves already: a report that cannot be kept must not make the build look failed.
    await deps.reports.save(report).catch(() => undefined);
    tell('publishing', 1, 1);
    return report;
  } finally {
    // What was built or thrown counts more than a lock file that could not be removed: the next build will name it.
    await lock.release().catch(() => undefined);
  }
}

type Tell = (stage: BuildStage, done: number, total: number) => void;

/** Scan, read, one document for a key, one spelling for a subject. */
async function gather(deps: ReindexDeps, signal: CancelSignal, tell: Tell): Promise<Content> {
  throwIfCanceled(signal);
  tell('scanning', 0, 0);
  const scan = await deps.source.scan(signal);
  throwIfCanceled(signal);
  const content = await readContent(deps.source, {
    scan,
    signal,
    onFile: (done, total) => tell('parsing', done, total),
  });
  if (content.documents.length === 0) throw new ContentEmptyError(content.problems);
  return { ...content, documents: deps.canonicalSubjects(content.documents) };
}

/** The files of the index. A writer that tells its progress can be canceled there. */
async function draftOf(
  deps: ReindexDeps,
  documents: readonly Document[],
  { signal, tell }: { signal: CancelSignal; tell: Tell },
): Promise<Draft> {
  throwIfCanceled(signal);
  tell('indexing', 0, documents.length);
  const draft = await deps.writer.write(documents, (done, total) => {
    throwIfCanceled(signal);
    tell('indexing', done, total);
  });
  throwIfCanceled(signal);
  return draft;
}

/** A damaged current generation is none to compare with: this build is what replaces it. */
async function currentOrNull(store: GenerationStore): Promise<StoredGeneration | null> {
  try {
    return await store.current();
  } catch (error) {
    if (error instanceof AskdexError && error.code === 'index_damaged') return null;
    throw error;
  }
}

interface Built {
  readonly previous: StoredGeneration | null;
  readonly content: Content;
  readonly manifest: Manifest;
  readonly changes: Changes;
  readonly durationMs: number;
}

function reportOf({ previous, content, manifest, changes, durationMs }: Built): BuildReport {
  const published = manifest.generation !== previous?.manifest.generation;
  const held = !published && changes.added + changes.changed + changes.removed > 0;
  return {
    generation: manifest.generation,
    published,
    documents: content.documents.length,
    ...changes,
    skipped: content.problems.filter((problem) => problem.skipped),
    warnings: [
      ...(held ? [HELD] : []),
      ...halved(previous?.manifest.documents ?? 0, content.documents.length),
      ...content.problems.filter((problem) => !problem.skipped).map(asWarning),
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
