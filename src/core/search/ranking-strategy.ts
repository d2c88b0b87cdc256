import { exactTerms } from './query/exact-terms.js';
import { ExpansionCache } from './query/term-variants.js';
import type { Clause } from './scoring/clause.js';
import type { Analyzer } from '../analysis/analyzer.js';
import type { ScorePart } from '../model/search-response.js';
import { Reranker, type RerankCandidate } from './rerank/reranker.js';
import type { SearchSettings } from '../model/settings.js';
import type { TopK } from './scoring/top-k.js';
import { lazy } from '../lazy.js';
import { MiniSearchRanker } from './scoring/like-minisearch.js';
import { MINISEARCH_DEFAULTS } from './scoring/minisearch-ranker.js';
import type { PackedIndex } from '../index/index-reader.js';
import { queryTerms, type QueryTerms, type QueryTermsOptions } from './query/query-expansion.js';
import { Bm25fRanker, type RankResult, type RankOptions } from './scoring/bm25f-ranker.js';
import { DEFAULT_BM25F, fieldWeights, ONE_FIELD_BM25, queryWeight } from './scoring/bm25.js';

/** How queries become clauses and how these are scored: one strategy for each value of the setting `ranking`. */
export interface RankingStrategy {
  /** Ranks title suggestions and neighbours. */
  readonly ranker: Bm25fRanker;
  /** Weights of the fields. */
  readonly weights: readonly number[];
  /** Weights of the fields for searching titles only. */
  readonly titleWeights: readonly number[];
  /** `analyzer` is that of the query's language. */
  readonly terms: (text: string, analyzer: Analyzer, options: QueryTermsOptions) => QueryTerms;
  /** Computes in advance what the first query needs. */
  prepare(): void;
  /** First stage: offers the documents that match any clause, and are in the mask, to `top`. */
  rank(clauses: readonly Clause[], top: TopK, options: Omit<RankOptions, 'weights'>): RankResult;
  /** Second stage: returns all of the first stage's hits (`found`, best first) in their final order. */
  rerank(found: readonly RerankCandidate[], text: string, clauses: readonly Clause[]): readonly RerankCandidate[];
  /** Returns first-stage scores of given documents for `rerank`; none if the strategy has no second stage. */
  score(clauses: readonly Clause[], documents: readonly number[]): RerankCandidate[];
  /** Returns the parts that add up to a document's score in the first stage. */
  explain(clauses: readonly Clause[], document: number): ScorePart[];
}

/** Creates the strategy that the setting `ranking` names. */
export function createRankingStrategy(
  index: PackedIndex,
  analyzer: Analyzer,
  settings: SearchSettings,
): RankingStrategy {
  switch (settings.ranking) {
    case 'default':
      return defaultStrategy(index, analyzer, settings);
    case 'bm25':
      return singleFieldStrategy(index, analyzer);
    case 'minisearch':
      return { ...defaultStrategy(index, analyzer, settings), ...miniSearchStrategy(index, analyzer) };
  }
}

const TITLE_ALONE: readonly number[] = [1, 0, 0];

function defaultStrategy(
  index: PackedIndex,
  analyzer: Analyzer,
  { boosts, weights: ranking }: SearchSettings,
): RankingStrategy {
  const ranker = new Bm25fRanker(index, DEFAULT_BM25F);
  const weights = fieldWeights(boosts);
  const cache = new ExpansionCache();
  const reranker = lazy(
    () => new Reranker(index, { analyzer, norms: ranker.norms, weights, bm25: DEFAULT_BM25F, ranking }),
  );
  return {
    ranker,
    weights,
    titleWeights: TITLE_ALONE,
    terms: (text, queryAnalyzer, options) => queryTerms(text, index, queryAnalyzer, { ...options, cache }),
    rank: (clauses, top, options) => ranker.rank(clauses, top, { ...options, weights }),
    score: (clauses, documents) =>
      index.documents.answers.hasAnswers ? ranker.score(clauses, documents, { weights }) : [],
    rerank(found, text, clauses) {
      if (!index.documents.answers.hasAnswers) return found;
      return reranker().rerank(found, text, clauses);
    },
    prepare() {
      if (index.documents.answers.hasAnswers) reranker();
      else void ranker.norms;
    },
    explain: (clauses, document) => ranker.explain(clauses, document, { weights }),
  };
}

/** BM25 over one field, as in Lucene: with `createLuceneAnalyzer` the answer field holds the text of all fields. */
function singleFieldStrategy(index: PackedIndex, analyzer: Analyzer): RankingStrategy {
  const ranker = new Bm25fRanker(index, ONE_FIELD_BM25);
  const weights = [1, 1, 1];
  return {
    ranker,
    weights,
    titleWeights: weights,
    terms: (text) => exactTerms(text, index, analyzer, (count) => queryWeight(count, ONE_FIELD_BM25)),
    rank: (clauses, top, options) => ranker.rank(clauses, top, { ...options, weights }),
    score: () => [],
    rerank: (found) => found,
    prepare: () => void ranker.norms,
    explain: (clauses, document) =>
      ranker
        .explain(clauses, document, { weights })
        .map(({ part, score }) => ({ part: part.replace(/^answer:/, 'text:'), score })),
  };
}

function miniSearchStrategy(
  index: PackedIndex,
  analyzer: Analyzer,
): Omit<RankingStrategy, 'ranker' | 'weights' | 'titleWeights'> {
  const ranker = lazy(() => new MiniSearchRanker(index));
  return {
    terms: (text) => exactTerms(text, index, analyzer, (count) => count),
    rank(clauses, top, { mask, visit }) {
      let total = 0;
      const times = termCounts(clauses);
      const ranking = { ...MINISEARCH_DEFAULTS, boostTerm: (term: string) => times.get(term) ?? 1 };
      ranker().each([...times.keys()], ranking, (document, score) => {
        if (mask !== null && mask[document] === 0) return;
        total += 1;
        visit?.(document, score);
        top.offer(document, score);
      });
      return { total, exact: true };
    },
    score: () => [],
    rerank: (found) => found,
    prepare: () => void ranker(),
    explain: (clauses, document) => ranker().explain(termCounts(clauses), document),
  };
}

/**
 * MiniSearch scores a term once for each occurrence in the query; this ranking stores that count as the clause's
 * weight.
 */
function termCounts(clauses: readonly Clause[]): Map<string, number> {
  return new Map(clauses.map(({ term, weight }) => [term, weight]));
}
