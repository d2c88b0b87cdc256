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

/** Cards remembered: what the same documents show again does not change while their index is open. */
const MAX_CACHED = 2048;

/** Passages of an answer that a hit shows at most. */
const MAX_SNIPPETS = 3;

/** What a hit shows of its document whatever was asked. */
interface HitMetadata extends DocumentSummary {
  readonly subject: string | null;
  readonly date: string | null;
  readonly related: readonly RelatedHit[];
}

/** What a query explains, and how many words it has. */
interface HighlightContext {
  readonly explanation: HighlightQuery;
  readonly words: number;
}

interface MarkedAnswer {
  readonly answer: AnswerPrefix;
  readonly marks: readonly Highlight[];
}

export interface SearcherOptions {
  readonly analyzer: Analyzer;
  readonly settings: SearchSettings;
  /** Named in every answer. */
  readonly generation: string;
  /** Whether documents like a hit's are looked for where it has few links of its own; left out: they are. */
  readonly neighbours?: boolean;
}

/** Answers queries from one packed index: the same answers on a server, in Node and in a browser. */
export class IndexSearcher {
  readonly #engine: QueryEngine;
  readonly #marker: () => TokenHighlighter;
  readonly #passages = new PassageScorer();
  readonly #metadata = new Map<number, HitMetadata>();

  constructor(
    readonly index: PackedIndex,
    private readonly options: SearcherOptions,
  ) {
    this.#marker = lazy(() => new TokenHighlighter(index.documents.answers.vocabulary));
    this.#engine = new QueryEngine(index, options.analyzer, options.settings);
  }

  /** Makes what the first query would have to make: for whoever waits for something else meanwhile. */
  prepare(): void {
    const { documents } = this.index;
    this.#engine.prepare();
    documents.prepare();
    this.#marker();
  }

  /** The engine, for measuring and for comparing rankings. */
  get engine(): QueryEngine {
    return this.#engine;
  }

  search(query: Query): SearchResponse {
    const findings = this.#engine.find(query);
    const asked = { explanation: this.#explain(findings), words: findings.clauses.length };
    return {
      query: query.text,
      hits: mapCollectingMissing(findings.documents, (found) => {
        const hit = this.#hit(found, asked);
        return query.explain ? { ...hit, explain: this.#engine.explain(found, findings.clauses) } : hit;
      }),
      totalHits: findings.total,
      totalHitsExact: findings.exact,
      droppedTerms: findings.dropped,
      limit: query.limit,
      offset: query.offset,
      ...(findings.facets === null ? {} : { facets: findings.facets }),
      ...(findings.didYouMean === null ? {} : { didYouMean: findings.didYouMean }),
      ...(this.index.documents.answers.hasAnswers ? {} : { approximate: true }),
      generation: this.options.generation,
    };
  }

  /** Completions of what is being typed, at most `limit`. */
  suggest(text: string, limit: number): Suggestion[] {
    return suggest(this.#engine, text, limit);
  }

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

  related(key: string, count: number): RelatedHit[] | null {
    const { documents } = this.index;
    const document = documents.find(key);
    return document < 0 ? null : this.#related(document, count);
  }

  #hit({ document, score }: ScoredDocument, asked: HighlightContext): Hit {
    const { documents } = this.index;
    const { key: id, title, url, subject, date, related } = this.#metadataOf(document);
    const { answer, marks } = this.#marked(document, asked);
    const { titleHighlights, snippets } = hitSnippets(
      { title, answer, marks, description: () => documents.answers.description(document) },
      {
        analyzer: this.options.analyzer,
        explanation: asked.explanation,
        length: this.options.settings.snippetLength,
        count: MAX_SNIPPETS,
        passages: this.#passages,
      },
    );
    return { id, title, url, subject, date, score, titleHighlights, snippets, related };
  }

  /** The beginning of an answer with what the query explains in it: more of it where the first lines lack a word. */
  #marked(document: number, { explanation, words }: HighlightContext): MarkedAnswer {
    const { answers } = this.index.documents;
    const { prefixes } = this.#marker();
    const first = answers.readPrefix(document, prefixes, FIRST_PASS_BYTES);
    const marks = this.#marks(first, explanation);
    if (!first.hasMore || new Set(marks.map(({ word }) => word)).size >= words) return { answer: first, marks };
    const answer = answers.readPrefix(document, prefixes);
    return { answer, marks: this.#marks(answer, explanation) };
  }

  #marks({ text }: AnswerPrefix, explanation: HighlightQuery): readonly Highlight[] {
    if (explanation.tokenize !== undefined) return findHighlights(text.slice(0, text.length), explanation);
    const marks = this.#marker().find(text);
    return explanation.filter === undefined ? marks : explanation.filter(text, marks);
  }

  #metadataOf(document: number): HitMetadata {
    const known = this.#metadata.get(document);
    if (known !== undefined) return known;
    const { documents } = this.index;
    const card: HitMetadata = {
      ...documents.head(document),
      subject: documents.subject(document),
      date: documents.date(document),
      related: this.#related(document, RELATED_COUNT),
    };
    if (this.#metadata.size >= MAX_CACHED) this.#metadata.clear();
    this.#metadata.set(document, card);
    return card;
  }

  /** Which words of the index, as they stand in texts, answer which word of the query. */
  #explain(findings: QueryResult): HighlightQuery {
    const { tokenize: split } = this.options.analyzer;
    const { terms, filterMarks } = highlightTerms(findings, this.index, this.options.analyzer);
    const explanation = split === tokenize ? this.#marker().setQuery(terms) : createHighlightQuery(terms, split);
    return filterMarks === null ? explanation : { ...explanation, filter: filterMarks };
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
