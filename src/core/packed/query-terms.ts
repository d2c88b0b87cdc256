import type { Analyzer } from '../analysis/analyzer.js';
import { QUERY_LIMITS } from '../query.js';
import { fuzzyTerms } from './fuzzy.js';
import type { PackedIndex } from './packed-index.js';
import type { TermLists } from './postings.js';
import { sameStem } from './same-stem.js';
import { DEFAULT_BM25F, queryWeight } from './score.js';

/** A word of the index that stands for a word of the query. */
export interface Variant {
  /** Number in the dictionary. */
  readonly word: number;
  /** 1 for the word itself, a little less for its inflections, less again for completions and corrections. */
  readonly weight: number;
  readonly lists: TermLists;
}

/** One word of the query with every word of the index that answers it. Its variants count as one term. */
export interface Clause {
  /** The word as the analyzer gives it. */
  readonly term: string;
  /** What the word counts by how often it stands in the query, above 0: 1 for once. */
  readonly weight: number;
  readonly variants: readonly Variant[];
  /** Documents of its most frequent form in its most frequent field: what makes a term rare or common. */
  readonly documents: number;
}

export interface QueryTerms {
  readonly clauses: readonly Clause[];
  /** Words that did not count: unknown ones, and those beyond the limit. */
  readonly dropped: readonly string[];
}

/** A word that fewer documents have may be a typo of another. */
const RARE = 3;
/** Letters from which one edit is allowed, and two. Shorter words have too many neighbours. */
const ONE_EDIT = 5;
const TWO_EDITS = 9;
/** Letters from which the last word may be the beginning of another. */
const PREFIX_FROM = 3;
/** One character of a script without spaces: texts hold it as the first of two. */
const SPACELESS = /^[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]$/u;
/** A match of the exact form scores slightly above a match of the stem. */
const INFLECTION_WEIGHT = 0.9;
const PREFIX_WEIGHT = 0.6;
const EDIT_WEIGHTS: readonly number[] = [1, 0.5, 0.25];
/** Numbers and identifiers are never corrected. */
const CORRECTABLE = /^\p{L}+$/u;

/** What an identifier's whole counts beside its parts: they find most of what it finds. */
const WHOLE_COUNTS = 0.3;

/** The words of a query that share a stem. */
interface Wanted {
  term: string;
  readonly forms: Set<string>;
  readonly keys: Set<string>;
  last: boolean;
  readonly whole: boolean;
  /** How often they stand in the query. */
  times: number;
}

/**
 * Turns a query into clauses: distinct stems; stop words only where nothing else is asked; the last word also as a prefix;
 * rare words also as typos of others. `analyzer` is that of the query's language. At most 64 clauses, the rarest kept, at
 * most 10 of them expanded.
 */
export function queryTerms(text: string, index: PackedIndex, analyzer: Analyzer): QueryTerms {
  // Indexed texts are composed; a query may come decomposed, as macOS types file names.
  const wanted = wantedTerms(text.normalize('NFC'), analyzer);
  const dropped: string[] = [];
  const clauses: Clause[] = [];
  let expansions = 0;
  for (const { term, forms, keys, last, whole, times } of wanted) {
    const exact = sameStem({ forms, keys }, index, analyzer);
    const variants = new Map<number, Variant>();
    for (const word of exact) {
      const weight = exact.length === 1 || forms.has(index.words.get(word)) ? 1 : INFLECTION_WEIGHT;
      addVariant(variants, word, weight, index);
    }
    const documents = countOf(index, variants);
    if (expansions < QUERY_LIMITS.expandedTerms) {
      const before = variants.size;
      if (last && (term.length >= PREFIX_FROM || SPACELESS.test(term))) addPrefixes(variants, term, index);
      if (documents < RARE && variants.size === exact.length)
        addCorrections(variants, term, { index, analyzer, exact });
      if (variants.size > before) expansions += 1;
    }
    if (variants.size > 0) {
      const list = [...variants.values()];
      clauses.push({
        term,
        weight: queryWeight(times, DEFAULT_BM25F),
        variants: list,
        documents: documents > 0 ? documents : countOf(index, variants),
      });
    } else if (!whole) {
      dropped.push(term);
    }
  }
  return rarest(clauses, dropped);
}

/** The rarest of too many clauses, in their order; the others are dropped like those in `dropped`. */
export function rarest(clauses: readonly Clause[], dropped: readonly string[]): QueryTerms {
  if (clauses.length <= QUERY_LIMITS.terms) return { clauses, dropped };
  const kept = new Set([...clauses].sort((a, b) => a.documents - b.documents).slice(0, QUERY_LIMITS.terms));
  const more = clauses.filter((clause) => !kept.has(clause)).map(({ term }) => term);
  return { clauses: clauses.filter((clause) => kept.has(clause)), dropped: [...dropped, ...more] };
}

function wantedTerms(text: string, analyzer: Analyzer): Wanted[] {
  const end = text.trimEnd().length;
  const stems = new Map<string, Wanted>();
  analyzer.tokenize(text, (term, from, to, { whole }) => {
    const keys = analyzer.stemKeys(term, text.slice(from, to));
    const stem = keys[0] ?? term;
    const last = to === end;
    const times = whole ? WHOLE_COUNTS : 1;
    const known = stems.get(stem);
    if (known === undefined) {
      stems.set(stem, { term, forms: new Set([term]), keys: new Set(keys), last, whole, times });
    } else {
      known.forms.add(term);
      for (const key of keys) known.keys.add(key);
      known.times += times;
      if (last && !known.last) Object.assign(known, { term, last });
    }
  });
  const all = [...stems.values()];
  const topical = all.filter(({ term }) => !analyzer.isStopWord(term));
  // What is typed last may be the beginning of a word: `diabetes an` is no question about `an`.
  return topical.length > 0 ? topical : all;
}

type Variants = Map<number, Variant>;

function addVariant(variants: Variants, word: number, weight: number, { lists }: PackedIndex): void {
  variants.set(word, { word, weight, lists: lists.lists(word) });
}

function countOf({ size }: PackedIndex, variants: Variants): number {
  const counts = [0, 0, 0];
  for (const { lists } of variants.values()) {
    for (const [field, list] of lists.entries()) counts[field] = (counts[field] ?? 0) + (list?.count ?? 0);
  }
  return Math.min(size, Math.max(...counts));
}

function addPrefixes(variants: Variants, prefix: string, index: PackedIndex): void {
  const [from, to] = index.words.prefixRange(prefix);
  const found: { word: number; documents: number }[] = [];
  index.lists.eachCount(from, Math.min(to, from + PREFIX_RANGE), (word, documents) => {
    if (!variants.has(word)) found.push({ word, documents });
  });
  if (found.length > QUERY_LIMITS.expansions) {
    // The most frequent ones; equal ones in the order of the dictionary.
    found.sort((a, b) => b.documents - a.documents || a.word - b.word);
    found.length = QUERY_LIMITS.expansions;
  }
  let postings = 0;
  for (const { word, documents } of found) {
    if (postings + documents > PREFIX_POSTINGS) continue;
    postings += documents;
    addVariant(variants, word, PREFIX_WEIGHT, index);
  }
}

/** Postings that completions may add to a clause: a short beginning must not cost what a whole query may. */
const PREFIX_POSTINGS = 8192;

/** Completions looked at: three letters may begin a thousand words. */
const PREFIX_RANGE = 500;

interface Correction {
  readonly index: PackedIndex;
  readonly analyzer: Analyzer;
  readonly exact: readonly number[];
}

function addCorrections(variants: Variants, term: string, { index, exact }: Correction): void {
  if (term.length < ONE_EDIT || !CORRECTABLE.test(term)) return;
  const maxDistance = term.length >= TWO_EDITS ? 2 : 1;
  // The first letter is seldom mistyped, and holding it leaves a twentieth of the dictionary to look at.
  const [from, to] = index.words.prefixRange(Array.from(term)[0] ?? '');
  const found = fuzzyTerms(index.words, term, { maxDistance, from, to }).filter(
    ({ index: word }) => !exact.includes(word),
  );
  if (found.length > QUERY_LIMITS.expansions) {
    const documents = new Map<number, number>();
    for (const { index: word } of found) {
      index.lists.eachCount(word, word + 1, (_word, count) => documents.set(word, count));
    }
    // The nearest, of equal ones the most frequent.
    const count = (word: number): number => documents.get(word) ?? 0;
    found.sort((a, b) => a.distance - b.distance || count(b.index) - count(a.index) || a.index - b.index);
    found.length = QUERY_LIMITS.expansions;
  }
  for (const { index: word, distance } of found)
    addVariant(variants, word, EDIT_WEIGHTS[distance] ?? 0, index);
}
