import { ByteReader } from '../bytes.js';
import { Interner } from '../intern.js';
import { compareTerms } from '../terms.js';
import type { FieldLists } from '../transport/field-lists.js';
import {
  urlOf,
  type DocumentRecord,
  type LinkRecord,
  type Records,
  type UrlRecord,
} from '../transport/records.js';
import { keyOf, type IndexContent } from './content.js';
import { answerTokens, descriptionTokens, type TextParts, type Texts } from './texts.js';

/** Which documents two indexes do not have alike, by their numbers in each, ascending. */
export interface Changes {
  /** Of the earlier index: removed, or changed. */
  readonly gone: readonly number[];
  /** Of the later one: new, or changed. */
  readonly come: readonly number[];
}

/** Compares all that two indexes say of each document: what hits show, terms, texts. */
export function changesBetween(before: IndexContent, after: IndexContent): Changes {
  const { same, pairs } = pairedByKey(before, after);
  const differs = new Uint8Array(after.records.documents.length);
  markRecords({ before, after, pairs, differs });
  markLists({ before, after, pairs, differs });
  markTexts({ before, after, pairs, differs });
  const gone: number[] = [];
  for (const [document, later] of pairs.entries()) if (later < 0 || differs[later] === 1) gone.push(document);
  const come: number[] = [];
  for (let document = 0; document < differs.length; document += 1)
    if (same[document] !== 1 || differs[document] === 1) come.push(document);
  return { gone, come };
}

interface Pairs {
  /** By earlier document: the later one with its key; −1 for none. */
  readonly pairs: Int32Array;
  /** By later document: 1 where an earlier one has its key. */
  readonly same: Uint8Array;
}

/** Both are in the order of keys. */
function pairedByKey({ records: before }: IndexContent, { records: after }: IndexContent): Pairs {
  const pairs = new Int32Array(before.documents.length).fill(-1);
  const same = new Uint8Array(after.documents.length);
  const keys = [before, after].map((records) =>
    records.documents.map((document) => keyOf(document, records)),
  );
  const [earlier = [], later = []] = keys;
  let at = 0;
  for (const [document, key] of earlier.entries()) {
    while (at < later.length && compareTerms(later[at] ?? '', key) < 0) at += 1;
    if (later[at] !== key) continue;
    pairs[document] = at;
    same[at] = 1;
  }
  return { pairs, same };
}

interface Comparison {
  readonly before: IndexContent;
  readonly after: IndexContent;
  readonly pairs: Int32Array;
  /** By later document: set to 1 where it differs. */
  readonly differs: Uint8Array;
}

function markRecords({ before, after, pairs, differs }: Comparison): void {
  for (const [document, later] of pairs.entries()) {
    const a = before.records.documents[document];
    const b = after.records.documents[later];
    if (a !== undefined && b !== undefined && !sameRecord(a, before.records, b, after.records))
      differs[later] = 1;
  }
}

// Two documents, each with what its numbers mean: an options object would be made for every document.
function sameRecord(a: DocumentRecord, inA: Records, b: DocumentRecord, inB: Records): boolean {
  return (
    a.title === b.title &&
    a.boost === b.boost &&
    urlIn(inA, a) === urlIn(inB, b) &&
    // The keys are equal: whether it is the url is told by the url.
    (a.key === null) === (b.key === null) &&
    a.keywords.length === b.keywords.length &&
    a.keywords.every((keyword, at) => keyword === b.keywords[at]) &&
    FACETS.every(
      ([facet, table]) => named(inA, table, a.facets[facet]) === named(inB, table, b.facets[facet]),
    ) &&
    a.links.length === b.links.length &&
    a.links.every((link, at) => {
      const other = b.links[at];
      return other !== undefined && sameLink(told(link, inA), inA, told(other, inB), inB);
    })
  );
}

/** Each facet with the number of its table. */
const FACETS = [
  [0, 1],
  [1, 2],
  [2, 3],
] as const;

function urlIn({ tables: [prefixes = []] }: Records, { url, title }: DocumentRecord): string {
  return urlOf(url, title, prefixes);
}

function named({ tables }: Records, table: number, number: number): string | null {
  return number === 0 ? null : (tables[table]?.[number - 1] ?? null);
}

type ToldLink = Pick<Extract<LinkRecord, { target: -1 }>, 'title' | 'url' | 'subject'>;

/** All that a link says, whether it says it itself or by the document that it leads to. */
function told(link: LinkRecord, { documents }: Records): ToldLink {
  if ('title' in link) return link;
  const target = documents[link.target];
  return { title: target?.title ?? '', url: target?.url ?? NO_URL, subject: target?.facets[0] ?? 0 };
}

const NO_URL: UrlRecord = { prefix: 0, slug: false, rest: '' };

/** Of equal titles, urls are equal where their parts are. */
function sameLink(a: ToldLink, inA: Records, b: ToldLink, inB: Records): boolean {
  return (
    a.title === b.title &&
    a.url.slug === b.url.slug &&
    a.url.rest === b.url.rest &&
    inA.tables[0]?.[a.url.prefix] === inB.tables[0]?.[b.url.prefix] &&
    named(inA, 1, a.subject) === named(inB, 1, b.subject)
  );
}

/** Walks the lists of each word in both: words and documents are in the same order on either side. */
function markLists({ before, after, pairs, differs }: Comparison): void {
  for (const [field, lists] of before.fields.entries()) {
    const others = after.fields[field];
    if (others === undefined) continue;
    let at = 0;
    for (const [word, text] of before.words.entries()) {
      for (; at < after.words.length && compareTerms(after.words[at] ?? '', text) < 0; at += 1)
        markAll(others, at, differs);
      const known = after.words[at] === text;
      markList({ lists, word, others, other: known ? at : -1, pairs, differs });
      if (known) at += 1;
    }
    for (; at < after.words.length; at += 1) markAll(others, at, differs);
  }
}

function markAll({ starts, documents }: FieldLists, word: number, differs: Uint8Array): void {
  for (let at = starts[word] ?? 0; at < (starts[word + 1] ?? 0); at += 1) differs[documents[at] ?? 0] = 1;
}

interface ListPair {
  readonly lists: FieldLists;
  readonly word: number;
  readonly others: FieldLists;
  /** The word's number there; −1: it has none. */
  readonly other: number;
  readonly pairs: Int32Array;
  readonly differs: Uint8Array;
}

function markList({ lists, word, others, other, pairs, differs }: ListPair): void {
  let at = other < 0 ? 0 : (others.starts[other] ?? 0);
  const end = other < 0 ? 0 : (others.starts[other + 1] ?? 0);
  for (let from = lists.starts[word] ?? 0; from < (lists.starts[word + 1] ?? 0); from += 1) {
    const document = pairs[lists.documents[from] ?? 0] ?? -1;
    if (document < 0) continue;
    for (; at < end && (others.documents[at] ?? 0) < document; at += 1)
      differs[others.documents[at] ?? 0] = 1;
    if (at >= end || others.documents[at] !== document) differs[document] = 1;
    else {
      if (others.frequencies[at] !== lists.frequencies[from]) differs[document] = 1;
      at += 1;
    }
  }
  for (; at < end; at += 1) differs[others.documents[at] ?? 0] = 1;
}

function markTexts({ before, after, pairs, differs }: Comparison): void {
  const [numbers, others] = sharedNumbers(before.texts, after.texts);
  const kinds = [
    { a: before.texts.answers, b: after.texts.answers, tokensAt: answerTokens },
    { a: before.texts.descriptions, b: after.texts.descriptions, tokensAt: descriptionTokens },
  ];
  for (const { a, b, tokensAt } of kinds) {
    if (a === null && b === null) continue;
    for (const [document, later] of pairs.entries()) {
      if (later < 0 || differs[later] === 1) continue;
      const equal =
        a !== null &&
        b !== null &&
        sameText(
          { parts: a, document, tokensAt: tokensAt(a, document), numbers },
          { parts: b, document: later, tokensAt: tokensAt(b, later), numbers: others },
        );
      if (!equal) differs[later] = 1;
    }
  }
}

interface TextPlace {
  readonly parts: TextParts;
  readonly document: number;
  readonly tokensAt: number;
  readonly numbers: Uint32Array;
}

function sameText(a: TextPlace, b: TextPlace): boolean {
  const x = new ByteReader(a.parts.bytes, a.parts.starts[a.document] ?? 0);
  const y = new ByteReader(b.parts.bytes, b.parts.starts[b.document] ?? 0);
  if (a.tokensAt - x.at !== b.tokensAt - y.at) return false;
  while (x.at < a.tokensAt) if (x.u8() !== y.u8()) return false;
  const endX = a.parts.starts[a.document + 1] ?? 0;
  const endY = b.parts.starts[b.document + 1] ?? 0;
  if (x.at >= endX || y.at >= endY) return x.at >= endX && y.at >= endY;
  const count = x.varint();
  if (count !== y.varint()) return false;
  for (let left = count; left > 0; left -= 1)
    if (a.numbers[x.varint()] !== b.numbers[y.varint()]) return false;
  return true;
}

/** The tokens of two vocabularies in one numbering. */
function sharedNumbers(before: Texts, after: Texts): [Uint32Array, Uint32Array] {
  const interner = new Interner(1 << 16);
  const numbers = ({ vocabulary: { bytes, starts, byteLengths, size } }: Texts): Uint32Array =>
    Uint32Array.from({ length: size }, (_, token) => {
      const start = starts[token] ?? 0;
      return interner.intern(bytes, start, start + (byteLengths[token] ?? 0));
    });
  return [numbers(before), numbers(after)];
}
