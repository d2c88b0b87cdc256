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

/** Told of each document as it is read, also of those whose key another one has already. */
export type OnDocument = (document: Document, hash: string) => void;

/**
 * Reads one file. What is wrong with it becomes a problem; one bad file never costs the others. No document is held: each
 * is given to `take` and forgotten. What `take` throws ends the reading.
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

/** What a file gives; where reading it throws, a problem comes last. */
async function* itemsOf(source: DocumentSource, entry: SourceEntry): AsyncGenerator<SourceItem> {
  try {
    yield* source.read(entry);
  } catch (error) {
    const problem = {
      file: entry.path,
      line: null,
      code: 'file_unreadable',
      reason: `The file could not be read (${error instanceof Error ? error.name : quoteForMessage(error)}).`,
      remedy: 'Check that the file can be read and is Markdown in UTF-8.',
      skipped: true,
    };
    yield { kind: 'problem', problem };
  }
}

/**
 * Whether what was read of a file before still holds. A file that gave nothing but problems is read again: what was wrong
 * may have been outside of it (its rights, the disk).
 */
export function isUpToDate(reading: ParsedFile | undefined, entry: SourceEntry): reading is ParsedFile {
  return reading?.version === entry.version && (reading.documents.length > 0 || reading.problems.length === 0);
}

/** A name for a document's content: equal documents have equal ones. 22 characters of base64url, 132 bits of a sha256. */
// The members one by one: an object's JSON would follow the order in which a parser happened to set them.
export function hashDocument(document: Document): string {
  const { key, url, title, answer, keywords, subject, date, language, description, boost } = document;
  const blocks = answer.blocks.map(({ kind, start, end }) => [kind, start, end]);
  const related = document.related.map((link) => [link.title, link.url, link.subject]);
  const head = [key, url, title, keywords, subject, date, language, description, boost];
  const members = JSON.stringify([...head, answer.text, blocks, answer.atoms, related]);
  return hashOnce('sha256', members, 'base64url').slice(0, 22);
}

/** One document for each key: the first by path and line stays, the others become problems. */
export interface CollectedDocuments {
  readonly documents: readonly CollectedDocument[];
  /** In order of file and line. */
  readonly problems: readonly Problem[];
  /** By `subjectKey`: how the first document by path spells a subject. */
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
    problems: problems.sort(byPlace),
    canonicalSubjects: spellings,
  };
}

// Member by member: copying with `...` takes several times as long, and this is done for every document of every build.
function withPath({ key, hash, subject, line }: ReadDocument, path: string): CollectedDocument {
  return { key, hash, subject, line, path };
}

/** Spellings of a subject that differ in case alone are one subject. */
export function normalizeSubject(subject: string): string {
  return subject.normalize('NFC').toLowerCase();
}

function place(path: string, line: number | null): string {
  return line === null ? path : `${path}:${line}`;
}

function duplicate({ key, line }: ReadDocument, path: string, first: CollectedDocument): Problem {
  return {
    file: path,
    line,
    code: 'url_duplicate',
    reason: `The url ${quoteForMessage(key)} of ${place(path, line)} is already that of ${place(first.path, first.line)}.`,
    remedy: 'Give one of the two another url, or remove it; the first by path is indexed.',
    skipped: true,
  };
}

function byPlace(a: Problem, b: Problem): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return (a.line ?? 0) - (b.line ?? 0);
}

/** `content_empty`, with what was wrong with the files that were there. */
export class ContentEmptyError extends AskdexError {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const skipped = problems.filter((problem) => problem.skipped).length;
    super(
      'content_empty',
      skipped === 0
        ? 'The content holds no documents.'
        : `The content holds no document that can be indexed: ${skipped} ${skipped === 1 ? 'was' : 'were'} skipped.`,
      {
        parameter: 'content',
        remedy:
          skipped === 0
            ? 'Check the content path (ASKDEX_CONTENT or --content): it should hold .md files or be a .jsonl file.'
            : 'Mend the files named, or check the content path; `askdex check` lists every problem.',
      },
    );
    this.problems = problems;
  }
}
