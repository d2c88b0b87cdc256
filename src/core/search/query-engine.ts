import { titleKey } from '../analysis/character-classes.js';
import { MAX_CANDIDATES } from './rerank/candidate-vocabulary.js';
import type { Clause } from './scoring/clause.js';
import type { Analyzer } from '../analysis/analyzer.js';
import type { ParsedQuery } from '../parse/query-parser.js';
import type { Query } from '../model/query.js';
import { explainRerank, type RerankCandidate } from './rerank/reranker.js';
import type { SearchSettings } from '../model/settings.js';
import { TopK } from './scoring/top-k.js';
import { didYouMean } from './did-you-mean.js';
import { countFacets } from './filters/filters-and-facets.js';
import type { Facets, ScorePart } from '../model/search-response.js';
import type { MiniSearchRanking } from './scoring/minisearch-ranker.js';
import { MiniSearchRanker } from './scoring/like-minisearch.js';
import type { PackedIndex } from '../index/index-reader.js';
import { withCompleteLastWord, QueryInterpreter, type Restriction } from './query-interpreter.js';
import { queryTerms } from './query/query-expansion.js';
import { MAX_TEXTS_READ } from './filters/boolean-filter.js';
import { createRankingStrategy, type RankingStrategy } from './ranking-strategy.js';

/** A document that the engine found. */
export type ScoredDocument = RerankCandidate;

/** Neighbours are searched by the rarest terms in this many UTF-16 units of title and keywords. */
const NEIGHBOUR_TEXT = 400;
const NEIGHBOUR_TERMS = 8;

/** The result of a query, without snippets and stored fields. */
export interface QueryResult {
  /** The requested page, in order. */
  readonly documents: readonly ScoredDocument[];
  readonly total: number;
  readonly exact: boolean;
  readonly clauses: readonly Clause[];
  readonly dropped: readonly string[];
  readonly facets: Facets | null;
  /** null: no better spelling. */
  readonly didYouMean: string | null;
  readonly parsed: ParsedQuery;
}

/** Documents that are reranked in addition to the best hits because their titles begin with the query. */
const MAX_TITLE_MATCHES = 5;
/**
 * Completions of the last word for title suggestions. Few, because a suggestion must arrive between two key strokes.
 */
const MAX_TITLE_COMPLETIONS = 12;
const SEVERAL_WORDS = /\S\s+\S/;

/** Calls back with every hit. */
type EachHit = (visit: (document: number, score: number) => void) => void;

/** Searches one index. Queries share scratch arrays, so an engine runs one query at a time, to its end. */
export class QueryEngine {
  readonly #rules: RankingStrategy;
  readonly #reader: QueryInterpreter;
  #hits: HitCollector | undefined;
  #top = new TopK(0);
  #likeMiniSearch: MiniSearchRanker | undefined;

  constructor(
    readonly index: PackedIndex,
    readonly analyzer: Analyzer,
    readonly settings: SearchSettings,
  ) {
    this.#rules = createRankingStrategy(index, analyzer, settings);
    this.#reader = new QueryInterpreter(index, { analyzer, settings, terms: this.#rules.terms });
  }

  /** Computes in advance what the first query needs. */
  prepare(): void {
    this.#rules.prepare();
  }

  /** The best documents for a query. */
  find(query: Query): QueryResult {
    const { parsed, terms, isBrowse } = this.#reader.interpret(query);
    const { clauses, dropped } = terms;
    const kept = this.#reader.restrict(query, parsed, (mask) => this.#best(clauses, mask));
    if (isBrowse) return this.#browse(query, parsed, kept);
    const wanted = Math.min(query.offset + query.limit, this.index.size);
    const hits = query.facets.length > 0 || query.sort !== null ? this.#emptyHits() : null;
    // At least as many as reranking may move, so that all pages are cut from the same order.
    const best = Math.min(Math.max(wanted, MAX_CANDIDATES + MAX_TITLE_MATCHES), this.index.size);
    const top = (this.#top = this.#top.reset(query.sort === null ? best : 0));
    const { total, exact } = this.#rules.rank(clauses, top, {
      mask: kept.mask,
      exact: query.exactTotal,
      ...(hits === null ? {} : { visit: hits.add }),
    });
    const each: EachHit = (visit) => hits?.each(visit);
    const sorted =
      query.sort === null
        ? this.#rules.rerank(
            this.#addTitlePrefixMatches(top.drain(), parsed.words, clauses, kept.mask),
            parsed.words,
            clauses,
          )
        : this.#byDate(query, each, wanted);
    const facets = query.facets.length > 0 ? countFacets(this.index.documents, query.facets, each) : null;
    return {
      documents: sorted.slice(query.offset, wanted),
      total,
      exact: exact && kept.exact,
      clauses,
      dropped,
      facets,
      didYouMean: didYouMean(parsed, terms.corrections, this.analyzer),
      parsed,
    };
  }

  /**
   * Returns the best documents of a mask, whose texts are then checked for phrases; without clauses, the first ones.
   */
  #best(clauses: readonly Clause[], mask: Uint8Array): number[] {
    const top = new TopK(Math.min(MAX_TEXTS_READ, this.index.size));
    if (clauses.length > 0) this.#rules.rank(clauses, top, { mask, exact: false });
    else for (let document = 0; document < mask.length; document += 1) if (mask[document] === 1) top.offer(document, 1);
    return top.drain().map(({ document }) => document);
  }

  /** Adds documents whose titles begin with the query: a half-typed question is mostly one that exists. */
  #addTitlePrefixMatches(
    found: readonly ScoredDocument[],
    text: string,
    clauses: readonly Clause[],
    mask: Uint8Array | null,
  ): readonly ScoredDocument[] {
    // Without answers there is no second stage to score titles.
    if (!this.index.documents.answers.hasAnswers) return found;
    if (!SEVERAL_WORDS.test(text) || found.length < MAX_CANDIDATES) return found;
    const known = new Set(found.map(({ document }) => document));
    const more = this.index.documents.titleOrder
      .withPrefix(titleKey(text), MAX_TITLE_MATCHES)
      .filter((document) => !known.has(document) && (mask === null || mask[document] === 1));
    if (more.length === 0) return found;
    const scored = this.#rules.score(clauses, more).filter(({ score }) => score > 0);
    const [best, rest] = [found.slice(0, MAX_CANDIDATES - scored.length), found.slice(MAX_CANDIDATES - scored.length)];
    return [...best, ...scored, ...rest];
  }

  #emptyHits(): HitCollector {
    this.#hits ??= new HitCollector(this.index.size);
    this.#hits.count = 0;
    return this.#hits;
  }

  /** Returns the best `k` documents by MiniSearch's rules. */
  searchLikeMiniSearch(terms: readonly string[], ranking: MiniSearchRanking, k: number): ScoredDocument[] {
    this.#likeMiniSearch ??= new MiniSearchRanker(this.index);
    return this.#likeMiniSearch.find(terms, ranking, k);
  }

  /** Returns the parts that add up to a found document's score, the greatest first. */
  explain({ document, parts }: ScoredDocument, clauses: readonly Clause[]): ScorePart[] {
    const second = parts === undefined ? [] : explainRerank(parts);
    return [...this.#rules.explain(clauses, document), ...second].sort((a, b) => b.score - a.score);
  }

  /** Returns the best `k` documents whose titles have words of a text. */
  findTitles(text: string, k: number): ScoredDocument[] {
    const { clauses } = queryTerms(text, this.index, this.analyzer, { completions: MAX_TITLE_COMPLETIONS });
    return this.#rank(clauses, this.#rules.titleWeights, k);
  }

  /** Returns the `k` documents that match a document's title and keywords best, without the document itself. */
  moreLikeThis(document: number, k: number): number[] {
    const { title, keywords, language } = this.index.documents.document(document);
    const text = [title, ...keywords].join('\n').slice(0, NEIGHBOUR_TEXT);
    const { clauses } = queryTerms(withCompleteLastWord(text), this.index, this.analyzer.inLanguage(language));
    const rarest = [...clauses].sort((a, b) => a.documents - b.documents).slice(0, NEIGHBOUR_TERMS);
    const found = this.#rank(rarest, this.#rules.weights, k + 1);
    return found
      .map((hit) => hit.document)
      .filter((other) => other !== document)
      .slice(0, k);
  }

  #rank(clauses: readonly Clause[], weights: readonly number[], k: number): ScoredDocument[] {
    const top = new TopK(Math.min(k, this.index.size));
    this.#rules.ranker.rank(clauses, top, { weights, mask: null, exact: false });
    return top.drain();
  }

  /** Returns every document that passes the filters, in the order of keys. */
  #browse(query: Query, parsed: ParsedQuery, { mask, exact }: Restriction): QueryResult {
    const each: EachHit = (visit) => {
      for (let document = 0; document < this.index.size; document += 1) {
        if (mask === null || mask[document] === 1) visit(document, 0);
      }
    };
    const wanted = query.offset + query.limit;
    let total = 0;
    const first: ScoredDocument[] = [];
    each((document) => {
      total += 1;
      if (query.sort === null && first.length < wanted) first.push({ document, score: 0 });
    });
    const found = query.sort === null ? first : this.#byDate(query, each, wanted);
    const facets = query.facets.length > 0 ? countFacets(this.index.documents, query.facets, each) : null;
    const none = { clauses: [], dropped: [], didYouMean: null };
    return { ...none, documents: found.slice(query.offset), total, exact, facets, parsed };
  }

  /** Sorts by date, then by score. Documents without a date come last in either order. */
  #byDate(query: Query, each: EachHit, wanted: number): ScoredDocument[] {
    const { dates } = this.index.documents;
    const all: ScoredDocument[] = [];
    each((document, score) => all.push({ document, score }));
    const direction = query.sort?.order === 'asc' ? 1 : -1;
    all.sort((a, b) => {
      const x = dates[a.document] ?? 0;
      const y = dates[b.document] ?? 0;
      if (x !== y && (x === 0 || y === 0)) return x === 0 ? 1 : -1;
      return (x - y) * direction || b.score - a.score || a.document - b.document;
    });
    return all.slice(0, wanted);
  }
}

/** Collects every hit of a query, for facets and for sorting by date. Serves one query at a time. */
class HitCollector {
  readonly documents: Uint32Array;
  readonly scores: Float64Array;
  count = 0;

  constructor(size: number) {
    this.documents = new Uint32Array(size);
    this.scores = new Float64Array(size);
  }

  readonly add = (document: number, score: number): void => {
    this.documents[this.count] = document;
    this.scores[this.count] = score;
    this.count += 1;
  };

  each(visit: (document: number, score: number) => void): void {
    for (let at = 0; at < this.count; at += 1) visit(this.documents[at] ?? 0, this.scores[at] ?? 0);
  }
}
