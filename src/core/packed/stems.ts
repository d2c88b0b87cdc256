import { ByteReader, ByteWriter } from './bytes.js';
import { asUint32, uint32Bytes } from './layout.js';
import { compareTerms, type Dictionary } from './terms.js';
import type { Merged } from './merge.js';

/** Stems between two starting points in the list of members. */
const STRIDE = 16;

/** Stems in order, each with the numbers of its words, ascending. */
export interface StemGroups {
  readonly texts: readonly string[];
  readonly members: readonly (readonly number[])[];
}

/** Groups words by stem. A word that is its own stem and alone has no group: it is found by itself. */
export function groupByStem({ words, stems }: Pick<Merged, 'words' | 'stems'>): StemGroups {
  const groups = new Map<string, number[]>();
  for (const [word, stem] of stems.entries()) {
    const group = groups.get(stem);
    if (group === undefined) groups.set(stem, [word]);
    else group.push(word);
  }
  for (const [stem, group] of groups) {
    if (group.length === 1 && words[group[0] ?? 0] === stem) groups.delete(stem);
  }
  const texts = [...groups.keys()].sort(compareTerms);
  return { texts, members: texts.map((text) => groups.get(text) ?? []) };
}

/** Each group as the number of its words, the first word, and the distances between them. */
export function writeMembers(groups: StemGroups['members']): { blocks: Uint8Array; bytes: Uint8Array } {
  const starts: number[] = [];
  const writer = new ByteWriter(groups.length * 4 + 16);
  let base = 0;
  for (const [stem, words] of groups.entries()) {
    // Stems and words are in the same order, nearly: the first word is told by its distance from the group before.
    if (stem % STRIDE === 0) {
      starts.push(writer.length);
      base = 0;
    }
    writer.varint(words.length);
    for (const word of words) {
      writer.signed(word - base);
      base = word;
    }
  }
  return { blocks: uint32Bytes(starts), bytes: writer.finish() };
}

/** Finds the words of a stem. */
export class StemMembers {
  readonly #starts: Uint32Array;

  constructor(
    private readonly stems: Dictionary,
    private readonly words: Dictionary,
    private readonly sections: { readonly blocks: Uint8Array; readonly bytes: Uint8Array },
  ) {
    this.#starts = asUint32(sections.blocks);
  }

  /**
   * The numbers of the words with this stem, ascending; none where no document has one. `stemOf` tells the stem of a word:
   * a word that is spelled like a stem may have another one itself.
   */
  of(stem: string, stemOf: (word: string) => string): number[] {
    const group = this.stems.find(stem);
    if (group < 0) {
      const word = this.words.find(stem);
      return word < 0 || stemOf(stem) !== stem ? [] : [word];
    }
    const reader = new ByteReader(this.sections.bytes, this.#starts[Math.floor(group / STRIDE)] ?? 0);
    let base = 0;
    for (let skipped = group % STRIDE; skipped > 0; skipped -= 1) {
      for (let left = reader.varint(); left > 0; left -= 1) base += reader.signed();
    }
    const words: number[] = [];
    for (let left = reader.varint(); left > 0; left -= 1) {
      base += reader.signed();
      words.push(base);
    }
    return words;
  }

  /** Calls back with each word that shares its stem with others, and with the first of them. */
  eachGroup(visit: (first: number, word: number) => void): void {
    const reader = new ByteReader(this.sections.bytes);
    let base = 0;
    for (let stem = 0; stem < this.stems.size; stem += 1) {
      if (stem % STRIDE === 0) base = 0;
      let first = -1;
      for (let left = reader.varint(); left > 0; left -= 1) {
        base += reader.signed();
        if (first < 0) first = base;
        visit(first, base);
      }
    }
  }
}
