import { AskdexError } from '../../core/errors.js';
import type { Draft } from '../../core/model/generation-manifest.js';
import type {
  CachedBuild,
  CancelSignal,
  DocumentSource,
  IndexWriter,
  Reading,
  Scan,
} from '../../core/model/ports.js';
import type { BuildStage } from '../../core/model/build-report.js';
import { ContentEmptyError } from './content-empty.js';
import {
  type Gathered,
  type GatheredDocument,
  gatherReadings,
  readEntry,
  stillHolds,
  subjectKey,
  type TakeDocument,
} from './parsed-files.js';
import { planSegments } from './segment-selection.js';
import type { Shelf } from './segment-pool.js';

/** What reading and building segments work with. */
export interface Work {
  readonly source: DocumentSource;
  readonly writer: IndexWriter;
  readonly shelf: Shelf;
  readonly signal: CancelSignal;
  readonly tell: (stage: BuildStage, done: number, total: number) => void;
}

export interface Content {
  readonly scan: Scan;
  readonly readings: readonly Reading[];
  readonly gathered: Gathered;
  /** Files read. */
  readonly read: number;
}

/**
 * Scans the content and reads the files that are new or changed. Their documents go to the shelf as they come, so that the
 * texts of one segment are held at a time and not those of the content.
 */
export async function readContent(work: Work, remembered: CachedBuild | null): Promise<Content> {
  const { source, signal, tell } = work;
  throwIfCanceled(signal);
  tell('scanning', 0, 0);
  const scan = await source.scan(signal);
  const before = remembered?.source === source.id ? remembered.readings : [];
  const known = new Map(before.map((reading) => [reading.path, reading]));
  const readings: Reading[] = [];
  const take = taker(work);
  let read = 0;
  for (const [done, entry] of scan.entries.entries()) {
    throwIfCanceled(signal);
    tell('parsing', done, scan.entries.length);
    const last = known.get(entry.path);
    if (stillHolds(last, entry)) {
      readings.push(last);
      for (const { key } of last.documents) take.pass(key);
    } else {
      readings.push(await readEntry(source, entry, take.document));
      read += 1;
    }
  }
  const gathered = gatherReadings(readings, scan.problems);
  if (gathered.documents.length === 0) throw new ContentEmptyError(gathered.problems);
  return { scan, readings, gathered, read };
}

/** Takes the first document of each key, as `gatherReadings` does, unless a segment holds it already. */
function taker({ shelf, signal }: Work): { document: TakeDocument; pass: (key: string) => void } {
  const seen = new Set<string>();
  return {
    pass: (key) => void seen.add(key),
    document(document, hash) {
      throwIfCanceled(signal);
      if (seen.has(document.key)) return;
      seen.add(document.key);
      if (!shelf.remembers(hash)) shelf.add({ document, hash });
    },
  };
}

/** Builds segments for the documents that none holds yet, and merges all. */
export async function draftOf(work: Work, content: Content): Promise<Draft> {
  const { shelf, signal, tell, writer } = work;
  const { documents, spellings } = content.gathered;
  const { kept, missing } = planSegments(documents, shelf.all());
  let done = documents.length - missing.length;
  tell('indexing', done, documents.length);
  const away = missing.filter(({ key }) => !shelf.awaits(key));
  await readAgain(work, { scan: content.scan, wanted: away }, () => {
    throwIfCanceled(signal);
    tell('indexing', (done += 1), documents.length);
  });
  throwIfCanceled(signal);
  shelf.flush();
  throwIfCanceled(signal);
  const old = new Set(kept.map(({ name }) => name));
  const made = shelf.made().filter(({ name }) => !old.has(name));
  const segments = [...kept, ...made.map(({ name, bytes }) => ({ name, bytes, live: null }))];
  const draft = writer.merge(segments, (subject) => spellings.get(subjectKey(subject)) ?? subject);
  shelf.keepOnly(new Set(segments.map(({ name }) => name)));
  return draft;
}

interface Again {
  readonly scan: Scan;
  readonly wanted: readonly GatheredDocument[];
}

/** Reads documents again whose segment is lost or mostly dead, while their files did not change. */
async function readAgain({ source, shelf }: Work, { scan, wanted }: Again, step: () => void): Promise<void> {
  const byPath = new Map<string, Map<string, string>>();
  for (const { path, key, hash } of wanted) {
    const keys = byPath.get(path) ?? new Map<string, string>();
    byPath.set(path, keys.set(key, hash));
  }
  for (const entry of scan.entries) {
    const left = byPath.get(entry.path);
    if (left === undefined) continue;
    await readEntry(source, entry, (document, hash) => {
      // The segment's name vouches for its documents: it must not be kept with others.
      if (left.get(document.key) !== hash) return;
      left.delete(document.key);
      shelf.add({ document, hash });
      step();
    });
    if (left.size > 0) throw changedMeanwhile(entry.path);
  }
}

function changedMeanwhile(path: string): AskdexError {
  return new AskdexError('content_unreadable', `The file ${path} changed while the index was built.`, {
    remedy: 'Build again once the content is at rest; what is served has not changed.',
  });
}

/** Throws `build_canceled` where a build was told to end. */
export function throwIfCanceled(signal: CancelSignal): void {
  if (signal.aborted)
    throw new AskdexError('build_canceled', 'The build was canceled; what is served has not changed.');
}
