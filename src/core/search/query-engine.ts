import type { Analyzer } from '../analysis/analyzer.js';
import type { ParsedQuery } from '../parse/query-parser.js';
import type { Query } from '../model/query.js';
import { CANDIDATES } from './rerank/candidate.js';
import { explainParts, type Scored } from './rerank/reranker.js';
import { lettersOf } from '../analysis/title-key.js';
import type { SearchSettings } from '../model/settings.js';
import { TopK } from './scoring/top-k.js';
import { didYouMean } from './did-you-mean.js';
import { HitList } from './hit-collector.js';
import { packedFacets } from './filters/filters-and-facets.js';
import type { Facets, ScorePart } from '../model/search-response.js';
import { LikeMiniSearch } from './scoring/like-minisearch.js';
import type { MiniSearchRanking } from './scoring/minisearch-ranker.js';
import type { PackedIndex } from '../index/index-reader.js';
import { asComplete, QueryReader, type Kept } from './query-interpreter.js';
import { queryTerms, type Clause } from './query/query-expansion.js';
import { MOST_READ } from './filters/boolean-filter.js';
import { rulesOf, type Rules } from './ranking-strategy.js';

/** A document that the engine found. */
export type Found = Scored;

/** Of a title and its keywords, what neighbours are looked for by: its beginning, and its rarest words. */
const NEIGHBOUR_TEXT = 400;
const NEIGHBOUR_TERMS = 8;

/** What the engine finds, before anything is made of it to show. */
export interface Findings {
  /** The page that was asked for, in order. */
  readonly found: readonly Found[];
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
const TITLES = 5;
/** Completions of the word that is being typed where titles are suggested: answers must come between two key strokes. */
const TITLE_COMPLETIONS = 12;
const SEVERAL_WORDS = /\S\s+\S/;

/** Calls back with every hit. */
type EachHit = (visit: (document: number, score: number) => void) => void;

/**
 * Searches one packed index. It keeps the arrays that every query needs, made once; a query runs from begin to end without
 * giving way, so one engine serves one thread.
 */
export class Engine {
  readonly #rules: Rules;
  readonly #reader: QueryReader;
  #hits: HitList | undefined;
  #top = new TopK(0);
  #likeMiniSearch: LikeMiniSearch | undefined;

  constructor(
    readonly index: PackedIndex,
    readonly analyzer: Analyzer,
    readonly settings: SearchSettings,
  ) {
    this.#rules = rulesOf(index, analyzer, settings);
    this.#reader = new QueryReader(index, { analyzer, settings, terms: this.#rules.terms });
  }

  /** Makes what the first query would have to make. */
  prepare(): void {
    this.#rules.prepare();
  }

  /** The best documents for a query. */
  find(query: Query): Findings {
    const { parsed, terms, browses } = this.#reader.read(query);
    const { clauses, dropped } = terms;
    const kept = this.#reader.keep(query, parsed, (mask) => this.#best(clauses, mask));
    if (browses) return this.#browse(query, parsed, kept);
    const wanted = Math.min(query.offset + query.limit, this.index.size);
    const hits = query.facets.length > 0 || query.sort !== null ? this.#emptyHits() : null;
    // As many more as titles may be put before: each page is then cut from the same order.
    const best = Math.min(Math.max(wanted, CANDIDATES + TITLES), this.index.size);
    const top = (this.#top = this.#top.emptied(query.sort === null ? best : 0));
    const { total, exact } = this.#rules.rank(clauses, top, {
      mask: kept.mask,
      exact: query.exactTotal,
      ...(hits === null ? {} : { visit: hits.add }),
    });
    const each: EachHit = (visit) => hits?.each(visit);
    const sorted =
      query.sort === null
        ? this.#rules.inOrder(
            this.#withTitles(top.take(), parsed.words, clauses, kept.mask),
            parsed.words,
            clauses,
          )
        : this.#byDate(query, each, wanted);
    const facets = query.facets.length > 0 ? packedFacets(this.index.documents, query.facets, each) : null;
    return {
      found: sorted.slice(query.offset, wanted),
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
    const top = new TopK(Math.min(MOST_READ, this.index.size));
    if (clauses.length > 0) this.#rules.rank(clauses, top, { mask, exact: false });
    else
      for (let document = 0; document < mask.length; document += 1)
        if (mask[document] === 1) top.offer(document, 1);
    return top.take().map(({ document }) => document);
  }

  /** Adds the documents whose titles begin with what was typed: a question half typed is mostly one that exists. */
  #withTitles(
    found: readonly Found[],
    text: string,
    clauses: readonly Clause[],
    mask: Uint8Array | null,
  ): readonly Found[] {
    // Without answers there is no second stage, which would tell what a title is worth.
    if (!this.index.documents.answers.carried) return found;
    if (!SEVERAL_WORDS.test(text) || found.length < CANDIDATES) return found;
    const known = new Set(found.map(({ document }) => document));
    const more = this.index.documents.titleOrder
      .beginning(lettersOf(text), TITLES)
      .filter((document) => !known.has(document) && (mask === null || mask[document] === 1));
    if (more.length === 0) return found;
    const scored = this.#rules.score(clauses, more).filter(({ score }) => score > 0);
    const [best, rest] = [
      found.slice(0, CANDIDATES - scored.length),
      found.slice(CANDIDATES - scored.length),
    ];
    return [...best, ...scored, ...rest];
  }

  #emptyHits(): HitList {
    this.#hits ??= new HitList(this.index.size);
    this.#hits.count = 0;
    return this.#hits;
  }

  /** The best documents for words, by MiniSearch's rules. */
  findLikeMiniSearch(terms: readonly string[], ranking: MiniSearchRanking, k: number): Found[] {
    this.#likeMiniSearch ??= new LikeMiniSearch(this.index);
    return this.#likeMiniSearch.find(terms, ranking, k);
  }

  /** The parts that add up to the score of a document that was found, the greatest first. */
  explain({ document, parts }: Found, clauses: readonly Clause[]): ScorePart[] {
    const second = parts === undefined ? [] : explainParts(parts);
    return [...this.#rules.explain(clauses, document), ...second].sort((a, b) => b.score - a.score);
  }

  /** The documents whose titles have the words of a text, best first. */
  findTitles(text: string, k: number): Found[] {
    const { clauses } = queryTerms(text, this.index, this.analyzer, { completions: TITLE_COMPLETIONS });
    return this.#rank(clauses, this.#rules.titleWeights, k);
  }

  /** The documents most like one by the words of its title and keywords, best first, without itself. */
  neighbours(document: number, k: number): number[] {
    const { title, keywords, language } = this.index.documents.document(document);
    const text = [title, ...keywords].join('\n').slice(0, NEIGHBOUR_TEXT);
    const { clauses } = queryTerms(asComplete(text), this.index, this.analyzer.inLanguage(language));
    const telling = [...clauses].sort((a, b) => a.documents - b.documents).slice(0, NEIGHBOUR_TERMS);
    const found = this.#rank(telling, this.#rules.weights, k + 1);
    return found
      .map((hit) => hit.document)
      .filter((other) => other !== document)
      .slice(0, k);
  }

  #rank(clauses: readonly Clause[], weights: readonly number[], k: number): Found[] {
    const top = new TopK(Math.min(k, this.index.size));
    this.#rules.ranker.rank(clauses, top, { weights, mask: null, exact: false });
    return top.take();
  }

  /** Everything that the filters keep, in the order of keys. */
  #browse(query: Query, parsed: ParsedQuery, { mask, exact }: Kept): Findings {
    const each: EachHit = (visit) => {
      for (let document = 0; document < this.index.size; document += 1) {
        if (mask === null || mask[document] === 1) visit(document, 0);
      }
    };
    const wanted = query.offset + query.limit;
    let total = 0;
    const first: Found[] = [];
    each((document) => {
      total += 1;
      if (query.sort === null && first.length < wanted) first.push({ document, score: 0 });
    });
    const found = query.sort === null ? first : this.#byDate(query, each, wanted);
    const facets = query.facets.length > 0 ? packedFacets(this.index.documents, query.facets, each) : null;
    const none = { clauses: [], dropped: [], didYouMean: null };
    return { ...none, found: found.slice(query.offset), total, exact, facets, parsed };
  }

  /** By date, then by score; documents without a date come last in either order. */
  #byDate(query: Query, each: EachHit, wanted: number): Found[] {
    const { dates } = this.index.documents;
    const all: Found[] = [];
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
