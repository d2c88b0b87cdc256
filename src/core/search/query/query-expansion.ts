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
  /** Words that did not count: unknown ones, and those beyond the limit. */
  readonly dropped: readonly string[];
  /** What unknown words were probably meant to be, by term. */
  readonly corrections: ReadonlyMap<string, string>;
}

export interface QueryTermsOptions {
  /** null: the site has none. */
  readonly synonyms?: Synonyms | null;
  /** Stop words that count all the same. */
  readonly restriction?: ReadonlySet<string>;
  /** Left out: no word is taken for two. */
  readonly coOccurs?: CoOccurs;
  /** Completions of the last word at most; left out: `QUERY_LIMITS.expansions`. */
  readonly completions?: number;
  /** Words that were looked up before, with the same of these options; left out: none. */
  readonly cache?: ExpansionCache;
}

/** A word that fewer documents have may be a typo of another. */
const RARE_DOC_COUNT = 3;
/** Letters from which the last word may be the beginning of another. */
export const MIN_PREFIX_LENGTH = 3;
/** One character of a script without spaces: texts hold it as the first of two. */
const SPACELESS = /^[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]$/u;
/** A match of the exact form scores slightly above a match of the stem. */
const INFLECTION_WEIGHT = 0.9;
/** Of a small index, the share of documents that a proposed word stands in. */
const PROPOSED_SHARE = 0.01;

/** A clause that is being made. */
interface ClauseDraft {
  readonly word: QueryWord;
  readonly variants: Variants;
  /** Of the word and its inflections. */
  readonly documents: number;
}

/**
 * Turns a query into clauses: distinct stems; stop words only where nothing else is asked; the last word also as a prefix;
 * rare words also as typos of others, and as two words written as one; neighbours also as one word; synonyms. At most 64
 * clauses, the rarest kept, at most 10 of them expanded. `analyzer` is that of the query's language.
 */
export function queryTerms(
  text: string,
  index: PackedIndex,
  analyzer: Analyzer,
  options: QueryTermsOptions = {},
): QueryTerms {
  // Indexed texts are composed; a query may come decomposed, as macOS types file names.
  const asked = queryWords(text.normalize('NFC'), analyzer, options.restriction);
  const { kept, dropped } = rarestWords(asked.words, index, analyzer);
  const expander = new QueryExpander(index, analyzer, options);
  const drafts = new Map(mapCollectingMissing(kept, (word) => [word, expander.draft(word)] as const));
  expander.addNeighbours(asked, drafts);
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

/** The rarest of too many clauses, in their order; the others are dropped like those in `dropped`. */
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

/** Of too many words the rarest that documents have, in their order; nothing is made of the others. */
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
  // A word that nothing has comes last: it may be a typo, but there are words enough.
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

/** Adds to words what else may answer them; at most ten of them. */
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
    const begin = (): CachedExpansion => this.#begin(word, expands);
    const { cache } = this.options;
    const begun = cache?.getOrCompute(word, { analyzer: this.analyzer, expands }, begin) ?? begin();
    // What is remembered stays as it is.
    const variants = begun.variants.copy();
    if (begun.expanded) this.#expanded.add(variants);
    if (begun.correction !== null) this.corrections.set(word.term, begun.correction);
    return { word, variants, documents: begun.documents };
  }

  #begin(word: QueryWord, expands: boolean): CachedExpansion {
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

  /** Adds what a word may be a typo of; what to propose instead of an unknown one. */
  #correct(variants: Variants, term: string, unknown: boolean): string | null {
    const { index } = this;
    const { coOccurs } = this.options;
    const nearest = addCorrections(variants, term, index);
    // One edit is likelier than a missing blank, which texts must be read for.
    const halves =
      coOccurs === undefined || nearest?.distance === 1
        ? null
        : addSplitWords(variants, term, { index, standTogether: coOccurs });
    if (!unknown) return null;
    if (halves !== null) return halves;
    const enough = nearest !== null && documentsOf(index, nearest.index) >= this.#minSuggestionDocs;
    return enough ? index.words.get(nearest.index) : null;
  }

  /** Documents of a word that is proposed, at least. */
  get #minSuggestionDocs(): number {
    return Math.min(RARE_DOC_COUNT, Math.ceil(this.index.size * PROPOSED_SHARE));
  }

  /** Adds what words mean beside one another: written as one, and synonyms. */
  addNeighbours({ occurrences }: QueryWords, drafts: ReadonlyMap<QueryWord, ClauseDraft>): void {
    const { synonyms } = this.options;
    for (let at = 0; at + 1 < occurrences.length; at += 1) {
      const [first, second] = [occurrences[at], occurrences[at + 1]];
      if (!first || !second || first.word === second.word) continue;
      if (!drafts.has(first.word) || !drafts.has(second.word)) continue;
      const joined = compoundWord(first.term, second.term, this.index);
      if (joined >= 0) this.#each([first.word, second.word], drafts, (all) => addCompoundWord(all, joined));
    }
    if (!synonyms) return;
    const stems = occurrences.map(({ word }) => word.stem);
    for (const { at, length, add } of synonyms.match(stems, this.index)) {
      const words = occurrences.slice(at, at + length).map(({ word }) => word);
      this.#each(words, drafts, (all) => all.forEach(add));
    }
  }

  /** Calls back with the variants of these words, where all of them may be expanded. */
  #each(
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
