import { LANGUAGE_PREFIX } from '../../analysis/stemming.js';
import { ByteReader } from '../format/byte-buffer.js';
import { asUint32 } from '../format/container.js';
import type { TermDictionary } from './term-dictionary.js';
import type { Availability } from '../format/availability.js';

/** Offsets are stored for every sixteenth stem. */
export const STRIDE = 16;

/** Stems in order, each with the numbers of its words, ascending. */
export interface StemGroups {
  readonly texts: readonly string[];
  readonly members: readonly (readonly number[])[];
}

/** Linked lists of words that share a stem. In a damaged index, a list may be circular. */
export interface StemChains {
  /** By word: the first word of its list plus one; 0 if it is the first itself, so that most elements stay 0. */
  readonly firsts: Uint32Array;
  /** By word: the next word of its list plus one; 0 after the last. */
  readonly next: Uint32Array;
}

/** Stems in order. */
export type StemKeys = Pick<TermDictionary, 'size' | 'find' | 'prefixRange' | 'get'>;

/** Finds the words of a stem. */
export class StemIndex {
  readonly #starts: Uint32Array;

  constructor(
    /** The stems themselves. */
    readonly keys: StemKeys,
    private readonly words: TermDictionary,
    private readonly sections: { readonly blocks: Uint8Array; readonly bytes: Uint8Array },
    private readonly availability?: Availability,
  ) {
    this.#starts = asUint32(sections.blocks);
  }

  /**
   * The numbers of the words with this stem, ascending. `stemOf` returns the stem of a word; it is needed since a word
   * that is spelled like the stem may have another stem itself.
   */
  wordsOf(stem: string, stemOf: (word: string) => string): number[] {
    const group = this.keys.find(stem);
    if (group < 0) {
      const word = this.words.find(stem);
      return word < 0 || stemOf(stem) !== stem ? [] : [word];
    }
    const block = Math.floor(group / STRIDE);
    this.availability?.require(block, block + 1);
    const reader = new ByteReader(this.sections.bytes, this.#starts[block] ?? 0);
    let base = 0;
    for (let skipped = group % STRIDE; skipped > 0; skipped -= 1) {
      for (let left = this.#count(reader); left > 0; left -= 1) base += reader.zigzag();
    }
    const words: number[] = [];
    for (let left = this.#count(reader); left > 0; left -= 1) {
      base += reader.zigzag();
      words.push(base);
    }
    return words;
  }

  /** Reads the size of a group. Bounds damaged sizes. */
  #count(reader: ByteReader): number {
    return Math.min(reader.varint(), this.words.size);
  }

  /** The word numbers of every stem, in the order of stems. */
  groups(): number[][] {
    const reader = new ByteReader(this.sections.bytes);
    let base = 0;
    return Array.from({ length: this.keys.size }, (_, stem) => {
      if (stem % STRIDE === 0) base = 0;
      return Array.from({ length: this.#count(reader) }, () => (base += reader.zigzag()));
    });
  }

  /** Links the words that share a stem of the site's language. A word belongs to the first group that contains it. */
  chains(): StemChains {
    const [, own] = this.keys.prefixRange(LANGUAGE_PREFIX);
    const { size } = this.keys;
    const firsts = new Uint32Array(this.words.size);
    const next = new Uint32Array(this.words.size);
    const reader = new ByteReader(this.sections.bytes);
    const { bytes } = reader;
    const end = bytes.length;
    let at = 0;
    let base = 0;
    for (let stem = 0; stem < size; stem += 1) {
      if (stem % STRIDE === 0) base = 0;
      let first = -1;
      // `reader.varint()` and `zigzag()`, inlined for one byte: this loop visits all groups before the first answer.
      let left = bytes[at++] ?? 0;
      if (left >= 0x80) {
        reader.position = at - 1;
        left = reader.varint();
        at = reader.position;
      }
      // A damaged count stops at the end of the bytes.
      for (; left > 0 && at < end; left -= 1) {
        const byte = bytes[at++] ?? 0;
        if (byte < 0x80) {
          base += (byte >>> 1) ^ -(byte & 1);
        } else {
          reader.position = at - 1;
          base += reader.zigzag();
          at = reader.position;
        }
        if (first < 0) {
          first = base;
        } else if (stem >= own && firsts[base] === 0) {
          firsts[base] = first + 1;
          next[base] = next[first] ?? 0;
          next[first] = base + 1;
        }
      }
    }
    return { firsts, next };
  }
}
