import { isAmount, isCount, isListOf, isRecord, isText } from '../guards.js';
import { readUtf8 } from './format/byte-buffer.js';
import { readColumns, type Column } from './format/columns.js';
import { readSkipTable, readEntryStarts } from './postings/skip-table.js';
import { decodeTerms } from './terms/decode-terms.js';
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

/** The section `meta`, stored as JSON. */
export interface PackedMeta {
  readonly format: number;
  readonly analyzer: string;
  readonly documents: number;
  readonly words: number;
  /** The number of stem groups. A word that is its own stem and the only word of it has none. */
  readonly stems: number;
  /** Sums over all documents, by field: distinct terms, and all terms. */
  readonly distinct: readonly number[];
  readonly totals: readonly number[];
}

/** An open index: views of its bytes, without objects for single documents or terms. */
export interface PackedIndex {
  readonly meta: PackedMeta;
  /** The number of documents. */
  readonly size: number;
  readonly words: TermDictionary;
  readonly stems: StemIndex;
  readonly lists: PostingsDirectory;
  readonly postings: PostingsReader;
  /** The number of distinct terms of each document, by field. The first access computes it from all postings. */
  readonly distinctTerms: readonly Column[];
  /** The number of terms of each document, by field. */
  readonly totalTerms: readonly Column[];
  readonly documents: DocumentStore;
  /** The maximum of each column of `totalTerms`, if the columns are only partly loaded. */
  readonly maxLengths?: readonly number[];
  /**
   * Checks that these postings and the lengths of their documents are loaded. Absent for a complete index.
   *
   * @throws {MissingPiecesError} pieces are not loaded
   */
  readonly needLists?: (lists: readonly FieldPostings[]) => void;
}

export interface OpenOptions {
  readonly verify: boolean;
  /** The runtime's own UTF-8 decoder. */
  readonly decode?: DecodeUtf8;
}

/**
 * Opens an index without copying it. The bytes may be in an `ArrayBuffer` or a `SharedArrayBuffer`; they are copied
 * only if they do not begin at a multiple of 8. `verify` checks the checksum of every section; it is not needed if the
 * sha256 of the file was checked.
 *
 * @throws {AskdexError} index_damaged: the file is no index of this version, or it was cut or changed
 */
export function openIndex(bytes: Uint8Array, options: OpenOptions): PackedIndex {
  // Not `slice`, which does not copy a Buffer.
  if (bytes.byteOffset % 8 !== 0) return openIndex(new Uint8Array(bytes), options);
  const sections = readContainer(bytes, options.verify);
  const meta = readMeta(sections.meta);
  checkCounts(meta, sections);
  const columns = readColumns(sections.lengths, FIELD_COUNT, meta.documents);
  const wordSections = { blocks: sections.wordBlocks, bytes: sections.wordBytes };
  const words = new TermDictionary(meta.words, wordSections);
  const wordBytes = lazy(() => decodeTerms(meta.words, wordSections));
  const lists = new PostingsDirectory(sections, readEntryStarts(sections.entrySizes, meta.words));
  const postings = new PostingsReader(sections, readSkipTable(sections));
  const stems = lazy(() => {
    const { keys, members } = readStemGroups(sections.stemGroups, meta.stems, wordBytes());
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
    documents: new DocumentReader(meta.documents, sections, options.decode ?? decodeUtf8, wordBytes),
  };
}

interface AllLists extends Pick<PackedIndex, 'size' | 'lists' | 'postings'> {
  readonly words: number;
}

/** Counts the posting lists that contain each document, by field. */
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

/** Each item takes at least one byte, so damaged counts cannot cause huge arrays or endless loops. */
function checkCounts(meta: PackedMeta, { storedLengths, wordBytes, stemGroups }: Sections): void {
  if (meta.documents > storedLengths.length) throw damagedIndexError('it has fewer documents than declared');
  if (meta.words > wordBytes.length || meta.stems > stemGroups.length)
    throw damagedIndexError('it has fewer terms than declared');
}

/**
 * Parses the section `meta`.
 *
 * @throws {AskdexError} index_damaged: it is no JSON, or a member is missing
 */
export function readMeta(section: Uint8Array): PackedMeta {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readUtf8(section, 0, section.length));
  } catch {
    throw damagedIndexError('its description is not valid JSON');
  }
  if (!isMeta(parsed)) throw damagedIndexError('its description is incomplete');
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
