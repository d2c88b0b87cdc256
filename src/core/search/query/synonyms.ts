import type { Alternatives } from '../scoring/clause.js';
import type { Analyzer } from '../../analysis/analyzer.js';
import type { SearchSettings } from '../../model/settings.js';
import type { PackedIndex } from '../../index/index-reader.js';
import type { Variants } from './term-variants.js';

/** What a synonym counts beside the word that was asked for. */
const SYNONYM_WEIGHT = 0.8;
/** Words of one synonym; a longer one is left out. */
const MAX_WORDS = 8;

/** Words by their stems, and what they also mean. */
interface Rule {
  readonly key: readonly string[];
  readonly values: readonly (readonly string[])[];
}

/** A place in a query that has synonyms. */
export interface SynonymMatch {
  readonly at: number;
  /** Words that it stands for. */
  readonly length: number;
  readonly add: (variants: Variants) => void;
}

/** The synonyms of a site, by the stems of their words. */
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

  /** null where the settings name no synonym: nothing need be looked up. */
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

  /** The synonyms in a query; where several begin at the same word, the longest. */
  match(stems: readonly string[], index: PackedIndex): SynonymMatch[] {
    const matches: SynonymMatch[] = [];
    for (let at = 0; at < stems.length; at += 1) {
      const first = stems[at] ?? null;
      const rules = first === null ? undefined : this.#rules.get(first);
      const fitting = rules?.filter(({ key }) => key.every((stem, place) => stems[at + place] === stem));
      if (fitting === undefined) continue;
      const length = fitting[0]?.key.length ?? 0;
      for (const { values } of fitting.filter(({ key }) => key.length === length))
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
