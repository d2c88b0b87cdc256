import type { Analyzer } from '../analysis/analyzer.js';
import type { Query } from '../model/query.js';
import { hasOperators, parseQuery, plainQuery, type ParsedQuery } from '../parse/query-parser.js';
import type { SearchSettings } from '../model/settings.js';
import { filterMask } from './filters/filters-and-facets.js';
import type { PackedIndex } from '../index/index-reader.js';
import { PhraseMatcher } from './filters/phrase-matcher.js';
import type { QueryTerms, QueryTermsOptions } from './query/query-expansion.js';
import { phrasePatterns, applyBooleanOperators } from './filters/boolean-filter.js';
import { Synonyms } from './query/synonyms.js';

/** A text whose last word is whole, not being typed: something stands after it. */
export function withCompleteLastWord(text: string): string {
  return `${text}\n.`;
}

/** What a query asks for. */
export interface InterpretedQuery {
  readonly parsed: ParsedQuery;
  readonly terms: QueryTerms;
  /** Whether it names no word: everything that its filters and exclusions keep is asked for. */
  readonly isBrowse: boolean;
}

/** The best of the documents that a mask keeps, at most `MOST_READ`. */
export type TopDocuments = (mask: Uint8Array) => readonly number[];

/** What filters and operators keep. */
export interface Restriction {
  /** null: every document. */
  readonly mask: Uint8Array | null;
  /** Whether every document was checked that had to be. */
  readonly exact: boolean;
}

export interface QueryReaderOptions {
  readonly analyzer: Analyzer;
  readonly settings: SearchSettings;
  /** Turns the words of a query into clauses by the analyzer of its language. */
  readonly terms: (text: string, analyzer: Analyzer, options: QueryTermsOptions) => QueryTerms;
}

/** Reads queries: words with what answers them, and what operators demand of documents. */
export class QueryInterpreter {
  readonly #synonyms: Synonyms | null;
  #finder: PhraseMatcher | undefined;

  constructor(
    private readonly index: PackedIndex,
    private readonly options: QueryReaderOptions,
  ) {
    this.#synonyms = Synonyms.create(options.settings, options.analyzer);
  }

  interpret({ text, similar, language }: Pick<Query, 'text' | 'similar' | 'language'>): InterpretedQuery {
    // A new question is complete: its last word is no beginning of another, and its quotes are quotes. The rankings that
    // are there to compare with know no operators either.
    const plain = similar || this.options.settings.ranking !== 'default';
    const typed = text.normalize('NFC');
    const parsed = plain ? plainQuery(typed) : parseQuery(typed);
    if (parsed.words.trim() === '') return { parsed, terms: NO_TERMS, isBrowse: true };
    const terms = this.#terms(parsed, { similar, language });
    const browses = hasOperators(parsed) && terms.clauses.length + terms.dropped.length === 0;
    return { parsed, terms, isBrowse: browses };
  }

  /** What filters and operators keep. */
  restrict(query: Pick<Query, 'filters' | 'language'>, parsed: ParsedQuery, best: TopDocuments): Restriction {
    const { index } = this;
    const { language } = this.options.settings;
    const analyzer = this.options.analyzer.inLanguage(query.language);
    const mask = filterMask(index.documents, [...query.filters, ...parsed.filters], language);
    if (!hasOperators(parsed)) return { mask, exact: true };
    return applyBooleanOperators(parsed, mask, { index, analyzer, phrases: this.#phrases, language, best });
  }

  #terms(
    { words, lastWordIncomplete, phrases }: ParsedQuery,
    { similar, language }: Pick<Query, 'similar' | 'language'>,
  ): QueryTerms {
    const text = similar || !lastWordIncomplete ? withCompleteLastWord(words) : words;
    // A phrase of stop words alone is asked for all the same.
    const analyzer = this.options.analyzer.inLanguage(language);
    const kept = phrases.flatMap((phrase) => stopWordsAlone(phrase, analyzer));
    return this.options.terms(text, analyzer, {
      synonyms: this.#synonyms,
      coOccurs: (first, second) =>
        phrasePatterns([`${first} ${second}`], analyzer).some((pattern) => this.#phrases.matchesAnywhere(pattern)),
      ...(kept.length === 0 ? {} : { restriction: new Set(kept) }),
    });
  }

  get #phrases(): PhraseMatcher {
    return (this.#finder ??= new PhraseMatcher(this.index, this.options.analyzer));
  }
}

function stopWordsAlone(phrase: string, analyzer: Analyzer): string[] {
  const terms = analyzer.terms(phrase);
  return terms.every((term) => analyzer.isStopWord(term)) ? terms : [];
}

const NO_TERMS: QueryTerms = { clauses: [], dropped: [], corrections: new Map() };
