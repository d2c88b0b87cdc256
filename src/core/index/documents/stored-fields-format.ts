import type { BlockKind } from '../../model/document.js';
import type { ByteReader } from '../format/byte-buffer.js';

export const BLOCK_KINDS: readonly BlockKind[] = ['heading', 'paragraph', 'item', 'row', 'code', 'math'];
export const URL_FLAGS = { slug: 1, ownKey: 2, boost: 4 } as const;
export const LINK = { external: 0, indexed: 1, relative: 2 } as const;
export const DESCRIPTION = { none: 0, ofAnswer: 1, own: 2 } as const;

/** The part of a url that titles make: lower case, every run of other characters one hyphen. */
export function slugify(title: string): string {
  const lower = title.toLowerCase();
  const units: number[] = [];
  for (let at = 0; at < lower.length; at += 1) {
    const unit = lower.charCodeAt(at);
    if ((unit >= 97 && unit <= 122) || (unit >= 48 && unit <= 57)) units.push(unit);
    else if (units.length > 0 && units[units.length - 1] !== HYPHEN) units.push(HYPHEN);
  }
  if (units[units.length - 1] === HYPHEN) units.pop();
  return String.fromCharCode(...units.slice(0, MAX_SLUG_LENGTH));
}

const HYPHEN = 45;
/** Longer titles make no url. */
const MAX_SLUG_LENGTH = 4096;

/** White space as it stands in one-paragraph texts. */
export function normalizeWhitespace(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** Reads a document's keywords and calls back with the number of each. */
export function eachKeyword(reader: ByteReader, sink: (keyword: number) => void): void {
  let expected = 0;
  for (let left = reader.varint(); left > 0; left -= 1) {
    const keyword = expected + reader.zigzag();
    sink(keyword);
    expected = keyword + 1;
  }
}

/** Steps over a text written as tokens. A damaged number of them ends with the bytes. */
export function skipTokens(reader: ByteReader): void {
  const { bytes } = reader;
  const end = bytes.length;
  let left = reader.varint();
  let at = reader.position;
  // `reader.varint()` by hand: lists are long, and stepped over often.
  for (; left > 0 && at < end; left -= 1) while ((bytes[at++] ?? 0) >= 0x80);
  reader.position = at;
}
