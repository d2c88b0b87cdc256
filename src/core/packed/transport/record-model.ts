import { damaged } from '../layout.js';
import { compareTerms } from '../terms.js';
import type { BitCoder } from './coder.js';
import { NumberModel } from './number-model.js';
import {
  TABLE_COUNT,
  urlOf,
  type DocumentRecord,
  type LinkRecord,
  type Records,
  type UrlRecord,
} from './records.js';
import type { Spelling } from './spelling.js';
import { TextModel } from './text-model.js';

/** Kinds of texts, as `TextModel` tells them apart. */
const STREAM = { title: 0, keyword: 1, rest: 2, key: 3, table: 4, linkTitle: 5 } as const;

/** Kinds of numbers, told apart in the same way. */
const NUMBER = {
  ranked: 0,
  tableSize: 1,
  prefix: 2,
  slug: 3,
  numbered: 4,
  own: 5,
  boost: 6,
  sameKeywords: 7,
  keywords: 8,
  links: 9,
  linkKind: 10,
  link: 11,
  facet: 12,
} as const;

/** A url that ends in a number without leading zeros, which is told as its distance from the one before. */
const NUMBERED = /^(.*?)(0|[1-9][0-9]{0,8})$/su;

/**
 * Codes the records of all documents. `given` is what to write; a reader leaves it out. Where urls end in numbers, documents
 * are told in the order of these: what was written together then comes together, and the order of keys, which is the index's
 * own, is found again by sorting.
 */
export function codeRecords(
  coder: BitCoder,
  size: number,
  context: { spelling: Spelling; given: Records | null },
): Records {
  return new RecordCoder(coder, size, context.spelling).code(context.given);
}

/** The documents in the order in which they are told. */
export function toldOrder({ documents }: Records): number[] {
  const number = (document: number): number =>
    Number(NUMBERED.exec(documents[document]?.url.rest ?? '')?.[2] ?? -1);
  const numbers = documents.map((_, document) => number(document));
  return documents.map((_, at) => at).sort((a, b) => (numbers[a] ?? 0) - (numbers[b] ?? 0) || a - b);
}

/** The order of keys. */
function keyOrder(documents: readonly DocumentRecord[], prefixes: readonly string[]): number[] {
  const keys = documents.map(({ key, url, title }) => key ?? urlOf(url, title, prefixes));
  return documents.map((_, at) => at).sort((a, b) => compareTerms(keys[a] ?? '', keys[b] ?? '') || a - b);
}

function inverse(order: readonly number[]): number[] {
  const places = new Array<number>(order.length).fill(0);
  for (const [place, at] of order.entries()) places[at] = place;
  return places;
}

/** Links by place in the telling, or by document. */
function relinked(record: DocumentRecord, places: readonly number[]): DocumentRecord {
  return {
    ...record,
    links: record.links.map((link) => ('title' in link ? link : { target: places[link.target] ?? 0 })),
  };
}

const NO_URL: UrlRecord = { prefix: 0, slug: false, rest: '' };
const NO_RECORD: DocumentRecord = {
  title: '',
  url: NO_URL,
  key: null,
  boost: null,
  keywords: [],
  links: [],
  facets: [0, 0, 0],
};

class RecordCoder {
  readonly #numbers = new NumberModel(3);
  readonly #texts: TextModel;
  /** The number that the url before ended in, by kind of url. */
  #number = 0;

  constructor(
    private readonly coder: BitCoder,
    private readonly size: number,
    spelling: Spelling,
  ) {
    this.#texts = new TextModel(spelling);
  }

  code(given: Records | null): Records {
    const tables = Array.from({ length: TABLE_COUNT }, (_, table) => this.#table(given?.tables[table] ?? []));
    const [prefixes = []] = tables;
    let order: readonly number[] = [];
    let told: readonly DocumentRecord[] = [];
    if (given !== null) {
      order = toldOrder(given);
      const places = inverse(order);
      told = order.map((document) => relinked(given.documents[document] ?? NO_RECORD, places));
      // Only where sorting by keys finds the order again.
      const sorted = keyOrder(told, prefixes);
      if (sorted.some((at, document) => order[at] !== document)) order = [];
      if (order.length === 0) told = given.documents;
    }
    const ranked = this.#small(NUMBER.ranked, order.length > 0 ? 1 : 0, 0) === 1;
    const coded: DocumentRecord[] = [];
    for (let at = 0; at < this.size; at += 1)
      coded.push(this.#record(told[at] ?? NO_RECORD, coded[at - 1] ?? NO_RECORD, at));
    if (!ranked) return { tables, documents: coded };
    const sorted = keyOrder(coded, prefixes);
    const places = inverse(sorted);
    return { tables, documents: sorted.map((at) => relinked(coded[at] ?? NO_RECORD, places)) };
  }

  #small(kind: number, value: number, before: number, more = 0): number {
    return this.#numbers.code(this.coder, value, [
      kind,
      kind + 16 * (before + 1),
      kind + 16 * (before + 1) + 0x10000 * (more + 1),
    ]);
  }

  #text(stream: number, text: string, hint = ''): string {
    return this.#texts.code(this.coder, text, { stream, hint });
  }

  #table(texts: readonly string[]): string[] {
    const size = this.#small(NUMBER.tableSize, texts.length, 0);
    const out: string[] = [];
    for (let at = 0; at < size; at += 1) {
      if (at > this.size * 64 + 64) throw damaged('a table has no end');
      out.push(this.#text(STREAM.table, texts[at] ?? '', out[at - 1] ?? ''));
    }
    return out;
  }

  #record(record: DocumentRecord, before: DocumentRecord, at: number): DocumentRecord {
    const keywords = this.#keywords(record.keywords, before.keywords);
    const title = this.#text(STREAM.title, record.title, keywords[0] ?? before.title);
    const url = this.#url(record.url, before.url);
    const own = (record.key !== null ? 1 : 0) + (record.boost !== null ? 2 : 0);
    const owned = this.#small(
      NUMBER.own,
      own,
      (before.key !== null ? 1 : 0) + (before.boost !== null ? 2 : 0),
    );
    const key = owned & 1 ? this.#text(STREAM.key, record.key ?? '', before.key ?? '') : null;
    const boost = owned & 2 ? this.#small(NUMBER.boost, record.boost ?? 0, 0) : null;
    const facet = (column: 0 | 1 | 2): number =>
      this.#small(NUMBER.facet, record.facets[column], before.facets[column], column + 4 * url.prefix);
    const facets: DocumentRecord['facets'] = [facet(0), facet(1), facet(2)];
    const links = this.#links(record.links, before.links, { at, same: keywords === before.keywords });
    return { title, url, key, boost, keywords, links, facets };
  }

  #keywords(keywords: readonly string[], before: readonly string[]): readonly string[] {
    const same = keywords.length === before.length && keywords.every((keyword, at) => keyword === before[at]);
    if (this.#small(NUMBER.sameKeywords, same ? 1 : 0, Math.min(7, before.length)) === 1) return before;
    const count = this.#small(NUMBER.keywords, keywords.length, Math.min(7, before.length));
    const out: string[] = [];
    for (let at = 0; at < count; at += 1) {
      if (at > MOST_OF_ONE) throw damaged('a document has no end');
      out.push(this.#text(STREAM.keyword, keywords[at] ?? '', out[0] ?? ''));
    }
    return out;
  }

  #url(url: UrlRecord, before: UrlRecord): UrlRecord {
    const prefix = this.#small(NUMBER.prefix, url.prefix, before.prefix);
    const slug = this.#small(NUMBER.slug, url.slug ? 1 : 0, before.slug ? 1 : 0) === 1;
    const parts = NUMBERED.exec(url.rest);
    const numbered = this.#small(NUMBER.numbered, parts === null ? 0 : 1, slug ? 1 : 0) === 1;
    const rest = this.#text(STREAM.rest, numbered ? (parts?.[1] ?? '') : url.rest);
    if (!numbered) return { prefix, slug, rest };
    const wanted = Number(parts?.[2] ?? 0);
    const number =
      this.#number +
      this.#numbers.signed(this.coder, wanted - this.#number, [NUMBER.numbered, 16 + NUMBER.numbered, 0]);
    this.#number = number;
    return { prefix, slug, rest: rest + String(number) };
  }

  #links(
    links: readonly LinkRecord[],
    before: readonly LinkRecord[],
    { at, same }: { readonly at: number; readonly same: boolean },
  ): LinkRecord[] {
    const count = this.#small(NUMBER.links, links.length, Math.min(15, before.length), same ? 1 : 0);
    const out: LinkRecord[] = [];
    let last = 0;
    for (let slot = 0; slot < count; slot += 1) {
      if (slot > MOST_OF_ONE) throw damaged('a document has no end');
      const link = links[slot] ?? { target: at };
      const kind = this.#small(NUMBER.linkKind, 'title' in link ? (link.indexed ? 2 : 1) : 0, 0);
      if (kind > 0) {
        out.push(this.#told('title' in link ? link : NO_LINK, kind === 2));
        continue;
      }
      const distance = link.target - at;
      const of = before[slot]?.target ?? -1;
      // The document before had its links at a distance from itself; ours lie where its own do.
      const there = of < 0 ? 99 : Math.max(-40, Math.min(40, of - at));
      const clipped = Math.max(-40, Math.min(40, last));
      const context = (NUMBER.link + 16 * Math.min(7, slot)) * 128 + clipped + 64;
      const coded = this.#numbers.signed(this.coder, distance - last, [
        context,
        context * 256 + there + 128 + (same ? 1 << 30 : 0),
        context * 16 + Math.min(15, count) + 0x4000_0000,
      ]);
      last += coded;
      out.push({ target: Math.max(0, Math.min(this.size - 1, at + last)) });
    }
    return out;
  }

  #told(link: Exclude<LinkRecord, { title?: never }> | typeof NO_LINK, indexed: boolean): LinkRecord {
    if (!('title' in link)) throw damaged('a link has no title');
    const subject = this.#small(NUMBER.facet, link.subject, 0, 3);
    const title = this.#text(STREAM.linkTitle, link.title);
    return { target: -1, indexed, subject, title, url: this.#url(link.url, NO_URL) };
  }
}

/** Keywords or links of a document; a damaged file ends here. */
const MOST_OF_ONE = 1 << 20;
const NO_LINK = { target: -1, indexed: false, subject: 0, title: '', url: NO_URL } as const;
