import { ByteReader, ByteWriter, utf8Length } from '../format/byte-buffer.js';
import { uint32Bytes } from '../format/container.js';
import { STRIDE, type StemGroups } from './stem-groups.js';
import { TERMS_PER_BLOCK, type DictionarySections } from './term-dictionary.js';
import type { TokenBytes } from '../documents/token-attributes.js';

/** Maximum bytes of a stem, as in dictionaries. */
const MAX_STEM_BYTES = 255;

/**
 * Writes stem groups. A stem is nearly always a prefix of its first word, so it is encoded as the number of bytes to
 * cut off from that word and the bytes to append. Numbers of one kind share a stream.
 */
export function writeStemGroups({ texts, members }: StemGroups, words: readonly string[]): Uint8Array {
  const counts = new ByteWriter();
  const firsts = new ByteWriter();
  const others = new ByteWriter();
  const cuts = new ByteWriter();
  const restLengths = new ByteWriter();
  const rests = new ByteWriter();
  let last = 0;
  for (const [at, stem] of texts.entries()) {
    const group = members[at] ?? [];
    counts.varint(group.length);
    for (const [index, word] of group.entries()) {
      if (index === 0) firsts.zigzag(word - last);
      else others.varint(word - last - 1);
      last = word;
    }
    const word = words[group[0] ?? -1] ?? '';
    const shared = sharedText(stem, word);
    cuts.varint(utf8Length(word) - utf8Length(shared));
    const rest = stem.slice(shared.length);
    restLengths.varint(utf8Length(rest));
    rests.utf8(rest);
  }
  const streams = [counts, firsts, others, cuts, restLengths];
  const writer = new ByteWriter();
  for (const { length } of streams) writer.varint(length);
  for (const stream of [...streams, rests]) writer.bytes(stream.view());
  return writer.finish();
}

/** The common prefix of two texts, never ending inside a surrogate pair. */
function sharedText(a: string, b: string): string {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length += 1;
  return a.slice(0, length).replace(/[\ud800-\udbff]$/, '');
}

/** Decoded stem groups: a dictionary of stems, and the words of each. */
export interface StemSections {
  readonly keys: DictionarySections;
  readonly members: { readonly blocks: Uint8Array; readonly bytes: Uint8Array };
}

/** Reads the output of `writeStemGroups` with `size` stems. */
export function readStemGroups(section: Uint8Array, size: number, words: TokenBytes): StemSections {
  const head = new ByteReader(section);
  const lengths = [0, 1, 2, 3, 4].map(() => head.varint());
  const streams: ByteReader[] = [];
  let start = head.position;
  for (const length of lengths) {
    streams.push(new ByteReader(section, start));
    start += length;
  }
  const [counts, firsts, others, cuts, restLengths] = streams;
  if (!counts || !firsts || !others || !cuts || !restLengths) return NO_STEMS;
  const members = new MemberWriter(section.length);
  const keys = new KeyWriter(section.length * 4);
  for (let stem = 0; stem < size; stem += 1) {
    // A word takes at least one byte, so a damaged count cannot cause an endless list.
    const count = Math.min(counts.varint(), section.length - others.position + 1);
    const first = members.group(stem, { count, firsts, others });
    const length = count > 0 ? (words.byteLengths[first] ?? 0) : 0;
    const fromWord = Math.max(0, Math.min(length, MAX_STEM_BYTES) - cuts.varint());
    const rest = Math.max(0, Math.min(restLengths.varint(), section.length - start, MAX_STEM_BYTES - fromWord));
    keys.add(stem, {
      word: words.bytes,
      from: words.starts[first] ?? 0,
      fromWord,
      rests: section,
      restFrom: start,
      rest,
    });
    start += rest;
  }
  return { keys: keys.finish(), members: members.finish() };
}

const NONE = new Uint8Array(0);
const NO_STEMS: StemSections = {
  keys: { blocks: NONE, bytes: NONE },
  members: { blocks: NONE, bytes: NONE },
};

/** Writes the words of each stem in the form that `StemIndex` reads. */
class MemberWriter {
  readonly #starts: number[] = [];
  readonly #writer: ByteWriter;
  /** The last word written, overall and since the last stride. */
  #last = 0;
  #base = 0;

  constructor(capacity: number) {
    this.#writer = new ByteWriter(capacity);
  }

  /** Writes a group and returns its first word. */
  group(
    stem: number,
    { count, firsts, others }: { readonly count: number; readonly firsts: ByteReader; readonly others: ByteReader },
  ): number {
    const writer = this.#writer;
    if (stem % STRIDE === 0) {
      this.#starts.push(writer.length);
      this.#base = 0;
    }
    writer.varint(count);
    let first = 0;
    for (let at = 0; at < count; at += 1) {
      if (at === 0) first = this.#last += firsts.zigzag();
      else this.#last += others.varint() + 1;
      writer.zigzag(this.#last - this.#base);
      this.#base = this.#last;
    }
    return first;
  }

  finish(): { blocks: Uint8Array; bytes: Uint8Array } {
    return { blocks: uint32Bytes(this.#starts), bytes: this.#writer.finish() };
  }
}

/** The bytes of a stem: `fromWord` bytes of a word, then `rest` further bytes. */
interface StemBytes {
  readonly word: Uint8Array;
  readonly from: number;
  readonly fromWord: number;
  readonly rests: Uint8Array;
  readonly restFrom: number;
  readonly rest: number;
}

/** Writes stems in the form that `TermDictionary` reads. */
class KeyWriter {
  readonly #starts: number[] = [];
  readonly #writer: ByteWriter;
  #before = new Uint8Array(2 * MAX_STEM_BYTES);
  #beforeLength = 0;
  #stem = new Uint8Array(2 * MAX_STEM_BYTES);

  constructor(capacity: number) {
    this.#writer = new ByteWriter(capacity);
  }

  add(number: number, { word, from, fromWord, rests, restFrom, rest }: StemBytes): void {
    const writer = this.#writer;
    const stem = this.#stem;
    const before = this.#before;
    const length = fromWord + rest;
    for (let at = 0; at < fromWord; at += 1) stem[at] = word[from + at] ?? 0;
    for (let at = 0; at < rest; at += 1) stem[fromWord + at] = rests[restFrom + at] ?? 0;
    let shared = 0;
    if (number % TERMS_PER_BLOCK === 0) {
      this.#starts.push(writer.length);
    } else {
      while (shared < length && shared < this.#beforeLength && stem[shared] === before[shared]) shared += 1;
      writer.varint(shared);
    }
    writer.varint(length - shared);
    writer.copy(stem, shared, length);
    this.#before = stem;
    this.#stem = before;
    this.#beforeLength = length;
  }

  finish(): DictionarySections {
    return { blocks: uint32Bytes(this.#starts), bytes: this.#writer.finish() };
  }
}
