import { LANGUAGE_PREFIX } from '../analysis/stemming.js';
import { compareTerms } from '../index/terms/term-dictionary.js';
import type { StemGroups } from '../index/terms/stem-groups.js';
import type { MergedSegments } from './segment-merger.js';

/**
 * Groups words by their stem keys. If a word has several keys of one language, their groups are joined, and each of the
 * keys leads to all words. A word that is its own stem and the only word of that stem needs no group, since it is found
 * directly.
 */
export function groupByStem({ words, stems, otherKeys }: Grouped): StemGroups {
  const joined = new UnionFind();
  for (const [word, keys] of otherKeys) joined.join([stems[word] ?? '', ...keys.keys()]);
  const groups = new Map<string, number[]>();
  for (const [word, stem] of stems.entries()) {
    add(groups, joined.first(stem), word);
    for (const key of otherKeys.get(word)?.keys() ?? []) add(groups, joined.first(key), word);
  }
  for (const [stem, group] of groups) {
    if (group.length === 1 && words[group[0] ?? 0] === stem && !joined.has(stem)) groups.delete(stem);
  }
  const texts = [...new Set([...groups.keys(), ...joined.keys()])].sort(compareTerms);
  return { texts, members: texts.map((text) => groups.get(joined.first(text)) ?? []) };
}

interface Grouped extends Pick<MergedSegments, 'words' | 'stems'> {
  /** By word: its stem keys in addition to its stem. Values associated with the keys are ignored. */
  readonly otherKeys: ReadonlyMap<number, { keys(): Iterable<string> }>;
}

/** Words are added in ascending order, so duplicates within a group are adjacent. */
function add(groups: Map<string, number[]>, key: string, word: number): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [word]);
  else if (group[group.length - 1] !== word) group.push(word);
}

/** Disjoint sets of keys (union-find). Each set is identified by its smallest key. */
class UnionFind {
  readonly #parents = new Map<string, string>();

  /** Joins the keys of one word, separately for each language. */
  join(keys: readonly string[]): void {
    const firstOf = new Map<string, string>();
    for (const key of keys) {
      const language = key.slice(0, key.lastIndexOf(LANGUAGE_PREFIX) + 1);
      const first = firstOf.get(language);
      if (first === undefined) firstOf.set(language, key);
      else this.#unite(first, key);
    }
  }

  /** The smallest key of the set that contains `key`. */
  first(key: string): string {
    let name = key;
    for (let next = this.#parents.get(name); next !== undefined && next !== name;) {
      name = next;
      next = this.#parents.get(name);
    }
    if (name !== key) this.#parents.set(key, name);
    return name;
  }

  /** Whether `key` was joined to another key. */
  has(key: string): boolean {
    return this.#parents.has(key);
  }

  keys(): Iterable<string> {
    return this.#parents.keys();
  }

  #unite(a: string, b: string): void {
    const [x, y] = [this.first(a), this.first(b)];
    const [least, other] = compareTerms(x, y) <= 0 ? [x, y] : [y, x];
    this.#parents.set(least, least);
    this.#parents.set(other, least);
  }
}
