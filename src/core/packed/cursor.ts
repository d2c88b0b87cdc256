import { BLOCK } from './postings-layout.js';
import type { PostingList, PostingsReader } from './postings.js';

/** A document number beyond every document. */
export const END = 0xffffffff;

/** One block of postings, decoded. */
export class PostingBlock {
  /** Ascending. */
  readonly documents = new Uint32Array(BLOCK);
  /** Term frequencies, from 1. */
  readonly frequencies = new Uint32Array(BLOCK);
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

  /** The term's frequency in `document`, 0 where it has none. Blocks between are stepped over without decoding them. */
  frequencyIn(document: number): number {
    if (this.head > document) return 0;
    const { postings, list, block } = this;
    while (postings.last(list, this.#number) < document) {
      this.#number += 1;
      this.#loaded = false;
      if (this.#number >= list.blocks) {
        this.head = END;
        return 0;
      }
    }
    if (!this.#loaded) this.#load();
    const { documents } = block;
    let at = this.at;
    while (at < this.size && (documents[at] ?? END) < document) at += 1;
    const found = at < this.size && documents[at] === document ? (block.frequencies[at] ?? 0) : 0;
    this.moveTo(at);
    return found;
  }

  #load(): void {
    this.size = this.postings.load(this.list, this.#number, this.block);
    this.#loaded = true;
    this.at = 0;
    this.head = this.block.documents[0] ?? END;
  }
}
