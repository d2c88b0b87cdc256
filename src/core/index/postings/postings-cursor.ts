import { BLOCK, END } from './postings-format.js';
import type { PostingList, PostingsReader } from './postings-reader.js';

/** One block of postings, decoded. */
export class PostingBlock {
  /** Ascending. */
  readonly documents = new Int32Array(BLOCK);
  /** Term frequencies, from 1. */
  readonly frequencies = new Int32Array(BLOCK);
}

/** A place in a list of postings that only moves on. */
export class Cursor {
  /** Where the cursor stands in `block`, which holds `size` postings. */
  at = 0;
  size: number;
  /** The document at hand; `END` behind the last. */
  head: number;
  #number = 0;
  #loaded = true;

  /** `block` is overwritten while the cursor moves: it serves this cursor alone. */
  constructor(
    private readonly postings: PostingsReader,
    readonly list: PostingList,
    readonly block: PostingBlock,
  ) {
    this.size = postings.load(list, 0, block);
    this.head = block.documents[0] ?? END;
  }

  /** Moves to place `at` of the block, or into the next block where that is its end. */
  moveTo(at: number): void {
    if (at < this.size) {
      this.at = at;
      this.head = this.block.documents[at] ?? END;
      return;
    }
    this.#number += 1;
    if (this.#number < this.list.blocks) this.#load();
    else this.head = END;
  }

  /** Moves to the first document from `document` on. Blocks between are stepped over without decoding them. */
  seek(document: number): void {
    if (this.head >= document) return;
    const { postings, list } = this;
    while (postings.last(list, this.#number) < document) {
      this.#number += 1;
      this.#loaded = false;
      if (this.#number >= list.blocks) {
        this.head = END;
        return;
      }
    }
    if (!this.#loaded) this.#load();
    const { documents } = this.block;
    let at = this.at;
    while (at < this.size && (documents[at] ?? END) < document) at += 1;
    this.moveTo(at);
  }

  /** The term's frequency in `document`, 0 where it has none. */
  frequencyIn(document: number): number {
    this.seek(document);
    return this.head === document ? (this.block.frequencies[this.at] ?? 0) : 0;
  }

  #load(): void {
    this.size = this.postings.load(this.list, this.#number, this.block);
    this.#loaded = true;
    this.at = 0;
    this.head = this.block.documents[0] ?? END;
  }
}
