import { BLOCK_SIZE, NO_MORE_DOCS } from './postings-format.js';
import type { PostingList, PostingsReader } from './postings-reader.js';

/** One decoded block of postings. */
export class PostingBlock {
  /** Ascending. */
  readonly documents = new Int32Array(BLOCK_SIZE);
  /** Term frequencies, from 1. */
  readonly frequencies = new Int32Array(BLOCK_SIZE);
}

/** A cursor that moves forward through a posting list. */
export class PostingsCursor {
  /** The cursor's index in `block`, which holds `size` postings. */
  position = 0;
  size: number;
  /** The current document; `NO_MORE_DOCS` behind the last. */
  docId: number;
  #number = 0;
  #loaded = true;

  /** `block` is overwritten as the cursor moves, so it must not be shared. */
  constructor(
    private readonly postings: PostingsReader,
    readonly list: PostingList,
    readonly block: PostingBlock,
  ) {
    this.size = postings.load(list, 0, block);
    this.docId = block.documents[0] ?? NO_MORE_DOCS;
  }

  /** Moves to index `at` of the block, or to the next block if that is its end. */
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

  /** Moves to the first document not before `document`. Skipped blocks are not decoded. */
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

  /** The term's frequency in `document`; 0 if the document does not contain it. */
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
