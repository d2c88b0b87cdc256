import type { Clause } from './scoring/clause.js';
import type { Analyzer } from '../analysis/analyzer.js';
import type { ParsedQuery } from '../parse/query-parser.js';
import type { Query } from '../model/query.js';
import { MAX_CANDIDATES } from './rerank/candidate.js';
import { explainRerank, type RerankCandidate } from './rerank/reranker.js';
import { titleKey } from '../analysis/title-key.js';
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

/** Of a title and its keywords, what neighbours are looked for by: its beginning, and its rarest words. */
const NEIGHBOUR_TEXT = 400;
const NEIGHBOUR_TERMS = 8;

/** What the engine finds, before anything is made of it to show. */
export interface QueryResult {
  /** The page that was asked for, in order. */
  readonly documents: readonly ScoredDocument[];
  readonly total: number;
  readonly exact: boolean;
  readonly clauses: readonly Clause[];
  readonly dropped: readonly string[];
  readonly facets: Facets | null;
  /** null: no better spelling. */
  readonly didYouMean: string | null;
  /** What was typed, read. */
  readonly parsed: ParsedQuery;
}

/** Titles that begin with what was typed and are looked at besides the best hits. */
const MAX_TITLE_MATCHES = 5;
/** Completions of the word that is being typed where titles are suggested: answers must come between two key strokes. */
const MAX_TITLE_COMPLETIONS = 12;
const SEVERAL_WORDS = /\S\s+\S/;

/** Calls back with every hit. */
type EachHit = (visit: (document: number, score: number) => void) => void;

/**
 * Searches one packed index. It keeps the arrays that every query needs, made once; a query runs from begin to end without
 * giving way, so one engine serves one thread.
 */
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

  /** Makes what the first query would have to make. */
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
    // As many more as titles may be put before: each page is then cut from the same order.
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

  /** The best documents of a mask for phrases to be looked for; without words, the first ones. */
  #best(clauses: readonly Clause[], mask: Uint8Array): number[] {
    const top = new TopK(Math.min(MAX_TEXTS_READ, this.index.size));
    if (clauses.length > 0) this.#rules.rank(clauses, top, { mask, exact: false });
    else for (let document = 0; document < mask.length; document += 1) if (mask[document] === 1) top.offer(document, 1);
    return top.drain().map(({ document }) => document);
  }

  /** Adds the documents whose titles begin with what was typed: a question half typed is mostly one that exists. */
  #addTitlePrefixMatches(
    found: readonly ScoredDocument[],
    text: string,
    clauses: readonly Clause[],
    mask: Uint8Array | null,
  ): readonly ScoredDocument[] {
    // Without answers there is no second stage, which would tell what a title is worth.
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

  /** The best documents for words, by MiniSearch's rules. */
  searchLikeMiniSearch(terms: readonly string[], ranking: MiniSearchRanking, k: number): ScoredDocument[] {
    this.#likeMiniSearch ??= new MiniSearchRanker(this.index);
    return this.#likeMiniSearch.find(terms, ranking, k);
  }

  /** The parts that add up to the score of a document that was found, the greatest first. */
  explain({ document, parts }: ScoredDocument, clauses: readonly Clause[]): ScorePart[] {
    const second = parts === undefined ? [] : explainRerank(parts);
    return [...this.#rules.explain(clauses, document), ...second].sort((a, b) => b.score - a.score);
  }

  /** The documents whose titles have the words of a text, best first. */
  findTitles(text: string, k: number): ScoredDocument[] {
    const { clauses } = queryTerms(text, this.index, this.analyzer, { completions: MAX_TITLE_COMPLETIONS });
    return this.#rank(clauses, this.#rules.titleWeights, k);
  }

  /** The documents most like one by the words of its title and keywords, best first, without itself. */
  moreLikeThis(document: number, k: number): number[] {
    const { title, keywords, language } = this.index.documents.document(document);
    const text = [title, ...keywords].join('\n').slice(0, NEIGHBOUR_TEXT);
    const { clauses } = queryTerms(withCompleteLastWord(text), this.index, this.analyzer.inLanguage(language));
    const telling = [...clauses].sort((a, b) => a.documents - b.documents).slice(0, NEIGHBOUR_TERMS);
    const found = this.#rank(telling, this.#rules.weights, k + 1);
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

  /** Everything that the filters keep, in the order of keys. */
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

  /** By date, then by score; documents without a date come last in either order. */
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

/** Every hit of a query, where facets or another order than the score's need them all. Serves one query at a time. */
export class HitCollector {
  readonly documents: Uint32Array;
  readonly scores: Float64Array;
  count = 0;

  /** `size`: documents of the index. */
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
