import type { Document } from '../core/document.js';
import { AskdexError, shown } from '../core/errors.js';
import type { CancelSignal, DocumentSource, Problem, Scan, SourceEntry, SourceItem } from '../core/ports.js';

export interface ReadOptions {
  readonly scan: Scan;
  readonly signal: CancelSignal;
  /** Files read so far, of all. */
  readonly onFile: (done: number, total: number) => void;
}

export interface Content {
  /** One for each key, in order of path and line. */
  readonly documents: readonly Document[];
  /** In order of file and line. */
  readonly problems: readonly Problem[];
}

/** Reads every file of a scan. Of the documents with one key the first by path stays, the others become problems. */
export async function readContent(
  source: DocumentSource,
  { scan, signal, onFile }: ReadOptions,
): Promise<Content> {
  const collected = collector(scan.problems);
  let done = 0;
  onFile(done, scan.entries.length);
  for (const entry of scan.entries) {
    throwIfCanceled(signal);
    await readEntry(source, entry, collected);
    done += 1;
    onFile(done, scan.entries.length);
  }
  return collected.content();
}

/** Throws `build_canceled` where a build was told to end. */
export function throwIfCanceled(signal: CancelSignal): void {
  if (signal.aborted)
    throw new AskdexError('build_canceled', 'The build was canceled; what is served has not changed.');
}

interface Collector {
  document(document: Document, file: string, line: number | null): void;
  problem(problem: Problem): void;
  content(): Content;
}

async function readEntry(source: DocumentSource, entry: SourceEntry, into: Collector): Promise<void> {
  try {
    for await (const item of source.read(entry)) collect(item, entry, into);
  } catch (error) {
    // A source reports a bad file; should it throw all the same, one file must not cost the others.
    into.problem({
      file: entry.path,
      line: null,
      code: 'file_unreadable',
      reason: `The file could not be read (${error instanceof Error ? error.name : shown(error)}).`,
      remedy: 'Check that the file can be read and is Markdown in UTF-8.',
      skipped: true,
    });
  }
}

function collect(item: SourceItem, entry: SourceEntry, into: Collector): void {
  switch (item.kind) {
    case 'document':
      return into.document(item.document, entry.path, item.line);
    case 'problem':
      return into.problem(item.problem);
  }
}

function collector(known: readonly Problem[]): Collector {
  const documents: Document[] = [];
  const problems: Problem[] = [...known];
  const places = new Map<string, string>();
  return {
    document(document, file, line) {
      const first = places.get(document.key);
      if (first === undefined) {
        places.set(document.key, line === null ? file : `${file}:${line}`);
        documents.push(document);
      } else {
        problems.push(duplicate(document.key, { file, line, first }));
      }
    },
    problem: (problem) => void problems.push(problem),
    content: () => ({ documents, problems: problems.sort(byPlace) }),
  };
}

function duplicate(
  key: string,
  { file, line, first }: { file: string; line: number | null; first: string },
): Problem {
  const here = line === null ? file : `${file}:${line}`;
  return {
    file,
    line,
    code: 'url_duplicate',
    reason: `The url ${shown(key)} of ${here} is already that of ${first}.`,
    remedy: 'Give one of the two another url, or remove it; the first by path is indexed.',
    skipped: true,
  };
}

function byPlace(a: Problem, b: Problem): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return (a.line ?? 0) - (b.line ?? 0);
}
