import { isAmount, isCount, isListOf, isRecord, isText } from '../guards.js';
import { readUtf8 } from './format/byte-buffer.js';
import { readColumns, type Column } from './format/columns.js';
import { readEntryStarts } from './postings/entry-starts.js';
import { readSkipTable } from './postings/skip-table.js';
import { spelledTerms } from './terms/spelled-terms.js';
import { lazy } from '../lazy.js';
import { damagedIndexError, readContainer, type Sections } from './format/container.js';
import { PostingsDirectory, PostingsReader, type FieldPostings } from './postings/postings-reader.js';
import { PostingBlock } from './postings/postings-cursor.js';
import { FIELD_COUNT } from './postings/postings-format.js';
import { readStemGroups } from './terms/stem-groups-section.js';
import { StemIndex } from './terms/stem-groups.js';
import { DocumentReader, type DocumentStore } from './documents/document-store.js';
import { TermDictionary } from './terms/term-dictionary.js';
import { decodeUtf8, type DecodeUtf8 } from './documents/token-vocabulary.js';

/** What the first section of a packed index tells, as JSON of a constant size. */
export interface PackedMeta {
  readonly format: number;
  readonly analyzer: string;
  readonly documents: number;
  readonly words: number;
  /** Stems that are not told by their only word. */
  readonly stems: number;
  /** Sums over all documents, by field: distinct terms, and terms. */
  readonly distinct: readonly number[];
  readonly totals: readonly number[];
}

/** A packed index as it is searched: views into its bytes and a few numbers, no object a document or a term. */
export interface PackedIndex {
  readonly meta: PackedMeta;
  /** Documents. */
  readonly size: number;
  readonly words: TermDictionary;
  readonly stems: StemIndex;
  readonly lists: PostingsDirectory;
  readonly postings: PostingsReader;
  /** Distinct terms of each document, by field. The first to ask has them counted in all lists. */
  readonly distinctTerms: readonly Column[];
  /** Terms of each document, by field. */
  readonly totalTerms: readonly Column[];
  readonly documents: DocumentStore;
  /** The highest of each of `totals`, where not all of them are there. */
  readonly maxLengths?: readonly number[];
  /** Throws `PiecesMissing` unless these lists and the lengths of their documents can be read; left out: all is there. */
  readonly needLists?: (lists: readonly FieldPostings[]) => void;
}

export interface OpenOptions {
  readonly verify: boolean;
  /** The runtime's own decoder of UTF-8. */
  readonly decode?: DecodeUtf8;
}

/**
 * Opens a packed index without copying it. The bytes may lie in an `ArrayBuffer` or a `SharedArrayBuffer`, and must begin
 * at a multiple of 8 in it. `verify` checks every section's checksum; leave it out where the file's sha256 was checked.
 *
 * @throws AskdexError `index_damaged`
 */
export function openIndex(bytes: Uint8Array, options: OpenOptions): PackedIndex {
  // Not `slice`: that of a Buffer copies nothing.
  if (bytes.byteOffset % 8 !== 0) return openIndex(new Uint8Array(bytes), options);
  const sections = readContainer(bytes, options.verify);
  const meta = readMeta(sections.meta);
  checkCounts(meta, sections);
  const columns = readColumns(sections.lengths, FIELD_COUNT, meta.documents);
  const wordSections = { blocks: sections.wordBlocks, bytes: sections.wordBytes };
  const words = new TermDictionary(meta.words, wordSections);
  const spelled = lazy(() => spelledTerms(meta.words, wordSections));
  const lists = new PostingsDirectory(sections, readEntryStarts(sections.entrySizes, meta.words));
  const postings = new PostingsReader(sections, readSkipTable(sections));
  const stems = lazy(() => {
    const { keys, members } = readStemGroups(sections.stemGroups, meta.stems, spelled());
    return new StemIndex(keys, words, members);
  });
  const distinct = lazy(() => distinctTerms({ size: meta.documents, words: meta.words, lists, postings }));
  return {
    meta,
    size: meta.documents,
    words,
    get stems() {
      return stems();
    },
    lists,
    postings,
    get distinctTerms() {
      return distinct();
    },
    totalTerms: columns,
    documents: new DocumentReader(meta.documents, sections, options.decode ?? decodeUtf8, spelled),
  };
}

interface AllLists extends Pick<PackedIndex, 'size' | 'lists' | 'postings'> {
  readonly words: number;
}

/** Counts the lists that each document is in, by field. */
function distinctTerms({ size, words, lists, postings }: AllLists): Uint32Array[] {
  const columns = Array.from({ length: FIELD_COUNT }, () => new Uint32Array(size));
  const block = new PostingBlock();
  for (let word = 0; word < words; word += 1)
    for (const [field, list] of lists.lists(word).entries()) {
      const column = columns[field];
      for (let at = 0; column !== undefined && list !== null && at < list.blocks; at += 1) {
        const count = postings.load(list, at, block);
        for (const document of block.documents.subarray(0, count)) column[document] = (column[document] ?? 0) + 1;
      }
    }
  return columns;
}

/** Each of them takes a byte at least: a damaged count makes no array of an absurd size, and no endless loop. */
function checkCounts(meta: PackedMeta, { storedLengths, wordBytes, stemGroups }: Sections): void {
  if (meta.documents > storedLengths.length) throw damagedIndexError('it has fewer documents than it says');
  if (meta.words > wordBytes.length || meta.stems > stemGroups.length)
    throw damagedIndexError('it has fewer terms than it says');
}

/** Reads the description of an index.
 *
 * @throws AskdexError `index_damaged`
 */
export function readMeta(section: Uint8Array): PackedMeta {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readUtf8(section, 0, section.length));
  } catch {
    throw damagedIndexError('its description is no JSON');
  }
  if (!isMeta(parsed)) throw damagedIndexError('its description lacks a member');
  return parsed;
}

function isMeta(value: unknown): value is PackedMeta {
  const counts = ['format', 'documents', 'words', 'stems'];
  return (
    isRecord(value) &&
    counts.every((name) => isCount(value[name])) &&
    isText(value['analyzer']) &&
    isListOf(value['distinct'], isAmount) &&
    isListOf(value['totals'], isAmount)
  );
}
