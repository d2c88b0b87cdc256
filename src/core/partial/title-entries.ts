import { ByteReader, type ByteWriter } from '../index/format/byte-buffer.js';
import { compareTerms } from '../index/terms/term-dictionary.js';

/** Titles by their letters, where these are read from. Throws `PiecesMissing`. */
export interface TitlePieces {
  /** The bytes of the part with the first letters of each piece. */
  roots(): Uint8Array;
  /** The bytes of a piece of titles. */
  piece(piece: number): Uint8Array;
}

export interface TitleEntry {
  readonly document: number;
  /** Of `titleKey`. */
  readonly key: string;
}

export function writeTitles(writer: ByteWriter, titles: readonly TitleEntry[]): void {
  for (const { document, key } of titles) {
    writer.varint(document);
    writer.text(key);
  }
}

export function writeTitleRoots(writer: ByteWriter, roots: readonly string[]): void {
  writer.varint(roots.length);
  for (const root of roots) writer.text(root);
}

/** At most `count` documents whose titles begin with these letters, in the order of the titles. */
export function titlesWithPrefix(pieces: TitlePieces, letters: string, count: number): number[] {
  const roots = textsOf(pieces.roots());
  let piece = 0;
  while (piece + 1 < roots.length && compareTerms(roots[piece + 1] ?? '', letters) < 0) piece += 1;
  const found: number[] = [];
  for (; piece < roots.length; piece += 1) {
    for (const title of titlesOf(pieces.piece(piece))) {
      if (compareTerms(title.key, letters) < 0) continue;
      if (found.length >= count || !title.key.startsWith(letters)) return found;
      found.push(title.document);
    }
    // The next piece need not be there to see that nothing of it is wanted.
    if (found.length >= count || roots[piece + 1]?.startsWith(letters) !== true) break;
  }
  return found;
}

function textsOf(bytes: Uint8Array): string[] {
  const reader = new ByteReader(bytes);
  return Array.from({ length: Math.min(reader.varint(), bytes.length) }, () => reader.text());
}

function* titlesOf(bytes: Uint8Array): Iterable<TitleEntry> {
  const reader = new ByteReader(bytes);
  while (reader.position < bytes.length) yield { document: reader.varint(), key: reader.text() };
}
