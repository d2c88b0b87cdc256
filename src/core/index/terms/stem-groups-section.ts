import type { TokenBytes } from '../format/columns.js';
import { ByteReader, ByteWriter, readUtf8, utf8Length, writeUtf8 } from '../format/byte-buffer.js';
import { readNumbers, prefixSums } from '../format/columns.js';
import { uint32Bytes } from '../format/container.js';
import { STRIDE, type StemGroups, type StemKeys } from './stem-groups.js';

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
  readonly keys: SpelledStems;
  readonly members: { readonly blocks: Uint8Array; readonly bytes: Uint8Array };
}

/** Reads what `writeStemGroups` wrote: `size` stems. No stem is put together before it is asked for. */
export function readStemGroups(section: Uint8Array, size: number, words: TokenBytes): StemSections {
  const head = new ByteReader(section);
  const lengths = [0, 1, 2, 3, 4].map(() => head.varint());
  let start = head.position;
  const streams = lengths.map((length) => section.subarray(start, (start += length)));
  const [counts = NONE, firsts = NONE, others = NONE, cuts = NONE, restLengths = NONE] = streams;
  const counted = readNumbers(counts, size);
  let leading = 0;
  let following = 0;
  for (const count of counted) {
    if (count > 0) leading += 1;
    if (count > 1) following += count - 1;
  }
  const groups = {
    counts: counted,
    // No more numbers than bytes: damaged counts make no absurd arrays.
    firsts: readNumbers(firsts, Math.min(leading, firsts.length)),
    others: readNumbers(others, Math.min(following, others.length)),
  };
  const { members, leaders } = writeMembers(groups);
  const rests = { bytes: section.subarray(start), starts: prefixSums(restLengths, size) };
  return { keys: new SpelledStems({ leaders, cuts: readNumbers(cuts, size) }, rests, words), members };
}

const NONE = new Uint8Array(0);
/** In place of the first word of a stem that has none. */
const NO_WORD = 0xffff_ffff;

interface Groups {
  readonly counts: Uint32Array;
  readonly firsts: Uint32Array;
  readonly others: Uint32Array;
}

/** Writes the words of each stem as `StemMembers` reads them; `leaders` are the first of each. */
function writeMembers({ counts, firsts, others }: Groups): {
  members: StemSections['members'];
  leaders: Uint32Array;
} {
  const size = counts.length;
  const leaders = new Uint32Array(size);
  const starts = new Uint32Array(Math.ceil(size / STRIDE));
  const writer = new ByteWriter(size * 5 + others.length * 2);
  let last = 0;
  let base = 0;
  let first = 0;
  let other = 0;
  for (let stem = 0; stem < size; stem += 1) {
    if (stem % STRIDE === 0) {
      starts[stem / STRIDE] = writer.length;
      base = 0;
    }
    // No more words than there are numbers for them.
    const count = Math.min(counts[stem] ?? 0, others.length - other + 1);
    writer.varint(count);
    leaders[stem] = NO_WORD;
    for (let at = 0; at < count; at += 1) {
      if (at === 0) {
        const code = firsts[first++] ?? 0;
        last = (last + ((code >>> 1) ^ -(code & 1))) >>> 0;
        leaders[stem] = last;
      } else {
        last = (last + (others[other++] ?? 0) + 1) >>> 0;
      }
      writer.zigzag(last - base);
      base = last;
    }
  }
  return { members: { blocks: uint32Bytes(starts), bytes: writer.view() }, leaders };
}

interface StemSpelling {
  /** The first word of each stem. */
  readonly leaders: Uint32Array;
  /** How many bytes of it are cut off. */
  readonly cuts: Uint32Array;
}

/** Stems in order, each told by its first word. */
class SpelledStems implements StemKeys {
  /** The stem that was put together last. */
  readonly #stem = new Uint8Array(MAX_STEM_BYTES);
  readonly #sought = new Uint8Array(MAX_STEM_BYTES);

  constructor(
    private readonly spelling: StemSpelling,
    private readonly rests: { readonly bytes: Uint8Array; readonly starts: Uint32Array },
    private readonly words: TokenBytes,
  ) {}

  get size(): number {
    return this.spelling.leaders.length;
  }

  find(stem: string): number {
    const length = this.#seek(stem);
    const found = length < 0 ? this.size : this.#lowerBound(length);
    return found < this.size && this.#compare(found, length) === 0 ? found : -1;
  }

  /** The numbers of the stems that begin with `prefix`: from, inclusive, to, exclusive. */
  prefixRange(prefix: string): [from: number, to: number] {
    const length = this.#seek(prefix);
    if (length < 0) return [this.size, this.size];
    const from = this.#lowerBound(length);
    let low = from;
    let high = this.size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#begins(middle, length)) low = middle + 1;
      else high = middle;
    }
    return [from, low];
  }

  get(stem: number): string {
    return readUtf8(this.#stem, 0, this.#spell(stem));
  }

  /** Takes what to look for; returns its bytes, -1 where no stem is as long. */
  #seek(text: string): number {
    if (utf8Length(text) > this.#sought.length) return -1;
    return writeUtf8(text, this.#sought, 0);
  }

  /** The first stem that is not before what is sought. */
  #lowerBound(length: number): number {
    let low = 0;
    let high = this.size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#compare(middle, length) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #compare(number: number, soughtLength: number): number {
    const length = this.#spell(number);
    const common = Math.min(length, soughtLength);
    for (let at = 0; at < common; at += 1) {
      const difference = (this.#stem[at] ?? 0) - (this.#sought[at] ?? 0);
      if (difference !== 0) return difference;
    }
    return length - soughtLength;
  }

  #begins(number: number, soughtLength: number): boolean {
    if (this.#spell(number) < soughtLength) return false;
    for (let at = 0; at < soughtLength; at += 1) if (this.#stem[at] !== this.#sought[at]) return false;
    return true;
  }

  /** Puts a stem together; returns its bytes, no more than a stem may have. */
  #spell(number: number): number {
    const { words, rests } = this;
    const stem = this.#stem;
    const leader = this.spelling.leaders[number] ?? NO_WORD;
    const cut = this.spelling.cuts[number] ?? 0;
    const from = words.starts[leader] ?? 0;
    const kept = Math.max(0, Math.min((words.byteLengths[leader] ?? 0) - cut, MAX_STEM_BYTES));
    for (let at = 0; at < kept; at += 1) stem[at] = words.bytes[from + at] ?? 0;
    let to = kept;
    const end = Math.min(rests.starts[number + 1] ?? rests.bytes.length, rests.bytes.length);
    for (let at = rests.starts[number] ?? 0; at < end && to < MAX_STEM_BYTES; at += 1)
      stem[to++] = rests.bytes[at] ?? 0;
    return to;
  }
}
