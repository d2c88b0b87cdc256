import { hash as hashOnce } from 'node:crypto';
import type { Document } from '../../core/model/document.js';
import { AskdexError, quoteForMessage } from '../../core/errors.js';
import type {
  DocumentSource,
  ParsedFile,
  Problem,
  ReadDocument,
  SourceEntry,
  SourceItem,
} from '../../core/model/ports.js';

/** Called with each document as it is read, including duplicates of an earlier key. */
export type OnDocument = (document: Document, hash: string) => void;

/**
 * Reads one file. Errors become problems, so that one bad file does not stop the build. Documents are passed to `take`
 * and not retained, which bounds memory. An error that `take` throws is passed on.
 */
export async function parseFile(
  source: DocumentSource,
  entry: SourceEntry,
  take: OnDocument = () => undefined,
): Promise<ParsedFile> {
  const documents: ReadDocument[] = [];
  const problems: Problem[] = [];
  for await (const item of itemsOf(source, entry)) {
    if (item.kind === 'problem') {
      problems.push(item.problem);
      continue;
    }
    const { document, line } = item;
    const { key, subject } = document;
    const hash = hashDocument(document);
    take(document, hash);
    documents.push({ key, hash, subject, line });
  }
  return { path: entry.path, version: entry.version, documents, problems };
}

/** The items of a file. If reading it throws, the last item is a problem. */
async function* itemsOf(source: DocumentSource, entry: SourceEntry): AsyncGenerator<SourceItem> {
  try {
    yield* source.read(entry);
  } catch (error) {
    const problem = {
      file: entry.path,
      line: null,
      code: 'file_unreadable',
      reason: `The file could not be read (${error instanceof Error ? error.name : quoteForMessage(error)}).`,
      remedy: 'Check that the file is readable and is Markdown in UTF-8.',
      skipped: true,
    };
    yield { kind: 'problem', problem };
  }
}

/**
 * Whether an earlier reading of a file is still valid. A file that had problems and no documents is read again: the
 * cause may lie outside of it (permissions, the disk).
 */
export function isUpToDate(reading: ParsedFile | undefined, entry: SourceEntry): reading is ParsedFile {
  return reading?.version === entry.version && (reading.documents.length > 0 || reading.problems.length === 0);
}

/** Hash of a document's content: 22 characters of base64url, 132 bits of a sha256. */
// Lists the members one by one, because JSON of the object would depend on the order in which they were set.
export function hashDocument(document: Document): string {
  const { key, url, title, answer, keywords, subject, date, language, description, boost } = document;
  const blocks = answer.blocks.map(({ kind, start, end }) => [kind, start, end]);
  const related = document.related.map((link) => [link.title, link.url, link.subject]);
  const head = [key, url, title, keywords, subject, date, language, description, boost];
  const members = JSON.stringify([...head, answer.text, blocks, answer.atoms, related]);
  return hashOnce('sha256', members, 'base64url').slice(0, 22);
}

/** One document per key: the first by path and line is used, the others become problems. */
export interface CollectedDocuments {
  readonly documents: readonly CollectedDocument[];
  /** In order of file and line. */
  readonly problems: readonly Problem[];
  /** By `normalizeSubject`: the spelling of a subject in the first document by path. */
  readonly canonicalSubjects: ReadonlyMap<string, string>;
}

export interface CollectedDocument extends ReadDocument {
  readonly path: string;
}

export function collectDocuments(readings: readonly ParsedFile[], scanned: readonly Problem[]): CollectedDocuments {
  const documents = new Map<string, CollectedDocument>();
  const problems = [...scanned];
  const spellings = new Map<string, string>();
  for (const { path, documents: read, problems: found } of readings) {
    problems.push(...found);
    for (const document of read) {
      const first = documents.get(document.key);
      if (first === undefined) documents.set(document.key, withPath(document, path));
      else problems.push(duplicate(document, path, first));
      const { subject } = document;
      if (first === undefined && subject !== null && !spellings.has(normalizeSubject(subject))) {
        spellings.set(normalizeSubject(subject), subject);
      }
    }
  }
  return {
    documents: [...documents.values()],
    problems: problems.sort(byLocation),
    canonicalSubjects: spellings,
  };
}

// Copying with `...` is several times slower, and this runs for every document of every build.
function withPath({ key, hash, subject, line }: ReadDocument, path: string): CollectedDocument {
  return { key, hash, subject, line, path };
}

/** Spellings that differ only in case are the same subject. */
export function normalizeSubject(subject: string): string {
  return subject.normalize('NFC').toLowerCase();
}

function location(path: string, line: number | null): string {
  return line === null ? path : `${path}:${line}`;
}

function duplicate({ key, line }: ReadDocument, path: string, first: CollectedDocument): Problem {
  return {
    file: path,
    line,
    code: 'url_duplicate',
    reason: `${location(path, line)} has the url ${quoteForMessage(key)} of ${location(first.path, first.line)}.`,
    remedy: 'Change or remove one of the two urls. The first document by path is indexed.',
    skipped: true,
  };
}

function byLocation(a: Problem, b: Problem): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return (a.line ?? 0) - (b.line ?? 0);
}

/** `content_empty`, with the problems of the files that were found. */
export class ContentEmptyError extends AskdexError {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const skipped = problems.filter((problem) => problem.skipped).length;
    super(
      'content_empty',
      skipped === 0
        ? 'The content contains no documents.'
        : `The content contains no document that can be indexed: ${skipped} ${skipped === 1 ? 'was' : 'were'} skipped.`,
      {
        parameter: 'content',
        remedy:
          skipped === 0
            ? 'Check the content path (ASKDEX_CONTENT or --content): a folder with .md files or a .jsonl file.'
            : 'Fix the listed files or check the content path. `askdex check` lists every problem.',
      },
    );
    this.problems = problems;
  }
}
