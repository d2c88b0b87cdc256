import type { Analyzer } from '../analysis/analyzer.js';
import { tokenize } from '../analysis/tokenizer.js';
import {
  type DocumentView,
  type Hit,
  type RelatedHit,
  type SearchResponse,
  type Suggestion,
  mergeRelated,
  RELATED_COUNT,
  type IndexedLink,
} from '../model/search-response.js';
import type { Query } from '../model/query.js';
import type { SearchSettings } from '../model/settings.js';
import { createHighlightQuery, findHighlights, type HighlightQuery, type Highlight } from './snippets/highlight.js';
import { hitSnippets } from './snippets/hit-snippets.js';
import { PassageScorer } from './snippets/passage-scorer.js';
import { FIRST_PASS_BYTES, type AnswerPrefix } from '../index/documents/answer-store.js';
import { QueryEngine, type QueryResult, type ScoredDocument } from './query-engine.js';
import { highlightTerms } from './highlight-terms.js';
import { lazy } from '../lazy.js';
import type { PackedIndex } from '../index/index-reader.js';
import type { DocumentSummary } from '../index/documents/document-store.js';
import { mapCollectingMissing } from '../index/format/availability.js';
import { suggest } from './suggest.js';
import { TokenHighlighter } from './snippets/token-highlighter.js';

/** Documents whose metadata is cached. It does not change while the index is open. */
const MAX_CACHED = 2048;

const MAX_SNIPPETS = 3;

/** The part of a hit that does not depend on the query. */
interface HitMetadata extends DocumentSummary {
  readonly subject: string | null;
  readonly date: string | null;
  readonly related: readonly RelatedHit[];
}

interface HighlightContext {
  readonly highlight: HighlightQuery;
  /** Number of the query's words. */
  readonly words: number;
}

interface MarkedAnswer {
  readonly answer: AnswerPrefix;
  readonly marks: readonly Highlight[];
}

export interface SearcherOptions {
  readonly analyzer: Analyzer;
  readonly settings: SearchSettings;
  /** Returned with every response. */
  readonly generation: string;
  /** Whether a hit with few related links of its own gets computed ones. Default: true. */
  readonly neighbours?: boolean;
}

/** Answers queries from one index. The answers are the same on a server, in Node and in a browser. */
export class IndexSearcher {
  readonly #engine: QueryEngine;
  readonly #highlighter: () => TokenHighlighter;
  readonly #passages = new PassageScorer();
  readonly #metadata = new Map<number, HitMetadata>();

  constructor(
    readonly index: PackedIndex,
    private readonly options: SearcherOptions,
  ) {
    this.#highlighter = lazy(() => new TokenHighlighter(index.documents.answers.vocabulary));
    this.#engine = new QueryEngine(index, options.analyzer, options.settings);
  }

  /** Computes in advance what the first query needs, for callers that have idle time. */
  prepare(): void {
    const { documents } = this.index;
    this.#engine.prepare();
    documents.prepare();
    this.#highlighter();
  }

  /** For benchmarks and for comparing rankings. */
  get engine(): QueryEngine {
    return this.#engine;
  }

  search(query: Query): SearchResponse {
    const result = this.#engine.find(query);
    const context = { highlight: this.#highlightQuery(result), words: result.clauses.length };
    return {
      query: query.text,
      hits: mapCollectingMissing(result.documents, (found) => {
        const hit = this.#hit(found, context);
        return query.explain ? { ...hit, explain: this.#engine.explain(found, result.clauses) } : hit;
      }),
      totalHits: result.total,
      totalHitsExact: result.exact,
      droppedTerms: result.dropped,
      limit: query.limit,
      offset: query.offset,
      ...(result.facets === null ? {} : { facets: result.facets }),
      ...(result.didYouMean === null ? {} : { didYouMean: result.didYouMean }),
      ...(this.index.documents.answers.hasAnswers ? {} : { approximate: true }),
      generation: this.options.generation,
    };
  }

  /** Returns at most `limit` completions of a text, the best first. */
  suggest(text: string, limit: number): Suggestion[] {
    return suggest(this.#engine, text, limit);
  }

  /** Returns null if no document has the key. */
  document(key: string): DocumentView | null {
    const { documents } = this.index;
    const number = documents.find(key);
    if (number < 0) return null;
    const { title, url, subject, date, language, keywords } = documents.document(number);
    const description = documents.answers.description(number);
    const view = { id: key, title, url, subject, date, language, keywords, description };
    if (!documents.answers.hasAnswers) return { ...view, answer: null, blocks: null, atoms: null };
    const { text: answer, blocks, atoms } = documents.answers.answer(number);
    return { ...view, answer, blocks, atoms };
  }

  /** Returns at most `count` related documents, or null if no document has the key. */
  related(key: string, count: number): RelatedHit[] | null {
    const { documents } = this.index;
    const document = documents.find(key);
    return document < 0 ? null : this.#related(document, count);
  }

  #hit({ document, score }: ScoredDocument, context: HighlightContext): Hit {
    const { documents } = this.index;
    const { key: id, title, url, subject, date, related } = this.#metadataOf(document);
    const { answer, marks } = this.#marked(document, context);
    const { titleHighlights, snippets } = hitSnippets(
      { title, answer, marks, description: () => documents.answers.description(document) },
      {
        analyzer: this.options.analyzer,
        highlight: context.highlight,
        length: this.options.settings.snippetLength,
        count: MAX_SNIPPETS,
        passages: this.#passages,
      },
    );
    return { id, title, url, subject, date, score, titleHighlights, snippets, related };
  }

  /** Returns the start of an answer and its highlights. It reads further only if the first bytes lack a query word. */
  #marked(document: number, { highlight, words }: HighlightContext): MarkedAnswer {
    const { answers } = this.index.documents;
    const { prefixes } = this.#highlighter();
    const first = answers.readPrefix(document, prefixes, FIRST_PASS_BYTES);
    const marks = this.#marks(first, highlight);
    if (!first.hasMore || new Set(marks.map(({ word }) => word)).size >= words) return { answer: first, marks };
    const answer = answers.readPrefix(document, prefixes);
    return { answer, marks: this.#marks(answer, highlight) };
  }

  #marks({ text }: AnswerPrefix, highlight: HighlightQuery): readonly Highlight[] {
    if (highlight.tokenize !== undefined) return findHighlights(text.slice(0, text.length), highlight);
    const marks = this.#highlighter().find(text);
    return highlight.filter === undefined ? marks : highlight.filter(text, marks);
  }

  #metadataOf(document: number): HitMetadata {
    const known = this.#metadata.get(document);
    if (known !== undefined) return known;
    const { documents } = this.index;
    const metadata: HitMetadata = {
      ...documents.head(document),
      subject: documents.subject(document),
      date: documents.date(document),
      related: this.#related(document, RELATED_COUNT),
    };
    if (this.#metadata.size >= MAX_CACHED) this.#metadata.clear();
    this.#metadata.set(document, metadata);
    return metadata;
  }

  #highlightQuery(result: QueryResult): HighlightQuery {
    const { tokenize: split } = this.options.analyzer;
    const { terms, filterMarks } = highlightTerms(result, this.index, this.options.analyzer);
    const highlight = split === tokenize ? this.#highlighter().setQuery(terms) : createHighlightQuery(terms, split);
    return filterMarks === null ? highlight : { ...highlight, filter: filterMarks };
  }

  #related(document: number, count: number): RelatedHit[] {
    const { documents } = this.index;
    const related = documents.related(document);
    const { url } = documents.head(document);
    return mergeRelated(related, this.#moreLikeThis(document, related.length, count), { self: url, count });
  }

  *#moreLikeThis(document: number, own: number, count: number): Iterable<IndexedLink> {
    if (own >= count || this.options.neighbours === false) return;
    const neighbours = this.#engine.moreLikeThis(document, RELATED_COUNT * 2);
    for (const neighbour of neighbours) {
      const { title, url } = this.index.documents.head(neighbour);
      yield { title, url, subject: this.index.documents.subject(neighbour), indexed: true };
    }
  }
}
