import { DESCRIPTION, URL_FLAGS } from '../index/documents/stored-fields-format.js';
import { ByteReader } from '../index/format/byte-buffer.js';
import { damagedIndexError } from '../index/format/container.js';
import { SEGMENT_VERSION, TABLES } from '../build/segment-writer.js';

/**
 * Validates a segment from an untrusted source: counts must fit the remaining bytes, documents must have their declared
 * lengths, and document counts of words must match the documents. This bounds the time and memory of merging by the
 * size of the segment.
 *
 * @throws {AskdexError} index_damaged: the segment is inconsistent
 */
export function checkSegment(bytes: Uint8Array): void {
  new SegmentCheck(bytes).run();
}

class SegmentCheck {
  readonly #reader: ByteReader;
  /** The number of documents by `word * 4 + field`, counted in the documents. */
  readonly #found = new Map<number, number>();

  constructor(private readonly bytes: Uint8Array) {
    this.#reader = new ByteReader(bytes);
  }

  run(): void {
    const reader = this.#reader;
    this.#text();
    if (reader.varint() !== SEGMENT_VERSION) throw damagedIndexError('the segment has an unsupported version');
    const size = this.#count();
    for (let left = size * 2; left > 0; left -= 1) this.#text();
    const lengths = Array.from({ length: size * 3 }, () => this.#within(reader.varint()));
    for (const [part, check] of [this.#titles, this.#body, this.#forward].entries())
      for (let document = 0; document < size; document += 1) this.#part(lengths[document * 3 + part] ?? 0, check);
    for (const _table of TABLES) {
      for (let left = this.#count(); left > 0; left -= 1) {
        this.#text();
        reader.varint();
      }
    }
    this.#words();
    if (reader.position !== this.bytes.length) throw damagedIndexError('the segment has an unexpected length');
  }

  readonly #titles = (): void => {
    this.#skip(2);
    this.#numbers();
  };

  readonly #body = (): void => {
    this.#url();
    const flags = this.#reader.u8();
    if (flags & URL_FLAGS.ownKey) this.#numbers();
    if (flags & URL_FLAGS.boost) this.#skip(1);
    this.#skip(2);
    this.#numbers();
    for (let left = this.#count(); left > 0; left -= 1) {
      this.#skip(2);
      this.#numbers();
      this.#url();
    }
    const description = this.#reader.varint();
    if (description === DESCRIPTION.ofAnswer) this.#skip(1);
    else if (description === DESCRIPTION.own) this.#numbers();
    this.#numbers();
    this.#skip(this.#count() * 2);
    this.#numbers();
  };

  readonly #forward = (): void => {
    this.#skip(3);
    let entry = -1;
    for (let left = this.#count(); left > 0; left -= 1) {
      const head = this.#reader.varint();
      if (head & 1) this.#skip(1);
      entry += Math.floor(head / 2) + 1;
      if (entry > 0x3fff_ffff || entry % 4 === 3) throw damagedIndexError('the segment refers to a missing word');
      this.#found.set(entry, (this.#found.get(entry) ?? 0) + 1);
    }
  };

  #words(): void {
    const words = this.#count();
    for (const entry of this.#found.keys())
      if (entry >>> 2 >= words) throw damagedIndexError('the segment refers to a missing word');
    for (let word = 0; word < words; word += 1) {
      this.#text();
      this.#text();
      for (let keys = this.#count(); keys > 0; keys -= 1) {
        this.#text();
        this.#numbers();
      }
      for (let field = 0; field < 3; field += 1)
        if (this.#reader.varint() !== (this.#found.get(word * 4 + field) ?? 0))
          throw damagedIndexError('a document count in the segment is wrong');
    }
  }

  #part(length: number, check: () => void): void {
    const end = this.#within(this.#reader.position + length);
    check();
    if (this.#reader.position !== end) throw damagedIndexError('a document of the segment has an unexpected length');
  }

  #url(): void {
    this.#reader.u8();
    this.#skip(1);
    this.#numbers();
  }

  #numbers(): void {
    this.#skip(this.#count());
  }

  #skip(numbers: number): void {
    for (let left = numbers; left > 0; left -= 1) this.#reader.varint();
  }

  /** Reads the number of items that follow. Each item takes at least one byte. */
  #count(): number {
    const count = this.#reader.varint();
    this.#within(this.#reader.position + count);
    return count;
  }

  #text(): void {
    // Two steps, since reading the count moves the reader.
    const length = this.#count();
    this.#reader.position += length;
  }

  #within(at: number): number {
    if (at > this.bytes.length) throw damagedIndexError('a count in the segment exceeds its size');
    return at;
  }
}
