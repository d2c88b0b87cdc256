import type { Analyzer } from '../analysis/analyzer.js';
import type { DocumentView, Hit, RelatedHit, SearchAnswer, Suggestion } from '../hit.js';
import type { Query } from '../query.js';
import { mergeRelated, RELATED_COUNT, type IndexedLink } from '../related.js';
import type { SearchSettings } from '../settings.js';
import { explanationOf, type Explained, type Explanation } from '../snippet/highlight.js';
import { hitText } from '../snippet/hit-text.js';
import { Engine, type Found } from './engine.js';
import type { PackedIndex } from './packed-index.js';
import type { Clause } from './query-terms.js';

/** Neighbours remembered: a document's do not change while its index is open. */
const REMEMBERED = 10_000;

export interface SearcherOptions {
  readonly analyzer: Analyzer;
  readonly settings: SearchSettings;
  /** Named in every answer. */
  readonly generation: string;
}

/** Answers queries from one packed index: the same answers on a server, in Node and in a browser. */
export class PackedSearcher {
  readonly #engine: Engine;
  readonly #neighbours = new Map<number, readonly number[]>();

  constructor(
    readonly index: PackedIndex,
    private readonly options: SearcherOptions,
  ) {
    this.#engine = new Engine(index, options.analyzer, options.settings);
  }

  /** The engine, for measuring and for comparing rankings. */
  get engine(): Engine {
    return this.#engine;
  }

  search(query: Query): SearchAnswer {
    const findings = this.#engine.find(query);
    const explanation = this.#explain(findings.clauses);
    return {
      query: query.text,
      hits: findings.found.map((found) => ({
        ...this.#hit(found, explanation),
        ...(query.explain ? { explain: this.#engine.explain(found.document, findings.clauses) } : {}),
      })),
      totalHits: findings.total,
      totalHitsExact: findings.exact,
      droppedTerms: findings.dropped,
      limit: query.limit,
      offset: query.offset,
      ...(findings.facets === null ? {} : { facets: findings.facets }),
      generation: this.options.generation,
    };
  }

  /** Titles that continue what is being typed, best first. */
  suggest(text: string, limit: number): Suggestion[] {
    const titles = new Set<string>();
    const suggestions: Suggestion[] = [];
    for (const { document } of this.#engine.findTitles(text, limit * 2)) {
      const { title, url } = this.index.documents.head(document);
      if (titles.has(title) || suggestions.length >= limit) continue;
      titles.add(title);
      suggestions.push({ text: title, url });
    }
    return suggestions;
  }

  document(key: string): DocumentView | null {
    const { documents } = this.index;
    const number = documents.find(key);
    if (number < 0) return null;
    const { title, url, subject, date, language, keywords } = documents.document(number);
    const description = documents.description(number);
    const { text: answer, blocks, atoms } = documents.answer(number);
    return { id: key, title, url, subject, date, language, keywords, description, answer, blocks, atoms };
  }

  related(key: string, count: number): RelatedHit[] | null {
    const { documents } = this.index;
    const document = documents.find(key);
    return document < 0 ? null : this.#related(document, count);
  }

  #hit({ document, score }: Found, explanation: Explanation): Hit {
    const { documents } = this.index;
    const { key: id, title, url } = documents.head(document);
    const subject = documents.subject(document);
    const date = documents.date(document);
    const { titleHighlights, snippets } = hitText(
      { title, answer: documents.beginning(document), description: () => documents.description(document) },
      { analyzer: this.options.analyzer, explanation, length: this.options.settings.snippetLength, count: 1 },
    );
    const related = this.#related(document, RELATED_COUNT);
    return { id, title, url, subject, date, score, titleHighlights, snippets, related };
  }

  /** Which words of the index, as they stand in texts, answer which word of the query. */
  #explain(clauses: readonly Clause[]): Explanation {
    const explained = new Map<string, Explained>();
    for (const [number, { variants }] of clauses.entries()) {
      for (const { word, weight } of variants) {
        const text = this.index.words.get(word);
        if (!explained.has(text)) explained.set(text, { word: number, weight });
      }
    }
    return explanationOf(explained, this.options.analyzer.tokenize);
  }

  #related(document: number, count: number): RelatedHit[] {
    const { documents } = this.index;
    const related = documents.related(document);
    const { url } = documents.head(document);
    return mergeRelated(related, this.#nextTo(document, related.length, count), { self: url, count });
  }

  *#nextTo(document: number, own: number, count: number): Iterable<IndexedLink> {
    if (own >= count) return;
    let neighbours = this.#neighbours.get(document);
    if (neighbours === undefined) {
      neighbours = this.#engine.neighbours(document, RELATED_COUNT * 2);
      if (this.#neighbours.size >= REMEMBERED) this.#neighbours.clear();
      this.#neighbours.set(document, neighbours);
    }
    for (const neighbour of neighbours) {
      const { title, url } = this.index.documents.head(neighbour);
      yield { title, url, subject: this.index.documents.subject(neighbour), indexed: true };
    }
  }
}
