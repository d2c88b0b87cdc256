import { ByteWriter } from '../index/format/byte-buffer.js';
import type { Column } from '../index/format/columns.js';
import { readContainer } from '../index/format/container.js';
import { openIndex } from '../index/index-reader.js';
import { TERMS_PER_BLOCK } from '../index/terms/term-dictionary.js';
import { writeVocabulary, type DecodeUtf8, type Vocabulary } from '../index/documents/token-vocabulary.js';
import { MAX_LENGTH } from './piece-blocks.js';
import { partitions, type PieceSizes } from './partitions.js';
import {
  PART_NAMES,
  pieceCount,
  writeDirectory,
  writeHead,
  type LazyDirectory,
  type PartInfo,
  type PartName,
} from './lazy-directory.js';
import { buildMerkleTree } from './merkle-tree.js';

/** Units of a piece, chosen by measurement. More units make the file smaller; fewer reduce what a query downloads. */
const PER_PIECE: PieceSizes = {
  ...{ words: 16, stems: 16, entries: 2, postings: 16, lengths: 2048, cards: 8 },
  ...{ titles: 64, titleRoots: 1, keys: 1, facets: 1, keywords: 1 },
};

export interface SplitOptions {
  /** The runtime's own UTF-8 decoder. */
  readonly decode?: DecodeUtf8;
  /** Overrides the default piece sizes. */
  readonly perPiece?: Partial<PieceSizes>;
}

/** The content of an index file without answers, in pieces. */
export interface SplitIndex {
  readonly directory: LazyDirectory;
  /** In the order of the file. */
  readonly pieces: readonly Uint8Array[];
}

/**
 * Cuts the output of `withDescriptions` into pieces that contain everything a search reads.
 *
 * @throws {AskdexError} index_damaged: the file is no index of this version
 */
export function splitIndex(file: Uint8Array, { decode, perPiece: given = {} }: SplitOptions = {}): SplitIndex {
  const perPiece = { ...PER_PIECE, ...given };
  const index = openIndex(file, { verify: false, ...(decode === undefined ? {} : { decode }) });
  const sections = readContainer(file, false);
  const cutParts = partitions(index, sections, perPiece);
  const parts = Object.fromEntries(
    PART_NAMES.map((name) => {
      const { units, bytes = 0, more = 0 } = cutParts[name];
      return [name, { units, perPiece: perPiece[name], bytes, more }];
    }),
  ) as Record<PartName, PartInfo>;
  return {
    directory: {
      meta: sections.meta,
      parts,
      roots: {
        words: rootsOf(index.words, parts.words),
        stems: rootsOf(index.stems.keys, parts.stems),
      },
      longest: index.totalTerms.map(maxLengthOf),
      names: [index.documents.subjectNames, index.documents.dateNames, index.documents.languageNames].map(tokensOf),
    },
    pieces: PART_NAMES.flatMap((name) => {
      const { units, perPiece } = parts[name];
      return Array.from({ length: pieceCount(parts[name]) }, (_, piece) => {
        const writer = new ByteWriter(4096);
        cutParts[name].write(writer, piece * perPiece, Math.min(units, (piece + 1) * perPiece));
        return writer.finish();
      });
    }),
  };
}

/** The maximum of a column, capped as `writeLengths` does. */
function maxLengthOf(column: Column): number {
  let longest = 0;
  for (const length of column) longest = Math.max(longest, length);
  return Math.min(MAX_LENGTH, longest);
}

/** The first term of each piece except the first. */
function rootsOf(dictionary: { get(term: number): string }, part: PartInfo): string[] {
  const roots: string[] = [];
  for (let piece = 1; piece < pieceCount(part); piece += 1)
    roots.push(dictionary.get(piece * part.perPiece * TERMS_PER_BLOCK));
  return roots;
}

function tokensOf(names: Vocabulary): Uint8Array {
  return writeVocabulary(Array.from({ length: names.size }, (_, number) => names.token(number)));
}

export interface LazyTools {
  /** Compresses to a raw deflate stream at the best ratio. */
  readonly deflate: (bytes: Uint8Array) => Uint8Array;
  readonly sha256: (bytes: Uint8Array) => Uint8Array;
}

export interface LazyFiles {
  /** The contents of `LAZY_HEAD_FILE` and `LAZY_FILE`. */
  readonly head: Uint8Array;
  readonly file: Uint8Array;
}

/** Writes both files for an output of `withDescriptions`. */
export function writeLazy(index: Uint8Array, { deflate, sha256 }: LazyTools, options: SplitOptions = {}): LazyFiles {
  const { directory, pieces } = splitIndex(index, options);
  const stored = pieces.map((piece) => {
    const small = deflate(piece);
    const deflated = small.length < piece.length;
    return { body: deflated ? small : piece, size: deflated ? small.length : piece.length, deflated };
  });
  const tree = buildMerkleTree(
    stored.map(({ body }) => body),
    sha256,
  );
  const file = new ByteWriter(stored.reduce((sum, { size }) => sum + size + 128, 0));
  for (const [piece, { body }] of stored.entries()) {
    file.bytes(tree.proof(piece));
    file.bytes(body);
  }
  const head = writeHead(writeDirectory(directory), { ...tree, pieces: stored }, deflate);
  return { head, file: file.finish() };
}
