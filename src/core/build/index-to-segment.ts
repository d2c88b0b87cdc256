import { LANGUAGE_PREFIX, type Stem } from '../analysis/stemming.js';
import { FIELDS } from '../model/document.js';
import { lazy } from '../lazy.js';
import type { Column } from '../index/format/columns.js';
import { decodeTerms } from '../index/terms/decode-terms.js';
import { damagedIndexError, readContainer } from '../index/format/container.js';
import { openIndex, type PackedIndex } from '../index/index-reader.js';
import type { ForwardIndex, ExtraStemKeys } from './segment-words.js';
import { SegmentWriter } from './segment-writer.js';
import { FieldCopier, writeAnswer, writeDescription } from './copy-fields.js';
import { DocumentReader } from '../index/documents/document-store.js';
import { MAX_FREQUENCY } from './index-writer.js';
import type { DecodeUtf8 } from '../index/documents/token-vocabulary.js';

/** An index read back for merging: the terms of each document instead of the documents of each term. */
export interface ReadIndex {
  readonly size: number;
  /** The id of the analyzer that built it. */
  readonly analyzer: string;
  readonly documents: DocumentReader;
  /** In the order of `compareTerms`. */
  readonly words: readonly string[];
  /** The entries of each document are in ascending order. */
  readonly forward: Omit<ForwardIndex, 'words'>;
  readonly groups: { readonly texts: readonly string[]; readonly members: readonly (readonly number[])[] };
}

/**
 * Reads an index back for merging.
 *
 * @throws {AskdexError} index_damaged: the file is no index of this version, or its content is inconsistent
 */
export function readIndex(bytes: Uint8Array, decode: DecodeUtf8, verify = false): ReadIndex {
  const index = openIndex(bytes, { verify, decode });
  const aligned = bytes.byteOffset % 8 === 0 ? bytes : new Uint8Array(bytes);
  const sections = readContainer(aligned, false);
  const { stems } = index;
  return {
    size: index.size,
    analyzer: index.meta.analyzer,
    documents: new DocumentReader(
      index.size,
      sections,
      decode,
      lazy(() => decodeTerms(index.meta.words, { blocks: sections.wordBlocks, bytes: sections.wordBytes })),
    ),
    words: index.words.terms(),
    forward: readForward(index),
    groups: {
      texts: Array.from({ length: stems.keys.size }, (_, stem) => stems.keys.get(stem)),
      members: stems.groups(),
    },
  };
}

/** Inverts the postings: returns the words of each document. */
function readForward(index: PackedIndex): ReadIndex['forward'] {
  const { size } = index;
  const starts = new Uint32Array(size + 1);
  eachPosting(index, (document) => {
    starts[document + 1] = (starts[document + 1] ?? 0) + 1;
  });
  for (let document = 0; document < size; document += 1)
    starts[document + 1] = (starts[document + 1] ?? 0) + (starts[document] ?? 0);
  const total = starts[size] ?? 0;
  const entries = new Uint32Array(total);
  const frequencies = new Uint32Array(total);
  const next = starts.slice();
  eachPosting(index, (document, entry, frequency) => {
    const at = next[document] ?? 0;
    entries[at] = entry;
    frequencies[at] = frequency;
    next[document] = at + 1;
  });
  const distinct = new Uint32Array(size * FIELDS.length);
  for (const [field, column] of index.distinctTerms.entries())
    for (let document = 0; document < size; document += 1)
      distinct[document * FIELDS.length + field] = column[document] ?? 0;
  const forward = { starts, entries, frequencies, distinct };
  restoreCounts(forward, index.totalTerms);
  return forward;
}

function eachPosting(
  { words, lists, postings, size }: PackedIndex,
  visit: (document: number, entry: number, frequency: number) => void,
): void {
  const { documents, frequencies } = postings;
  for (let word = 0; word < words.size; word += 1) {
    for (const [field, list] of lists.lists(word).entries()) {
      if (list === null) continue;
      for (let block = 0; block < list.blocks; block += 1) {
        const count = postings.load(list, block);
        for (let at = 0; at < count; at += 1) {
          const document = documents[at] ?? 0;
          if (document < 0 || document >= size) throw damagedIndexError('a posting refers to a missing document');
          visit(document, word * 4 + field, frequencies[at] ?? 1);
        }
      }
    }
  }
}

/** Postings cap frequencies at `MAX_FREQUENCY`, field lengths do not. Adds the difference to the first capped word. */
function restoreCounts({ starts, entries, frequencies }: Omit<ForwardIndex, 'words'>, totals: readonly Column[]): void {
  const capped = new Map<string, number>();
  for (let document = 0, at = 0; document + 1 < starts.length; document += 1) {
    for (; at < (starts[document + 1] ?? 0); at += 1) {
      if ((frequencies[at] ?? 0) < MAX_FREQUENCY) continue;
      const name = `${String(document)} ${String((entries[at] ?? 0) & 3)}`;
      if (!capped.has(name)) capped.set(name, at);
    }
  }
  for (const [name, place] of capped) {
    const [document = 0, field = 0] = name.split(' ').map(Number);
    let sum = 0;
    for (let at = starts[document] ?? 0; at < (starts[document + 1] ?? 0); at += 1)
      if (((entries[at] ?? 0) & 3) === field) sum += frequencies[at] ?? 0;
    const rest = (totals[field]?.[document] ?? 0) - sum;
    if (rest > 0) frequencies[place] = (frequencies[place] ?? 0) + rest;
  }
}

export interface IndexSegmentOptions {
  /** Whether the segment contains the answers. */
  readonly answers: boolean;
  readonly stem: Stem;
}

/**
 * Writes a segment of the `selected` documents (ascending numbers). Merging it reproduces the index's data for them.
 */
export function writeIndexSegment(
  index: ReadIndex,
  selected: Uint32Array,
  { answers, stem }: IndexSegmentOptions,
): Uint8Array<ArrayBuffer> {
  const { documents } = index;
  const { forward, used } = restrictTo(index, selected);
  const fields = new FieldCopier(documents);
  const { tokens } = fields.tables;
  const writer = new SegmentWriter(forward, fields.tables);
  for (const document of selected) {
    writer.add(documents.head(document).key, '', (titles, body) => {
      fields.copy(document, titles, body);
      writeDescription(body, documents.answers, document, tokens);
      if (answers) writeAnswer(body, documents.answers, document, tokens);
      else for (let empty = 0; empty < 3; empty += 1) body.varint(0);
    });
  }
  const keys = stemKeys(index, used, stem);
  return writer.finish({ ...keys, writer: index.analyzer });
}

/** The entries of the selected documents, renumbered to the words that occur in them. */
function restrictTo(
  { words, forward }: ReadIndex,
  selected: Uint32Array,
): { readonly forward: ForwardIndex; readonly used: readonly number[] } {
  const numbers = new Int32Array(words.length).fill(-1);
  const starts = new Uint32Array(selected.length + 1);
  for (const [place, document] of selected.entries()) {
    const [from, to] = [forward.starts[document] ?? 0, forward.starts[document + 1] ?? 0];
    for (let at = from; at < to; at += 1) numbers[(forward.entries[at] ?? 0) >>> 2] = 0;
    starts[place + 1] = (starts[place] ?? 0) + to - from;
  }
  const used: number[] = [];
  for (let word = 0; word < numbers.length; word += 1) if (numbers[word] === 0) numbers[word] = used.push(word) - 1;
  const entries = new Uint32Array(starts[selected.length] ?? 0);
  const frequencies = new Uint32Array(entries.length);
  const distinct = new Uint32Array(selected.length * FIELDS.length);
  for (const [place, document] of selected.entries()) {
    const from = forward.starts[document] ?? 0;
    const to = starts[place] ?? 0;
    const count = (starts[place + 1] ?? 0) - to;
    for (let at = 0; at < count; at += 1) {
      const entry = forward.entries[from + at] ?? 0;
      entries[to + at] = (numbers[entry >>> 2] ?? 0) * 4 + (entry & 3);
    }
    frequencies.set(forward.frequencies.subarray(from, from + count), to);
    const lengths = document * FIELDS.length;
    distinct.set(forward.distinct.subarray(lengths, lengths + FIELDS.length), place * FIELDS.length);
  }
  const texts = used.map((word) => words[word] ?? '');
  return { forward: { words: texts, starts, entries, frequencies, distinct }, used };
}

/**
 * The stem and the extra stem keys of each used word, as far as the stem groups reveal them. A word that was joined to
 * a group appears to have all keys of that group itself.
 */
function stemKeys(
  { words, groups }: ReadIndex,
  used: readonly number[],
  stem: Stem,
): { readonly stem: Stem; readonly otherKeys: ExtraStemKeys } {
  const keys = new Map<number, string[]>();
  for (const [group, members] of groups.members.entries()) {
    const key = groups.texts[group] ?? '';
    for (const word of members) {
      const known = keys.get(word);
      if (known === undefined) keys.set(word, [key]);
      else known.push(key);
    }
  }
  const stems = new Map<string, string>();
  const otherKeys = new Map<string, ReadonlyMap<string, readonly number[]>>();
  for (const number of used) {
    const word = words[number] ?? '';
    const all = keys.get(number) ?? [];
    const own = all.filter((key) => !key.includes(LANGUAGE_PREFIX));
    // Most words have at most one key. If there are several, the stemmer decides which one is the stem.
    const stemOf = own.length < 2 ? (own[0] ?? word) : stem(word);
    stems.set(word, stemOf);
    const others = all.filter((key) => key !== stemOf);
    // The index does not record which documents contribute a key, so the first document stands for all.
    if (others.length > 0) otherKeys.set(word, new Map(others.map((key) => [key, FIRST])));
  }
  return { stem: (word) => stems.get(word) ?? word, otherKeys };
}

const FIRST: readonly number[] = [0];
