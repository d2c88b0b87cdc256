import type { Alternatives } from '../scoring/clause.js';
import type { Analyzer } from '../../analysis/analyzer.js';
import type { SearchSettings } from '../../model/settings.js';
import type { PackedIndex } from '../../index/index-reader.js';
import type { Variants } from './term-variants.js';

/** Weight of a synonym; the query's own word has 1. */
const SYNONYM_WEIGHT = 0.8;
/** Words of one synonym. A longer one is ignored. */
const MAX_WORDS = 8;

/** A sequence of stems with its synonyms. */
interface Rule {
  readonly key: readonly string[];
  readonly values: readonly (readonly string[])[];
}

export interface SynonymMatch {
  /** Position in the query, in words. */
  readonly at: number;
  /** Number of the query's words that have the synonyms. */
  readonly length: number;
  readonly add: (variants: Variants) => void;
}

export class Synonyms {
  /** By first stem, the longest key first. */
  readonly #rules = new Map<string, Rule[]>();

  constructor(
    { synonyms, oneWaySynonyms }: Pick<SearchSettings, 'synonyms' | 'oneWaySynonyms'>,
    private readonly analyzer: Analyzer,
  ) {
    for (const group of synonyms) {
      const members = group.map((text) => this.#stems(text));
      for (const [at, key] of members.entries())
        this.#add(
          key,
          members.filter((_, other) => other !== at),
        );
    }
    for (const [text, values] of Object.entries(oneWaySynonyms))
      this.#add(
        this.#stems(text),
        values.map((value) => this.#stems(value)),
      );
    for (const rules of this.#rules.values()) rules.sort((a, b) => b.key.length - a.key.length);
  }

  /** Returns null if the settings have no synonyms. */
  static create(settings: SearchSettings, analyzer: Analyzer): Synonyms | null {
    const some = settings.synonyms.length > 0 || Object.keys(settings.oneWaySynonyms).length > 0;
    return some ? new Synonyms(settings, analyzer) : null;
  }

  #stems(text: string): string[] {
    const stems: string[] = [];
    this.analyzer.tokenize(text, (term, _start, _end, { isCompound }) => {
      if (!isCompound) stems.push(this.analyzer.stem(term));
    });
    return stems;
  }

  #add(key: readonly string[], values: readonly (readonly string[])[]): void {
    const [first] = key;
    const usable = values.filter((value) => value.length > 0 && value.length <= MAX_WORDS);
    if (first === undefined || key.length > MAX_WORDS || usable.length === 0) return;
    const rules = this.#rules.get(first);
    if (rules === undefined) this.#rules.set(first, [{ key, values: usable }]);
    else rules.push({ key, values: usable });
  }

  /** Finds the synonyms in a query. If several begin at the same word, only the longest count. */
  match(stems: readonly string[], index: PackedIndex): SynonymMatch[] {
    const matches: SynonymMatch[] = [];
    for (let at = 0; at < stems.length; at += 1) {
      const first = stems[at] ?? null;
      const rules = first === null ? undefined : this.#rules.get(first);
      const matching = rules?.filter(({ key }) => key.every((stem, offset) => stems[at + offset] === stem));
      if (matching === undefined) continue;
      const length = matching[0]?.key.length ?? 0;
      for (const { values } of matching.filter(({ key }) => key.length === length))
        matches.push({ at, length, add: (variants) => this.#addValues(variants, values, index) });
    }
    return matches;
  }

  #addValues(variants: Variants, values: Rule['values'], index: PackedIndex): void {
    for (const value of values) {
      const slots: Alternatives[] = value.map((stem) => index.stems.wordsOf(stem, (word) => this.analyzer.stem(word)));
      if (slots.some((slot) => slot.length === 0)) continue;
      const [only] = slots;
      if (slots.length === 1 && only !== undefined) for (const word of only) variants.add(word, SYNONYM_WEIGHT);
      else variants.addPhrase(slots, SYNONYM_WEIGHT);
    }
  }
}
