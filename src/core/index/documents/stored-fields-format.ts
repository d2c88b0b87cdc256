import type { BlockKind } from '../../model/document.js';
import type { ByteReader } from '../format/byte-buffer.js';

export const BLOCK_KINDS: readonly BlockKind[] = ['heading', 'paragraph', 'item', 'row', 'code', 'math'];
export const URL_FLAGS = { slug: 1, ownKey: 2, boost: 4 } as const;
export const LINK = { external: 0, indexed: 1, relative: 2 } as const;
export const DESCRIPTION = { none: 0, ofAnswer: 1, own: 2 } as const;

/** The part of a url derived from a title: lower case, every run of other characters replaced by one hyphen. */
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
/** Maximum number of UTF-16 units of a title that are used for the slug. */
const MAX_SLUG_LENGTH = 4096;

/** Splits a url behind its last `/`; a rest that begins with the slug of the title is stored without it. */
export function splitUrl(url: string, title: string): { prefix: string; hasSlug: boolean; rest: string } {
  const end = url.lastIndexOf('/') + 1;
  const rest = url.slice(end);
  const slug = slugify(title);
  const hasSlug = slug !== '' && rest.startsWith(slug);
  return { prefix: url.slice(0, end), hasSlug, rest: hasSlug ? rest.slice(slug.length) : rest };
}

/** Collapses white space, as in texts of one paragraph. */
export function normalizeWhitespace(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** The document that a relative link of `document` leads to; null if the link is not relative. */
export function linkTarget(code: number, document: number): number | null {
  const distance = code - LINK.relative;
  if (distance < 0) return null;
  return document + (distance % 2 === 0 ? distance / 2 : -(distance + 1) / 2);
}

/** Reads a document's keywords and visits the number of each. */
export function eachKeyword(reader: ByteReader, sink: (keyword: number) => void): void {
  let expected = 0;
  for (let left = reader.varint(); left > 0; left -= 1) {
    const keyword = expected + reader.zigzag();
    sink(keyword);
    expected = keyword + 1;
  }
}

/** Skips a text encoded as tokens. A damaged count stops at the end of the bytes. */
export function skipTokens(reader: ByteReader): void {
  const { bytes } = reader;
  const end = bytes.length;
  let left = reader.varint();
  let at = reader.position;
  // `reader.varint()`, inlined: lists are long and are skipped often.
  for (; left > 0 && at < end; left -= 1) while ((bytes[at++] ?? 0) >= 0x80);
  reader.position = at;
}
