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
import { quoteForMessage } from '../core/errors.js';
import { QueryEngine } from '../core/search/query-engine.js';
import type { DocumentSource, IndexWriter } from '../core/model/ports.js';
import { queryOf } from '../core/model/query.js';
import type { SearchSettings } from '../core/model/settings.js';
import { buildInMemoryIndex, readCorpus, type EvaluateHooks } from './evaluation-corpus.js';

export interface EvaluateDeps {
  readonly source: DocumentSource;
  readonly writer: IndexWriter;
  /** The writer's own. */
  readonly analyzer: Analyzer;
  readonly settings: SearchSettings;
  /** Reads a file by its name. */
  readonly readText: (name: string) => Promise<TextFile>;
  /** Milliseconds, from any beginning. */
  readonly now: () => number;
}

/** Names of files, as messages tell them. */
export interface EvaluateRequest {
  readonly corpus: string;
  readonly queries: string;
  readonly qrels: string;
}

/** Means over the queries that have a relevant document, and the engine's time for one query. */
export interface Evaluation extends Measures {
  /** Queries measured. */
  readonly queries: number;
  readonly meanMs: number;
  readonly p95Ms: number;
  /** Documents of the corpus. */
  readonly documents: number;
}

/** Hits that are asked for: what recall looks at. */
const RANK_DEPTH = 100;
/** Queries asked before the clock counts: the first ones are slow in every process. */
const WARM_UP = 8;

/**
 * Indexes a corpus in memory, asks it judged queries and measures the rankings. Writes nothing.
 *
 * Throws `evaluation_invalid` where a file is missing or wrong.
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
    hooks.onWarning(
      `${request.qrels} names ${counted(unknown, 'document')} that ${request.corpus} does not hold; a relevant one counts as not found.`,
    );
  }
  const index = buildInMemoryIndex(deps.writer, [...documents.values()], hooks);
  const engine = new QueryEngine(index, deps.analyzer, deps.settings);
  const ask = (text: string): string[] =>
    // An empty query asks for nothing; the engine would browse.
    text.trim() === ''
      ? []
      : engine
          .find(queryOf(text, { limit: RANK_DEPTH }))
          .documents.map(({ document }) => index.documents.key(document));
  for (const { text } of judged.slice(0, WARM_UP)) ask(text);
  const asked = judged.map(({ text, judgements }, at) => {
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
  const times = asked.map(({ ms }) => ms);
  return {
    queries: asked.length,
    ndcg10: mean(asked.map(({ ndcg10 }) => ndcg10)),
    mrr10: mean(asked.map(({ mrr10 }) => mrr10)),
    recall100: mean(asked.map(({ recall100 }) => recall100)),
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

/** The queries that have a relevant document; what is left out on either side is told. */
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
  if (unknown > 0) warn(`${request.qrels} judges ${counted(unknown, 'query')} that ${request.queries} does not hold.`);
  if (relevant.length > 0) return relevant;
  throw evaluationFileError(
    { file: request.qrels, line: null },
    `no query of ${quoteForMessage(request.queries)} has a relevant document (a grade of 1 or more) there.`,
    'Check that both files belong together: the first column names a query by its _id.',
  );
}

/** Distinct documents that were judged for any of the queries and are not there. */
function countUnknown(queries: readonly JudgedQuery[], isThere: (key: string) => boolean): number {
  const missing = new Set<string>();
  for (const { judgements } of queries) for (const key of judgements.keys()) if (!isThere(key)) missing.add(key);
  return missing.size;
}

function counted(count: number, noun: 'query' | 'document'): string {
  const plural = noun === 'query' ? 'queries' : 'documents';
  return `${count.toLocaleString('en-US')} ${count === 1 ? noun : plural}`;
}
