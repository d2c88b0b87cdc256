import { AskdexError } from '../../core/errors.js';
import type { GenerationDraft } from '../../core/model/generation-manifest.js';
import type {
  BuildState,
  CancelSignal,
  DocumentSource,
  IndexWriter,
  ParsedFile,
  Scan,
} from '../../core/model/ports.js';
import type { BuildStage } from '../../core/model/build-report.js';
import {
  type CollectedDocuments,
  type CollectedDocument,
  collectDocuments,
  parseFile,
  isUpToDate,
  normalizeSubject,
  type OnDocument,
  ContentEmptyError,
} from './parsed-files.js';
import { type SegmentPool, planSegments } from './segment-pool.js';

/** What reading the content and building segments need. */
export interface BuildContext {
  readonly source: DocumentSource;
  readonly writer: IndexWriter;
  readonly pool: SegmentPool;
  readonly signal: CancelSignal;
  readonly reportProgress: (stage: BuildStage, done: number, total: number) => void;
}

export interface ParsedContent {
  readonly scan: Scan;
  readonly readings: readonly ParsedFile[];
  readonly collected: CollectedDocuments;
  /** Number of files read. */
  readonly read: number;
}

/**
 * Scans the content and reads the files that are new or changed. Adds their documents to the segment pool as they are
 * read, so that only the texts of one segment are in memory at a time.
 */
export async function readContent(context: BuildContext, cached: BuildState | null): Promise<ParsedContent> {
  const { source, signal, reportProgress } = context;
  throwIfCanceled(signal);
  reportProgress('scanning', 0, 0);
  const scan = await source.scan(signal);
  const before = cached?.source === source.id ? cached.readings : [];
  const known = new Map(before.map((reading) => [reading.path, reading]));
  const readings: ParsedFile[] = [];
  const take = documentCollector(context);
  let read = 0;
  for (const [done, entry] of scan.entries.entries()) {
    throwIfCanceled(signal);
    reportProgress('parsing', done, scan.entries.length);
    const last = known.get(entry.path);
    if (isUpToDate(last, entry)) {
      readings.push(last);
      for (const { key } of last.documents) take.pass(key);
    } else {
      readings.push(await parseFile(source, entry, take.document));
      read += 1;
    }
  }
  const collected = collectDocuments(readings, scan.problems);
  if (collected.documents.length === 0) throw new ContentEmptyError(collected.problems);
  return { scan, readings, collected, read };
}

/** Adds the first document of each key, as `collectDocuments` does, unless a segment contains it already. */
function documentCollector({ pool, signal }: BuildContext): {
  document: OnDocument;
  pass: (key: string) => void;
} {
  const seen = new Set<string>();
  return {
    pass: (key) => void seen.add(key),
    document(document, hash) {
      throwIfCanceled(signal);
      if (seen.has(document.key)) return;
      seen.add(document.key);
      if (!pool.has(hash)) pool.add({ document, hash });
    },
  };
}

/** Builds segments for the documents that are in none yet, and merges all segments. */
export async function buildIndex(context: BuildContext, content: ParsedContent): Promise<GenerationDraft> {
  const { pool, signal, reportProgress, writer } = context;
  const { documents, canonicalSubjects } = content.collected;
  const { kept, missing } = planSegments(documents, pool.segments());
  let done = documents.length - missing.length;
  reportProgress('indexing', done, documents.length);
  const unread = missing.filter(({ key }) => !pool.isPending(key));
  await rereadDocuments(context, { scan: content.scan, wanted: unread }, () => {
    throwIfCanceled(signal);
    reportProgress('indexing', (done += 1), documents.length);
  });
  throwIfCanceled(signal);
  pool.flush();
  throwIfCanceled(signal);
  const old = new Set(kept.map(({ name }) => name));
  const made = pool.newSegments().filter(({ name }) => !old.has(name));
  const segments = [...kept, ...made.map(({ name, bytes }) => ({ name, bytes, live: null }))];
  const draft = writer.merge(segments, (subject) => canonicalSubjects.get(normalizeSubject(subject)) ?? subject);
  pool.retain(new Set(segments.map(({ name }) => name)));
  return draft;
}

interface RereadRequest {
  readonly scan: Scan;
  readonly wanted: readonly CollectedDocument[];
}

/** Reads documents of unchanged files again if their segment is lost or mostly dead. */
async function rereadDocuments(
  { source, pool }: BuildContext,
  { scan, wanted }: RereadRequest,
  step: () => void,
): Promise<void> {
  const byPath = new Map<string, Map<string, string>>();
  for (const { path, key, hash } of wanted) {
    const keys = byPath.get(path) ?? new Map<string, string>();
    byPath.set(path, keys.set(key, hash));
  }
  for (const entry of scan.entries) {
    const left = byPath.get(entry.path);
    if (left === undefined) continue;
    await parseFile(source, entry, (document, hash) => {
      // A segment is named by the hashes of its documents, so it must not contain others.
      if (left.get(document.key) !== hash) return;
      left.delete(document.key);
      pool.add({ document, hash });
      step();
    });
    if (left.size > 0) throw contentChangedError(entry.path);
  }
}

function contentChangedError(path: string): AskdexError {
  return new AskdexError('content_unreadable', `The file ${path} changed while the index was built.`, {
    remedy: 'Build again when the content no longer changes. The served index is unchanged.',
  });
}

/** @throws {AskdexError} build_canceled: if the signal has aborted. */
export function throwIfCanceled(signal: CancelSignal): void {
  if (signal.aborted) throw new AskdexError('build_canceled', 'The build was canceled; the served index is unchanged.');
}
