import { BLOCK_SIZE, NO_MORE_DOCS } from './postings-format.js';
import type { PostingList, PostingsReader } from './postings-reader.js';

/** One block of postings, decoded. */
export class PostingBlock {
  /** Ascending. */
  readonly documents = new Int32Array(BLOCK_SIZE);
  /** Term frequencies, from 1. */
  readonly frequencies = new Int32Array(BLOCK_SIZE);
}

/** A place in a list of postings that only moves on. */
export class PostingsCursor {
  /** Where the cursor stands in `block`, which holds `size` postings. */
  position = 0;
  size: number;
  /** The document at hand; `END` behind the last. */
  docId: number;
  #number = 0;
  #loaded = true;

  /** `block` is overwritten while the cursor moves: it serves this cursor alone. */
  constructor(
    private readonly postings: PostingsReader,
    readonly list: PostingList,
    readonly block: PostingBlock,
  ) {
    this.size = postings.load(list, 0, block);
    this.docId = block.documents[0] ?? NO_MORE_DOCS;
  }

  /** Moves to place `at` of the block, or into the next block where that is its end. */
  advanceTo(at: number): void {
    if (at < this.size) {
      this.position = at;
      this.docId = this.block.documents[at] ?? NO_MORE_DOCS;
      return;
    }
    this.#number += 1;
    if (this.#number < this.list.blocks) this.#load();
    else this.docId = NO_MORE_DOCS;
  }

  /** Moves to the first document from `document` on. Blocks between are stepped over without decoding them. */
  seek(document: number): void {
    if (this.docId >= document) return;
    const { postings, list } = this;
    while (postings.last(list, this.#number) < document) {
      this.#number += 1;
      this.#loaded = false;
      if (this.#number >= list.blocks) {
        this.docId = NO_MORE_DOCS;
        return;
      }
    }
    if (!this.#loaded) this.#load();
    const { documents } = this.block;
    let at = this.position;
    while (at < this.size && (documents[at] ?? NO_MORE_DOCS) < document) at += 1;
    this.advanceTo(at);
  }

  /** The term's frequency in `document`, 0 where it has none. */
  frequencyIn(document: number): number {
    this.seek(document);
    return this.docId === document ? (this.block.frequencies[this.position] ?? 0) : 0;
  }

  #load(): void {
    this.size = this.postings.load(this.list, this.#number, this.block);
    this.#loaded = true;
    this.position = 0;
    this.docId = this.block.documents[0] ?? NO_MORE_DOCS;
  }
}
