import type { Analyzer } from '../analysis/analyzer.js';
import { tokenize } from '../analysis/tokenize.js';
import type { DocumentView, Hit, RelatedHit, SearchAnswer, Suggestion } from '../hit.js';
import type { Query } from '../query.js';
import { mergeRelated, RELATED_COUNT, type IndexedLink } from '../related.js';
import type { SearchSettings } from '../settings.js';
import {
  explanationOf,
  findMarks,
  type Explained,
  type Explanation,
  type Mark,
} from '../snippet/highlight.js';
import { hitText } from '../snippet/hit-text.js';
import { FIRST_REACH, type AnswerBeginning } from './answers.js';
import { Engine, type Found } from './engine.js';
import type { PackedIndex } from './packed-index.js';
import type { StoredHead } from './stored.js';
import type { Clause } from './query-terms.js';
import { TokenMarker } from './token-marks.js';

/** Cards remembered: what the same documents show again does not change while their index is open. */
const REMEMBERED = 2048;

/** Passages of an answer that a hit shows at most. */
const SNIPPETS = 3;

/** What a hit shows of its document whatever was asked. */
interface Card extends StoredHead {
  readonly subject: string | null;
  readonly date: string | null;
  readonly related: readonly RelatedHit[];
}

/** What a query explains, and how many words it has. */
interface Asked {
  readonly explanation: Explanation;
  readonly words: number;
}

interface MarkedAnswer {
  readonly answer: AnswerBeginning;
  readonly marks: readonly Mark[];
}

export interface SearcherOptions {
  readonly analyzer: Analyzer;
  readonly settings: SearchSettings;
  /** Named in every answer. */
  readonly generation: string;
}

/** Answers queries from one packed index: the same answers on a server, in Node and in a browser. */
export class PackedSearcher {
  readonly #engine: Engine;
  readonly #marker: TokenMarker;
  readonly #cards = new Map<number, Card>();

  constructor(
    readonly index: PackedIndex,
    private readonly options: SearcherOptions,
  ) {
    this.#marker = new TokenMarker(index.documents.answers.vocabulary);
    this.#engine = new Engine(index, options.analyzer, options.settings);
  }

  /** The engine, for measuring and for comparing rankings. */
  get engine(): Engine {
    return this.#engine;
  }

  search(query: Query): SearchAnswer {
    const findings = this.#engine.find(query);
    const asked = { explanation: this.#explain(findings.clauses), words: findings.clauses.length };
    return {
      query: query.text,
      hits: findings.found.map((found) => ({
        ...this.#hit(found, asked),
        ...(query.explain ? { explain: this.#engine.explain(found, findings.clauses) } : {}),
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
    const description = documents.answers.description(number);
    const { text: answer, blocks, atoms } = documents.answers.answer(number);
    return { id: key, title, url, subject, date, language, keywords, description, answer, blocks, atoms };
  }

  related(key: string, count: number): RelatedHit[] | null {
    const { documents } = this.index;
    const document = documents.find(key);
    return document < 0 ? null : this.#related(document, count);
  }

  #hit({ document, score }: Found, asked: Asked): Hit {
    const { documents } = this.index;
    const { key: id, title, url, subject, date, related } = this.#card(document);
    const { answer, marks } = this.#marked(document, asked);
    const { titleHighlights, snippets } = hitText(
      { title, answer, marks, description: () => documents.answers.description(document) },
      {
        analyzer: this.options.analyzer,
        explanation: asked.explanation,
        length: this.options.settings.snippetLength,
        count: SNIPPETS,
      },
    );
    return { id, title, url, subject, date, score, titleHighlights, snippets, related };
  }

  /** The beginning of an answer with what the query explains in it: more of it where the first lines lack a word. */
  #marked(document: number, { explanation, words }: Asked): MarkedAnswer {
    const { answers } = this.index.documents;
    const { begun } = this.#marker;
    const first = answers.beginning(document, begun, FIRST_REACH);
    const marks = this.#marks(first, explanation);
    if (!first.cut || new Set(marks.map(({ word }) => word)).size >= words) return { answer: first, marks };
    const answer = answers.beginning(document, begun);
    return { answer, marks: this.#marks(answer, explanation) };
  }

  #marks({ text }: AnswerBeginning, explanation: Explanation): readonly Mark[] {
    return explanation.tokenize === undefined
      ? this.#marker.find(text)
      : findMarks(text.slice(0, text.length), explanation);
  }

  #card(document: number): Card {
    const known = this.#cards.get(document);
    if (known !== undefined) return known;
    const { documents } = this.index;
    const card: Card = {
      ...documents.head(document),
      subject: documents.subject(document),
      date: documents.date(document),
      related: this.#related(document, RELATED_COUNT),
    };
    if (this.#cards.size >= REMEMBERED) this.#cards.clear();
    this.#cards.set(document, card);
    return card;
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
    const { tokenize: split } = this.options.analyzer;
    return split === tokenize ? this.#marker.explainBy(explained) : explanationOf(explained, split);
  }

  #related(document: number, count: number): RelatedHit[] {
    const { documents } = this.index;
    const related = documents.related(document);
    const { url } = documents.head(document);
    return mergeRelated(related, this.#nextTo(document, related.length, count), { self: url, count });
  }

  *#nextTo(document: number, own: number, count: number): Iterable<IndexedLink> {
    if (own >= count) return;
    const neighbours = this.#engine.neighbours(document, RELATED_COUNT * 2);
    for (const neighbour of neighbours) {
      const { title, url } = this.index.documents.head(neighbour);
      yield { title, url, subject: this.index.documents.subject(neighbour), indexed: true };
    }
  }
}
