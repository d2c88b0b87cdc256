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

/** Returns a text whose last word is not taken for the beginning of another, because something follows it. */
export function withCompleteLastWord(text: string): string {
  return `${text}\n.`;
}

export interface InterpretedQuery {
  readonly parsed: ParsedQuery;
  readonly terms: QueryTerms;
  /** Whether the query has no term, so that every document that passes its filters is a hit. */
  readonly isBrowse: boolean;
}

/** Returns the best documents of a mask, at most `MAX_TEXTS_READ`. */
export type TopDocuments = (mask: Uint8Array) => readonly number[];

/** The documents that pass filters and operators. */
export interface Restriction {
  /** One byte a document: 1 if it passes. null: all pass. */
  readonly mask: Uint8Array | null;
  /** false: some documents were left out unchecked, because too many texts would have to be read. */
  readonly exact: boolean;
}

export interface QueryReaderOptions {
  readonly analyzer: Analyzer;
  readonly settings: SearchSettings;
  /** Turns a query's words into clauses. `analyzer` is that of the query's language. */
  readonly terms: (text: string, analyzer: Analyzer, options: QueryTermsOptions) => QueryTerms;
}

/** Turns a query into clauses and into a mask of the documents that its operators allow. */
export class QueryInterpreter {
  readonly #synonyms: Synonyms | null;
  #matcher: PhraseMatcher | undefined;

  constructor(
    private readonly index: PackedIndex,
    private readonly options: QueryReaderOptions,
  ) {
    this.#synonyms = Synonyms.create(options.settings, options.analyzer);
  }

  interpret({ text, similar, language }: Pick<Query, 'text' | 'similar' | 'language'>): InterpretedQuery {
    // In a whole question (`similar`) quotes are only quotes. The rankings for comparison have no operators either.
    const plain = similar || this.options.settings.ranking !== 'default';
    const typed = text.normalize('NFC');
    const parsed = plain ? plainQuery(typed) : parseQuery(typed);
    if (parsed.words.trim() === '') return { parsed, terms: NO_TERMS, isBrowse: true };
    const terms = this.#terms(parsed, { similar, language });
    const isBrowse = hasOperators(parsed) && terms.clauses.length + terms.dropped.length === 0;
    return { parsed, terms, isBrowse };
  }

  /** Returns the documents that pass the query's filters and operators. */
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
    // A phrase that has only stop words is searched all the same.
    const analyzer = this.options.analyzer.inLanguage(language);
    const stopWords = phrases.flatMap((phrase) => stopWordsOfPhrase(phrase, analyzer));
    return this.options.terms(text, analyzer, {
      synonyms: this.#synonyms,
      coOccurs: (first, second) =>
        phrasePatterns([`${first} ${second}`], analyzer).some((pattern) => this.#phrases.matchesAnywhere(pattern)),
      ...(stopWords.length === 0 ? {} : { searchedStopWords: new Set(stopWords) }),
    });
  }

  get #phrases(): PhraseMatcher {
    return (this.#matcher ??= new PhraseMatcher(this.index, this.options.analyzer));
  }
}

/** Returns the terms of a phrase if all of them are stop words. */
function stopWordsOfPhrase(phrase: string, analyzer: Analyzer): string[] {
  const terms = analyzer.terms(phrase);
  return terms.every((term) => analyzer.isStopWord(term)) ? terms : [];
}

const NO_TERMS: QueryTerms = { clauses: [], dropped: [], corrections: new Map() };
