import type { Clause } from '../scoring/clause.js';
import type { Analyzer } from '../../analysis/analyzer.js';
import { QUERY_LIMITS } from '../../model/query.js';
import {
  addCorrections,
  addSplitWords,
  addCompoundWord,
  addPrefixes,
  documentsOf,
  isCorrectable,
  compoundWord,
  type CoOccurs,
} from './term-expansion.js';
import type { PackedIndex } from '../../index/index-reader.js';
import { mapCollectingMissing } from '../../index/format/availability.js';
import { queryWords, type QueryWord, type QueryWords, wordsWithSameStem } from './query-words.js';
import { DEFAULT_BM25F, queryWeight } from '../scoring/bm25.js';
import type { Synonyms } from './synonyms.js';
import { Variants, type CachedExpansion, type ExpansionCache } from './term-variants.js';

export interface QueryTerms {
  readonly clauses: readonly Clause[];
  /** Words that were not searched: unknown ones, and those beyond the limit. */
  readonly dropped: readonly string[];
  /** Spelling corrections of unknown words, by term. */
  readonly corrections: ReadonlyMap<string, string>;
}

export interface QueryTermsOptions {
  /** null: the site has none. */
  readonly synonyms?: Synonyms | null;
  /** Stop words that are searched like other words. */
  readonly searchedStopWords?: ReadonlySet<string>;
  /** If omitted, no word is split into two. */
  readonly coOccurs?: CoOccurs;
  /** Completions of the last word at most. Default: `QUERY_LIMITS.expansions`. */
  readonly completions?: number;
  /** Expansions of earlier queries that had the same options. */
  readonly cache?: ExpansionCache;
}

/** A word in fewer documents than this may be a typo. */
const RARE_DOC_COUNT = 3;
/** UTF-16 units from which the last word is also searched as a prefix. */
export const MIN_PREFIX_LENGTH = 3;
/** A single character of a script that is indexed by bigrams: it must match as the first of two. */
const SPACELESS = /^[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]$/u;
/** A match of the exact form scores slightly above a match of the stem. */
const INFLECTION_WEIGHT = 0.9;
/** In a small index, a proposed correction must be in this share of the documents. */
const MIN_PROPOSED_SHARE = 0.01;

interface ClauseDraft {
  readonly word: QueryWord;
  readonly variants: Variants;
  /** Documents of the word and its inflections. */
  readonly documents: number;
}

/**
 * Turns a query into clauses, one for each distinct stem, at most 64: the rarest. Stop words count only if the query
 * has nothing else. At most 10 clauses are expanded: the last word by completions, a rare word by corrections and by
 * splitting it, neighbours by joining them, and all by synonyms. `analyzer` is that of the query's language.
 */
export function queryTerms(
  text: string,
  index: PackedIndex,
  analyzer: Analyzer,
  options: QueryTermsOptions = {},
): QueryTerms {
  // Indexed texts are in NFC. A query may be decomposed, as file names on macOS are.
  const parsed = queryWords(text.normalize('NFC'), analyzer, options.searchedStopWords);
  const { kept, dropped } = rarestWords(parsed.words, index, analyzer);
  const expander = new QueryExpander(index, analyzer, options);
  const drafts = new Map(mapCollectingMissing(kept, (word) => [word, expander.draft(word)] as const));
  expander.addNeighbours(parsed, drafts);
  const clauses: Clause[] = [];
  for (const { word, variants, documents } of drafts.values()) {
    if (variants.size > 0) {
      clauses.push({
        term: word.term,
        weight: queryWeight(word.count, DEFAULT_BM25F),
        variants: variants.list,
        documents: documents > 0 ? documents : variants.documents(),
      });
    } else if (!word.whole) {
      dropped.push(word.term);
    }
  }
  return { clauses, dropped, corrections: expander.corrections };
}

/** Returns the rarest 64 clauses in their order, and adds the terms of the others to `dropped`. */
export function keepRarest(clauses: readonly Clause[], dropped: readonly string[]): QueryTerms {
  const corrections = new Map<string, string>();
  if (clauses.length <= QUERY_LIMITS.terms) return { clauses, dropped, corrections };
  const kept = new Set([...clauses].sort((a, b) => a.documents - b.documents).slice(0, QUERY_LIMITS.terms));
  const more = clauses.filter((clause) => !kept.has(clause)).map(({ term }) => term);
  return {
    clauses: clauses.filter((clause) => kept.has(clause)),
    dropped: [...dropped, ...more],
    corrections,
  };
}

/** Returns the rarest 64 of a query's words in their order. Words that no document has are dropped first. */
function rarestWords(
  words: readonly QueryWord[],
  index: PackedIndex,
  analyzer: Analyzer,
): { kept: readonly QueryWord[]; dropped: string[] } {
  if (words.length <= QUERY_LIMITS.terms) return { kept: words, dropped: [] };
  const counted = mapCollectingMissing(words, (word) => {
    const exact = wordsWithSameStem(word, index, analyzer);
    return { word, documents: exact.reduce((sum, number) => sum + documentsOf(index, number), 0) };
  });
  // A word without documents may be a typo, but there are enough other words.
  const order = (documents: number): number => (documents === 0 ? Infinity : documents);
  const byRarity = [...counted].sort((a, b) =>
    order(a.documents) < order(b.documents) ? -1 : order(a.documents) > order(b.documents) ? 1 : 0,
  );
  const kept = new Set(byRarity.slice(0, QUERY_LIMITS.terms).map(({ word }) => word));
  return {
    kept: words.filter((word) => kept.has(word)),
    dropped: words.filter((word) => !kept.has(word) && !word.whole).map(({ term }) => term),
  };
}

/** Expands at most 10 words of a query by other words that may answer them. */
class QueryExpander {
  readonly corrections = new Map<string, string>();
  readonly #expanded = new Set<Variants>();

  constructor(
    private readonly index: PackedIndex,
    private readonly analyzer: Analyzer,
    private readonly options: QueryTermsOptions,
  ) {}

  draft(word: QueryWord): ClauseDraft {
    const expands = this.#expanded.size < QUERY_LIMITS.expandedTerms;
    const compute = (): CachedExpansion => this.#expand(word, expands);
    const { cache } = this.options;
    const expansion = cache?.getOrCompute(word, { analyzer: this.analyzer, expands }, compute) ?? compute();
    // A copy, so that later additions do not change the cached variants.
    const variants = expansion.variants.copy();
    if (expansion.expanded) this.#expanded.add(variants);
    if (expansion.correction !== null) this.corrections.set(word.term, expansion.correction);
    return { word, variants, documents: expansion.documents };
  }

  #expand(word: QueryWord, expands: boolean): CachedExpansion {
    const { index, analyzer } = this;
    const variants = new Variants(index);
    const exact = wordsWithSameStem(word, index, analyzer);
    mapCollectingMissing(exact, (number) => {
      const isTyped = exact.length === 1 || word.forms.has(index.words.get(number));
      variants.add(number, isTyped ? 1 : INFLECTION_WEIGHT);
    });
    const documents = variants.documents();
    let correction: string | null = null;
    if (expands) {
      const { term, last, whole } = word;
      const { completions = QUERY_LIMITS.expansions } = this.options;
      if (last && (term.length >= MIN_PREFIX_LENGTH || SPACELESS.test(term)))
        addPrefixes(variants, term, index, completions);
      if (documents < RARE_DOC_COUNT && variants.size === exact.length && !whole && isCorrectable(term, analyzer))
        correction = this.#correct(variants, term, exact.length === 0);
    }
    return { variants, documents, expanded: variants.size > exact.length, correction };
  }

  /** Adds the words that a word may be a typo of. Returns the correction to propose if the word is unknown. */
  #correct(variants: Variants, term: string, unknown: boolean): string | null {
    const { index } = this;
    const { coOccurs } = this.options;
    const nearest = addCorrections(variants, term, index);
    // A single edit is likelier than a missing blank, and checking for one means reading texts.
    const halves =
      coOccurs === undefined || nearest?.distance === 1 ? null : addSplitWords(variants, term, { index, coOccurs });
    if (!unknown) return null;
    if (halves !== null) return halves;
    const enough = nearest !== null && documentsOf(index, nearest.index) >= this.#minSuggestionDocs;
    return enough ? index.words.get(nearest.index) : null;
  }

  get #minSuggestionDocs(): number {
    return Math.min(RARE_DOC_COUNT, Math.ceil(this.index.size * MIN_PROPOSED_SHARE));
  }

  /** Adds compounds of neighbouring words, and synonyms. */
  addNeighbours({ occurrences }: QueryWords, drafts: ReadonlyMap<QueryWord, ClauseDraft>): void {
    const { synonyms } = this.options;
    for (let at = 0; at + 1 < occurrences.length; at += 1) {
      const [first, second] = [occurrences[at], occurrences[at + 1]];
      if (!first || !second || first.word === second.word) continue;
      if (!drafts.has(first.word) || !drafts.has(second.word)) continue;
      const joined = compoundWord(first.term, second.term, this.index);
      if (joined >= 0) this.#expandAll([first.word, second.word], drafts, (all) => addCompoundWord(all, joined));
    }
    if (!synonyms) return;
    const stems = occurrences.map(({ word }) => word.stem);
    for (const { at, length, add } of synonyms.match(stems, this.index)) {
      const words = occurrences.slice(at, at + length).map(({ word }) => word);
      this.#expandAll(words, drafts, (all) => all.forEach(add));
    }
  }

  /** Calls `add` with the variants of these words, unless that would expand too many words. */
  #expandAll(
    words: readonly QueryWord[],
    drafts: ReadonlyMap<QueryWord, ClauseDraft>,
    add: (variants: readonly Variants[]) => void,
  ): void {
    const all = words.flatMap((word) => drafts.get(word)?.variants ?? []);
    const more = all.filter((variants) => !this.#expanded.has(variants)).length;
    if (this.#expanded.size + more > QUERY_LIMITS.expandedTerms) return;
    add(all);
    for (const variants of all) this.#expanded.add(variants);
  }
}
