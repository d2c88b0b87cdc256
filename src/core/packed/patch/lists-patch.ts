import { WrittenBlocks } from '../block-writer.js';
import { ByteReader } from '../bytes.js';
import { damaged, type Sections } from '../layout.js';
import { BLOCK, FIELD_COUNT, ONCE } from '../postings-layout.js';
import { PostingsWriter, type Lengths, type ListSource } from '../postings-writer.js';
import {
  PostingsDirectory,
  PostingsReader,
  skipTableOf,
  skipShort,
  type PostingList,
  type TermLists,
} from '../postings.js';
import type { PostingChange, WordChange } from './changes.js';

const NO_LISTS: TermLists = [null, null, null];

/**
 * Writes the lists of an index anew, term by term: what did not change is copied. A list whose postings stay and count
 * differently is written from block to block; one that gains or loses postings from the first block on that does.
 */
export class ListPatcher {
  readonly #writer: PostingsWriter;
  readonly #written: WrittenBlocks;
  readonly #directory: PostingsDirectory;
  readonly #postings: PostingsReader;
  /** Stands on the entry of the next term. */
  readonly #reader: ByteReader;

  /** `lengths`: those of the index to write. */
  constructor(sections: Sections, lengths: Lengths) {
    this.#writer = new PostingsWriter(lengths);
    this.#written = new WrittenBlocks(sections);
    this.#directory = new PostingsDirectory(sections.wordEntryBlocks, sections.wordEntries);
    this.#postings = new PostingsReader(sections, skipTableOf(sections));
    this.#reader = new ByteReader(sections.wordEntries);
  }

  /** Copies the entry of the next term. */
  copy(): void {
    const { entries, blocks } = this.#writer;
    this.#writer.begin();
    this.#eachPart((from, to, first, count) => {
      entries.copy(this.#reader.bytes, from, to);
      if (count === 0) return;
      entries.varint(blocks.count);
      blocks.copy(this.#written, first, first + count);
    });
  }

  /** Steps over the entry of the next term. */
  skip(): void {
    this.#eachPart(() => undefined);
  }

  /** Calls back with each piece of an entry up to where its next blocks are named, with these. */
  #eachPart(visit: (from: number, to: number, firstBlock: number, blocks: number) => void): void {
    const reader = this.#reader;
    let start = reader.at;
    const head = reader.u8();
    if (head & ONCE) {
      reader.varint();
    } else {
      for (let field = 0; field < FIELD_COUNT; field += 1) {
        if (!(head & (1 << field))) continue;
        const count = reader.varint();
        if (count >= BLOCK) {
          const end = reader.at;
          visit(start, end, reader.varint(), Math.ceil(count / BLOCK));
          start = reader.at;
        } else if (count === 1) {
          reader.varint();
          reader.varint();
        } else skipShort(reader, count);
      }
    }
    visit(start, reader.at, 0, 0);
  }

  /**
   * Writes the entry of a term whose lists change; false: it has no posting left. `term`: its number before; -1 where it
   * is new.
   *
   * @throws AskdexError `index_damaged`: a posting that should change is not there.
   */
  change(term: number, { fields }: WordChange): boolean {
    const lists = term < 0 ? NO_LISTS : this.#directory.lists(term);
    const counts = fields.map((changes, field) => {
      const came = changes.reduce((sum, { before, after }) => sum + Math.sign(after) - Math.sign(before), 0);
      return (lists[field]?.count ?? 0) + came;
    });
    if (counts.every((count) => count === 0)) return false;
    this.#writer.begin();
    if (counts.every((count) => count < BLOCK)) {
      this.#writer.term(this.#sourceOf(lists, fields), 0);
      return true;
    }
    this.#writer.entries.u8(counts.reduce((head, count, field) => head | (count > 0 ? 1 << field : 0), 0));
    for (const [field, count] of counts.entries())
      if (count > 0) this.#changeList(lists[field] ?? null, { changes: fields[field] ?? [], count, field });
    return true;
  }

  #changeList(list: PostingList | null, { changes, count, field }: ListChange): void {
    const { entries, blocks } = this.#writer;
    const lengths = this.#writer.lengths[field];
    if (list === null || list.count < BLOCK || count < BLOCK) {
      this.#writer.list(oneList(this.#changed(list, changes, 0)), 0, lengths);
      return;
    }
    entries.varint(count);
    entries.varint(blocks.count);
    const stays = changes.every(({ before, after }) => before > 0 && after > 0);
    let from = 0;
    for (let next = 0; next < changes.length;) {
      const block = this.#blockOf(list, changes[next]?.document ?? 0);
      const before = block === 0 ? -1 : this.#postings.last(list, block - 1);
      const own = changes.slice(next).filter(({ document }) => this.#blockOf(list, document) === block);
      next += own.length;
      blocks.copy(this.#written, list.skip + from, list.skip + block);
      const rest = this.#changed(list, stays ? own : changes, block, stays ? block + 1 : list.blocks);
      for (let start = 0; start < rest.count; start += BLOCK) {
        const place = {
          start,
          count: Math.min(BLOCK, rest.count - start),
          last: start === 0 ? before : (rest.documents[start - 1] ?? 0),
        };
        blocks.write(rest, place, lengths);
      }
      from = stays ? block + 1 : list.blocks;
      if (!stays) break;
    }
    blocks.copy(this.#written, list.skip + from, list.skip + list.blocks);
  }

  /** The first block that does not end before a document; else the last one. */
  #blockOf(list: PostingList, document: number): number {
    let low = 0;
    let high = list.blocks - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#postings.last(list, middle) < document) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The postings of blocks `from` to `to` of a list, with what changes among them. */
  #changed(
    list: PostingList | null,
    changes: readonly PostingChange[],
    from: number,
    to = list?.blocks ?? 0,
  ): Changed {
    const room = (to - from) * BLOCK + changes.length;
    const documents = new Uint32Array(room);
    const frequencies = new Uint32Array(room);
    let size = 0;
    let next = 0;
    const put = (document: number, frequency: number): void => {
      if (frequency === 0) return;
      documents[size] = document;
      frequencies[size] = frequency;
      size += 1;
    };
    const { documents: read, frequencies: counted } = this.#postings;
    for (let block = from; list !== null && block < to; block += 1) {
      const count = this.#postings.load(list, block);
      for (let at = 0; at < count; at += 1) {
        const document = read[at] ?? 0;
        for (let one = changes[next]; one !== undefined && one.document < document; one = changes[next]) {
          if (one.before > 0) throw damaged('it lacks a posting');
          put(one.document, one.after);
          next += 1;
        }
        const one = changes[next];
        if (one?.document !== document) {
          put(document, counted[at] ?? 1);
          continue;
        }
        if (one.before !== counted[at]) throw damaged('a posting counts differently');
        put(document, one.after);
        next += 1;
      }
    }
    for (const one of changes.slice(next)) {
      if (one.before > 0) throw damaged('it lacks a posting');
      put(one.document, one.after);
    }
    return { documents, frequencies, count: size };
  }

  /** The lists of one term as those of term 0. */
  #sourceOf(lists: TermLists, fields: WordChange['fields']): ListSource {
    const parts = fields.map((changes, field) => this.#changed(lists[field] ?? null, changes, 0));
    const counts = Uint32Array.from(parts, ({ count }) => count);
    const starts = new Uint32Array(parts.length + 1);
    for (const [field, { count }] of parts.entries()) starts[field + 1] = (starts[field] ?? 0) + count;
    const total = starts[parts.length] ?? 0;
    const documents = new Uint32Array(total);
    const frequencies = new Uint32Array(total);
    for (const [field, part] of parts.entries()) {
      documents.set(part.documents.subarray(0, part.count), starts[field]);
      frequencies.set(part.frequencies.subarray(0, part.count), starts[field]);
    }
    return { starts, counts, documents, frequencies };
  }

  finish(): Pick<
    Sections,
    'wordEntryBlocks' | 'wordEntries' | 'skipLast' | 'blockSizes' | 'skipImpact' | 'postings'
  > {
    const { blocks: wordEntryBlocks, entries: wordEntries } = this.#writer.finishDirectory();
    const { last, sizes, impact, postings } = this.#writer.finish();
    return { wordEntryBlocks, wordEntries, skipLast: last, blockSizes: sizes, skipImpact: impact, postings };
  }
}

interface ListChange {
  readonly changes: readonly PostingChange[];
  /** Postings then. */
  readonly count: number;
  readonly field: number;
}

interface Changed {
  readonly documents: Uint32Array;
  readonly frequencies: Uint32Array;
  readonly count: number;
}

function oneList({ documents, frequencies, count }: Changed): ListSource {
  return { starts: Uint32Array.of(0, count), counts: Uint32Array.of(count), documents, frequencies };
}
