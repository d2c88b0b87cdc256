import { SEGMENT_SIZE } from './build/segment-pool.js';
import { AskdexError } from '../core/errors.js';
import { evaluationFileError } from '../core/evaluation/trec-files.js';
import { INDEX_FILE } from '../core/index/format/container.js';
import { openIndex, type PackedIndex } from '../core/index/index-reader.js';
import type { HashedDocument } from '../core/model/segments.js';
import type { DocumentSource, IndexWriter, Problem, ParsedFile, Scan } from '../core/model/ports.js';
import { collectDocuments, parseFile } from './build/parsed-files.js';

export interface EvaluateHooks {
  readonly onProgress: (progress: EvaluateProgress) => void;
  /** Something that a person should know, one sentence. */
  readonly onWarning: (text: string) => void;
  /** Documents of the corpus that were left out, each with its reason. */
  readonly onSkipped: (problems: readonly Problem[]) => void;
}

export interface EvaluateProgress {
  readonly stage: 'reading' | 'indexing' | 'measuring';
  /** Of the whole, 0 to 100. */
  readonly percent: number;
  /** Documents or queries done, of `total`; 0 where there is nothing to count. */
  readonly done: number;
  readonly total: number;
}

/** The file itself is wrong: what came out of it is not the collection that was meant. */
const FATAL = new Set([
  'json_invalid',
  'file_encoding',
  'file_unreadable',
  'file_vanished',
  'gzip_damaged',
  'jsonl_too_large',
  'line_too_long',
]);

/** The documents of a corpus by key, the first of each. `name` is what messages call it. */
export async function readCorpus(
  source: DocumentSource,
  name: string,
  { onProgress, onSkipped }: Pick<EvaluateHooks, 'onProgress' | 'onSkipped'>,
): Promise<Map<string, HashedDocument>> {
  const scan = await scanCorpus(source, name);
  const documents = new Map<string, HashedDocument>();
  const readings: ParsedFile[] = [];
  const total = scan.entries.length;
  for (const [done, entry] of scan.entries.entries()) {
    onProgress({ stage: 'reading', percent: (30 * done) / total, done, total: total > 1 ? total : 0 });
    const reading = await parseFile(source, entry, (document, hash) => {
      if (!documents.has(document.key)) documents.set(document.key, { document, hash });
    });
    readings.push(reading);
  }
  const problems = collectDocuments(readings, scan.problems).problems.filter(({ skipped }) => skipped);
  const fatal = problems.find(({ code }) => FATAL.has(code));
  if (fatal !== undefined) throw corpusError(name, total, fatal);
  if (documents.size === 0) {
    const [first] = problems;
    throw first === undefined
      ? evaluationFileError(
          { file: name, line: null },
          'it holds no documents.',
          'Write one JSON object per line: _id, title, text.',
        )
      : corpusError(name, total, first);
  }
  if (problems.length > 0) onSkipped(problems);
  return documents;
}

async function scanCorpus(source: DocumentSource, name: string): Promise<Scan> {
  try {
    return await source.scan();
  } catch (error) {
    if (!(error instanceof AskdexError) || error.code !== 'content_unreadable') throw error;
    const remedy = 'Name a .jsonl or .jsonl.gz file of documents, or a folder of Markdown files.';
    throw evaluationFileError({ file: name, line: null }, error.message, remedy);
  }
}

/** One file is called as it was named; of a folder's files each by its own name. */
function corpusError(name: string, files: number, { file, line, reason, remedy }: Problem): AskdexError {
  return evaluationFileError({ file: files > 1 ? `${name}/${file}` : name, line }, reason, remedy);
}

/** An index of documents, in memory. */
export function buildInMemoryIndex(
  writer: IndexWriter,
  documents: readonly HashedDocument[],
  { onProgress }: Pick<EvaluateHooks, 'onProgress'>,
): PackedIndex {
  const segments: { bytes: Uint8Array; live: null }[] = [];
  const total = documents.length;
  for (let done = 0; done < total; done += SEGMENT_SIZE) {
    onProgress({ stage: 'indexing', percent: 30 + (40 * done) / total, done, total });
    segments.push({ bytes: writer.segment(documents.slice(done, done + SEGMENT_SIZE)), live: null });
  }
  const { files } = writer.merge(segments, (subject) => subject);
  const file = files.find(({ name }) => name === INDEX_FILE);
  if (file === undefined) throw new AskdexError('internal', `The writer made no ${INDEX_FILE}.`);
  return openIndex(file.bytes, { verify: false });
}
