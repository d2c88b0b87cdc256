import type { Analyzer } from '../core/analysis/analyzer.js';
import {
  evaluationFileError,
  type TextFile,
  readQrels,
  type Qrels,
  readQueries,
  type TestQuery,
} from '../core/evaluation/trec-files.js';
import { hasRelevant, mean, measuresOf, percentile, type Measures } from '../core/evaluation/measures.js';
import { AskdexError, quoteForMessage } from '../core/errors.js';
import { QueryEngine } from '../core/search/query-engine.js';
import type { DocumentSource, IndexWriter, ParsedFile, Problem, Scan, HashedDocument } from '../core/model/ports.js';
import { queryOf } from '../core/model/query.js';
import type { SearchSettings } from '../core/model/settings.js';
import { SEGMENT_SIZE } from './build/segment-pool.js';
import { INDEX_FILE } from '../core/index/format/container.js';
import { openIndex, type PackedIndex } from '../core/index/index-reader.js';
import { collectDocuments, parseFile } from './build/parsed-files.js';

export interface EvaluateDeps {
  readonly source: DocumentSource;
  readonly writer: IndexWriter;
  /** The analyzer that `writer` uses. */
  readonly analyzer: Analyzer;
  readonly settings: SearchSettings;
  /** Reads a file by its name. */
  readonly readText: (name: string) => Promise<TextFile>;
  /** A clock in milliseconds, from any starting point. */
  readonly now: () => number;
}

/** File names, as messages show them. */
export interface EvaluateRequest {
  readonly corpus: string;
  readonly queries: string;
  readonly qrels: string;
}

/** Means over the queries that have a relevant document, and the engine's time per query. */
export interface Evaluation extends Measures {
  /** Queries measured. */
  readonly queries: number;
  readonly meanMs: number;
  readonly p95Ms: number;
  /** Documents of the corpus. */
  readonly documents: number;
}

/** Number of hits requested per query: recall is measured at 100. */
const RANK_DEPTH = 100;
/** Queries run before timing starts: the first ones are slow in every process. */
const WARM_UP = 8;

/**
 * Indexes a corpus in memory, runs the judged queries and measures the rankings. Writes nothing.
 *
 * @throws {AskdexError} evaluation_invalid: if a file is missing or malformed.
 */
export async function evaluate(
  deps: EvaluateDeps,
  request: EvaluateRequest,
  hooks: EvaluateHooks,
): Promise<Evaluation> {
  const queries = readQueries(await deps.readText(request.queries));
  const qrels = readQrels(await deps.readText(request.qrels));
  const judged = judgedQueries(queries, qrels, { request, warn: hooks.onWarning });
  const documents = await readCorpus(deps.source, request.corpus, hooks);
  const unknown = countUnknown(judged, (key) => documents.has(key));
  if (unknown > 0) {
    const missing = `${counted(unknown, 'document')} missing from ${request.corpus}`;
    hooks.onWarning(`${request.qrels} names ${missing}; a relevant one counts as not found.`);
  }
  const index = buildInMemoryIndex(deps.writer, [...documents.values()], hooks);
  const engine = new QueryEngine(index, deps.analyzer, deps.settings);
  const ask = (text: string): string[] =>
    // For an empty query the engine would list all documents.
    text.trim() === ''
      ? []
      : engine
          .find(queryOf(text, { limit: RANK_DEPTH }))
          .documents.map(({ document }) => index.documents.key(document));
  for (const { text } of judged.slice(0, WARM_UP)) ask(text);
  const measured = judged.map(({ text, judgements }, at) => {
    hooks.onProgress({
      stage: 'measuring',
      percent: 70 + (30 * at) / judged.length,
      done: at,
      total: judged.length,
    });
    const started = deps.now();
    const ranked = ask(text);
    return { ms: deps.now() - started, ...measuresOf(ranked, judgements) };
  });
  const times = measured.map(({ ms }) => ms);
  return {
    queries: measured.length,
    ndcg10: mean(measured.map(({ ndcg10 }) => ndcg10)),
    mrr10: mean(measured.map(({ mrr10 }) => mrr10)),
    recall100: mean(measured.map(({ recall100 }) => recall100)),
    meanMs: mean(times),
    p95Ms: percentile(times, 0.95),
    documents: index.size,
  };
}

interface JudgedQuery extends TestQuery {
  readonly judgements: ReadonlyMap<string, number>;
}

interface JudgingContext {
  readonly request: EvaluateRequest;
  readonly warn: (text: string) => void;
}

/** The queries that have a relevant document. Warns about queries and judgements that are left out. */
function judgedQueries(queries: readonly TestQuery[], qrels: Qrels, { request, warn }: JudgingContext): JudgedQuery[] {
  const ids = new Set(queries.map(({ id }) => id));
  const unjudged = queries.filter(({ id }) => !qrels.has(id)).length;
  const judged = queries.flatMap((query) => {
    const judgements = qrels.get(query.id);
    return judgements === undefined ? [] : [{ ...query, judgements }];
  });
  const relevant = judged.filter(({ judgements }) => hasRelevant(judgements));
  const without = judged.length - relevant.length;
  const unknown = [...qrels.keys()].filter((id) => !ids.has(id)).length;
  if (unjudged > 0) warn(`${counted(unjudged, 'query')} without any judgement left out.`);
  if (without > 0) warn(`${counted(without, 'query')} without a relevant document left out.`);
  if (unknown > 0) warn(`${request.qrels} judges ${counted(unknown, 'query')} missing from ${request.queries}.`);
  if (relevant.length > 0) return relevant;
  throw evaluationFileError(
    { file: request.qrels, line: null },
    `no query of ${quoteForMessage(request.queries)} has a relevant document (grade 1 or more) in it.`,
    'Check that both files belong together: the first column is the _id of a query.',
  );
}

/** The number of distinct judged documents that are not in the corpus. */
function countUnknown(queries: readonly JudgedQuery[], exists: (key: string) => boolean): number {
  const missing = new Set<string>();
  for (const { judgements } of queries) for (const key of judgements.keys()) if (!exists(key)) missing.add(key);
  return missing.size;
}

function counted(count: number, noun: 'query' | 'document'): string {
  const plural = noun === 'query' ? 'queries' : 'documents';
  return `${count.toLocaleString('en-US')} ${count === 1 ? noun : plural}`;
}

export interface EvaluateHooks {
  readonly onProgress: (progress: EvaluateProgress) => void;
  /** Called with a warning for the user, one sentence. */
  readonly onWarning: (text: string) => void;
  /** Called with the documents of the corpus that were left out, each with its reason. */
  readonly onSkipped: (problems: readonly Problem[]) => void;
}

export interface EvaluateProgress {
  readonly stage: 'reading' | 'indexing' | 'measuring';
  /** Of the whole evaluation, 0 to 100. */
  readonly percent: number;
  /** Documents or queries done, out of `total`. Both are 0 if there is nothing to count. */
  readonly done: number;
  readonly total: number;
}

/** Problems of the file as a whole: the documents read from it are not the collection that was meant. */
const FATAL = new Set([
  'json_invalid',
  'file_encoding',
  'file_unreadable',
  'file_vanished',
  'gzip_damaged',
  'jsonl_too_large',
  'line_too_long',
]);

/** The documents of a corpus by key, the first of each key. `name` is the corpus in messages. */
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
          'it contains no documents.',
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

/** A single file is shown under the name that the user gave, files of a folder as `name/file`. */
function corpusError(name: string, files: number, { file, line, reason, remedy }: Problem): AskdexError {
  return evaluationFileError({ file: files > 1 ? `${name}/${file}` : name, line }, reason, remedy);
}

/** Builds an index of the documents in memory. */
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
  if (file === undefined) throw new AskdexError('internal', `The index writer returned no ${INDEX_FILE}.`);
  return openIndex(file.bytes, { verify: false });
}
