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

/** What reading and building segments work with. */
export interface BuildContext {
  readonly source: DocumentSource;
  readonly writer: IndexWriter;
  readonly shelf: SegmentPool;
  readonly signal: CancelSignal;
  readonly reportProgress: (stage: BuildStage, done: number, total: number) => void;
}

export interface ParsedContent {
  readonly scan: Scan;
  readonly readings: readonly ParsedFile[];
  readonly gathered: CollectedDocuments;
  /** Files read. */
  readonly read: number;
}

/**
 * Scans the content and reads the files that are new or changed. Their documents go to the shelf as they come, so that the
 * texts of one segment are held at a time and not those of the content.
 */
export async function readContent(work: BuildContext, remembered: BuildState | null): Promise<ParsedContent> {
  const { source, signal, reportProgress } = work;
  throwIfCanceled(signal);
  reportProgress('scanning', 0, 0);
  const scan = await source.scan(signal);
  const before = remembered?.source === source.id ? remembered.readings : [];
  const known = new Map(before.map((reading) => [reading.path, reading]));
  const readings: ParsedFile[] = [];
  const take = documentCollector(work);
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
  const gathered = collectDocuments(readings, scan.problems);
  if (gathered.documents.length === 0) throw new ContentEmptyError(gathered.problems);
  return { scan, readings, gathered, read };
}

/** Takes the first document of each key, as `gatherReadings` does, unless a segment holds it already. */
function documentCollector({ shelf, signal }: BuildContext): {
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
      if (!shelf.has(hash)) shelf.add({ document, hash });
    },
  };
}

/** Builds segments for the documents that none holds yet, and merges all. */
export async function buildIndex(work: BuildContext, content: ParsedContent): Promise<GenerationDraft> {
  const { shelf, signal, reportProgress, writer } = work;
  const { documents, canonicalSubjects } = content.gathered;
  const { kept, missing } = planSegments(documents, shelf.segments());
  let done = documents.length - missing.length;
  reportProgress('indexing', done, documents.length);
  const away = missing.filter(({ key }) => !shelf.isPending(key));
  await rereadDocuments(work, { scan: content.scan, wanted: away }, () => {
    throwIfCanceled(signal);
    reportProgress('indexing', (done += 1), documents.length);
  });
  throwIfCanceled(signal);
  shelf.flush();
  throwIfCanceled(signal);
  const old = new Set(kept.map(({ name }) => name));
  const made = shelf.newSegments().filter(({ name }) => !old.has(name));
  const segments = [...kept, ...made.map(({ name, bytes }) => ({ name, bytes, live: null }))];
  const draft = writer.merge(segments, (subject) => canonicalSubjects.get(normalizeSubject(subject)) ?? subject);
  shelf.retain(new Set(segments.map(({ name }) => name)));
  return draft;
}

interface RereadRequest {
  readonly scan: Scan;
  readonly wanted: readonly CollectedDocument[];
}

/** Reads documents again whose segment is lost or mostly dead, while their files did not change. */
async function rereadDocuments(
  { source, shelf }: BuildContext,
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
      // The segment's name vouches for its documents: it must not be kept with others.
      if (left.get(document.key) !== hash) return;
      left.delete(document.key);
      shelf.add({ document, hash });
      step();
    });
    if (left.size > 0) throw contentChangedError(entry.path);
  }
}

function contentChangedError(path: string): AskdexError {
  return new AskdexError('content_unreadable', `The file ${path} changed while the index was built.`, {
    remedy: 'Build again once the content is at rest; what is served has not changed.',
  });
}

/** Throws `build_canceled` where a build was told to end. */
export function throwIfCanceled(signal: CancelSignal): void {
  if (signal.aborted)
    throw new AskdexError('build_canceled', 'The build was canceled; what is served has not changed.');
}
