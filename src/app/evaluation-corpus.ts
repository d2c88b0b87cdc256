import { SEGMENT_SIZE } from './build/segment-pool.js';
import { AskdexError } from '../core/errors.js';
import { wrongFile } from '../core/evaluation/trec-files.js';
import { INDEX_FILE } from '../core/index/format/container.js';
import { openPacked, type PackedIndex } from '../core/index/index-reader.js';
import type { HashedDocument } from '../core/model/segments.js';
import type { DocumentSource, IndexWriter, Problem, Reading, Scan } from '../core/model/ports.js';
import { gatherReadings, readEntry } from './build/parsed-files.js';

export interface EvaluateHooks {
  readonly onProgress: (progress: EvaluateProgress) => void;
  /** Something that a person should know, one sentence. */
  readonly onWarning: (text: string) => void;
  /** Documents of the corpus that were left out, each with its reason. */
  readonly onLeftOut: (problems: readonly Problem[]) => void;
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
  { onProgress, onLeftOut }: Pick<EvaluateHooks, 'onProgress' | 'onLeftOut'>,
): Promise<Map<string, HashedDocument>> {
  const scan = await scanned(source, name);
  const documents = new Map<string, HashedDocument>();
  const readings: Reading[] = [];
  const total = scan.entries.length;
  for (const [done, entry] of scan.entries.entries()) {
    onProgress({ stage: 'reading', percent: (30 * done) / total, done, total: total > 1 ? total : 0 });
    const reading = await readEntry(source, entry, (document, hash) => {
      if (!documents.has(document.key)) documents.set(document.key, { document, hash });
    });
    readings.push(reading);
  }
  const problems = gatherReadings(readings, scan.problems).problems.filter(({ skipped }) => skipped);
  const fatal = problems.find(({ code }) => FATAL.has(code));
  if (fatal !== undefined) throw wrongLine(name, total, fatal);
  if (documents.size === 0) {
    const [first] = problems;
    throw first === undefined
      ? wrongFile(
          { file: name, line: null },
          'it holds no documents.',
          'Write one JSON object per line: _id, title, text.',
        )
      : wrongLine(name, total, first);
  }
  if (problems.length > 0) onLeftOut(problems);
  return documents;
}

async function scanned(source: DocumentSource, name: string): Promise<Scan> {
  try {
    return await source.scan();
  } catch (error) {
    if (!(error instanceof AskdexError) || error.code !== 'content_unreadable') throw error;
    const remedy = 'Name a .jsonl or .jsonl.gz file of documents, or a folder of Markdown files.';
    throw wrongFile({ file: name, line: null }, error.message, remedy);
  }
}

/** One file is called as it was named; of a folder's files each by its own name. */
function wrongLine(name: string, files: number, { file, line, reason, remedy }: Problem): AskdexError {
  return wrongFile({ file: files > 1 ? `${name}/${file}` : name, line }, reason, remedy);
}

/** An index of documents, in memory. */
export function indexOf(
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
  return openPacked(file.bytes, { verify: false });
}
