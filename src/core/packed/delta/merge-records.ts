import { damaged } from '../layout.js';
import { compareTerms } from '../terms.js';
import {
  TABLE_COUNT,
  urlOf,
  type DocumentRecord,
  type LinkRecord,
  type Records,
  type UrlRecord,
} from '../transport/records.js';
import { keyOf } from './content.js';

/**
 * The order of the documents of an index that is made of another: of each the number of an earlier document that stays, or
 * −1 less the number of an added one. Both come in the order of their keys.
 *
 * @throws AskdexError `index_damaged`: keys that are not in order, or a key that is there already.
 */
export function mergedOrder(before: Records, kept: Uint32Array, added: Records): Int32Array {
  const order = new Int32Array(kept.length + added.documents.length);
  const keyAt = (place: number): string => {
    const document = before.documents[kept[place] ?? 0];
    return document === undefined ? '' : keyOf(document, before);
  };
  let from = 0;
  let to = 0;
  for (const [number, document] of added.documents.entries()) {
    const key = keyOf(document, added);
    const place = firstNotBefore(key, from, kept.length, keyAt);
    if (place < kept.length && keyAt(place) === key) throw damaged('a document comes that is there already');
    const last = added.documents[number - 1];
    if (last !== undefined && compareTerms(keyOf(last, added), key) >= 0)
      throw damaged('its documents are not in order');
    order.set(kept.subarray(from, place), to);
    to += place - from;
    from = place;
    order[to] = -1 - number;
    to += 1;
  }
  order.set(kept.subarray(from), to);
  return order;
}

/** The first place from `from` to `end` whose key does not come before `key`. */
function firstNotBefore(key: string, from: number, end: number, keyAt: (place: number) => string): number {
  let low = from;
  let high = end;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareTerms(keyAt(middle), key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The records of an index that is made of another. Which links lead to its documents is found out anew: documents went and
 * came. Tables are ordered as packing orders them.
 *
 * @throws AskdexError `index_damaged`: a number that stands for nothing.
 */
export function mergeRecords(before: Records, added: Records, order: Int32Array): Records {
  return new RecordMerge(before, added, order).records();
}

/** What is told of one side: the earlier index, or what comes. */
interface Side {
  readonly records: Records;
  /** By table: a number of this side → of both. */
  readonly numbers: readonly Uint32Array[];
  /** By document: its final number; −1 for none. */
  readonly places: Int32Array;
}

class RecordMerge {
  /** By table: the texts of both sides, and how often each is used. */
  readonly #texts: string[][] = [];
  readonly #counts: number[][] = [];
  readonly #sides: readonly [before: Side, added: Side];
  readonly #byUrl = new Map<string, number>();
  readonly #urls: string[] = [];

  constructor(
    before: Records,
    added: Records,
    private readonly order: Int32Array,
  ) {
    const sides = [before, added].map((records) => ({
      records,
      numbers: [] as Uint32Array[],
      places: new Int32Array(records.documents.length).fill(-1),
    }));
    for (let table = 0; table < TABLE_COUNT; table += 1) {
      const numbers = new Map<string, number>();
      for (const side of sides) {
        const texts = side.records.tables[table] ?? [];
        side.numbers.push(
          Uint32Array.from(texts, (text) => {
            const number = numbers.get(text) ?? numbers.size;
            numbers.set(text, number);
            return number;
          }),
        );
      }
      this.#texts.push([...numbers.keys()]);
      this.#counts.push(new Array<number>(numbers.size).fill(0));
    }
    const [first, second] = sides;
    if (first === undefined || second === undefined) throw damaged('it has no documents');
    this.#sides = [first, second];
    for (const [place, number] of order.entries()) {
      const { side, document } = this.#document(number);
      side.places[number < 0 ? -1 - number : number] = place;
      const url = urlOf(document.url, document.title, side.records.tables[0] ?? []);
      this.#urls.push(url);
      // Where two documents have one url, links lead to the last: as packing has it.
      this.#byUrl.set(url, place);
    }
  }

  records(): Records {
    const drafts = Array.from(this.order, (number) => {
      const { side, document } = this.#document(number);
      return this.#draft(document, side);
    });
    const ranked = this.#texts.map((texts, table) =>
      rankedTable(texts, this.#counts[table] ?? [], table < 2),
    );
    const final = ranked.map(({ places }) => places);
    return {
      tables: ranked.map(({ texts }) => texts),
      documents: drafts.map((draft) => withNumbers(draft, final)),
    };
  }

  #document(number: number): { readonly side: Side; readonly document: DocumentRecord } {
    const side = this.#sides[number < 0 ? 1 : 0];
    const document = side.records.documents[number < 0 ? -1 - number : number];
    if (document === undefined) throw damaged('it names a document that there is not');
    return { side, document };
  }

  /** A document with the numbers of both sides, each counted. */
  #draft(document: DocumentRecord, side: Side): DocumentRecord {
    const [subject, date, language] = document.facets;
    return {
      ...document,
      url: this.#url(document.url, side),
      facets: [this.#facet(1, subject, side), this.#facet(2, date, side), this.#facet(3, language, side)],
      links: document.links.map((link) => this.#link(link, side)),
    };
  }

  #url(url: UrlRecord, side: Side): UrlRecord {
    return { ...url, prefix: this.#used(0, url.prefix, side) };
  }

  /** An optional number of a table: 0 for none. */
  #facet(table: number, number: number, side: Side): number {
    return number === 0 ? 0 : this.#used(table, number - 1, side) + 1;
  }

  #used(table: number, number: number, { numbers }: Side): number {
    const found = numbers[table]?.[number];
    if (found === undefined) throw damaged('it names a text that there is not');
    const counts = this.#counts[table];
    if (counts !== undefined) counts[found] = (counts[found] ?? 0) + 1;
    return found;
  }

  #link(link: LinkRecord, side: Side): LinkRecord {
    const place = 'title' in link ? -1 : (side.places[link.target] ?? -1);
    // The document that it leads to is still there, as it was: nearly all links.
    if (place >= 0 && this.#byUrl.get(this.#urls[place] ?? '') === place) {
      const { document, side: of } = this.#document(this.order[place] ?? 0);
      this.#used(0, document.url.prefix, of);
      this.#facet(1, document.facets[0], of);
      return { target: place };
    }
    const explicit = 'title' in link ? link : this.#explicit(link.target, side);
    const url = this.#url(explicit.url, side);
    const subject = this.#facet(1, explicit.subject, side);
    const target = this.#byUrl.get(urlOf(explicit.url, explicit.title, side.records.tables[0] ?? []));
    if (target === undefined) return { ...explicit, indexed: false, subject, url };
    const { side: other, document } = this.#document(this.order[target] ?? 0);
    if (document.title !== explicit.title || this.#subjectOf(document, other) !== subject)
      return { ...explicit, indexed: true, subject, url };
    return { target };
  }

  #explicit(target: number, { records }: Side): Exclude<LinkRecord, { target: number; title?: never }> {
    const document = records.documents[target];
    if (document === undefined) throw damaged('it names a document that there is not');
    const { title, url, facets } = document;
    return { target: -1, indexed: true, subject: facets[0], title, url };
  }

  #subjectOf({ facets: [subject] }: DocumentRecord, { numbers }: Side): number {
    return subject === 0 ? 0 : (numbers[1]?.[subject - 1] ?? -2) + 1;
  }
}

/** The texts that are used, in order, and where each came to lie. */
function rankedTable(
  texts: readonly string[],
  counts: readonly number[],
  byFrequency: boolean,
): { readonly texts: readonly string[]; readonly places: Uint32Array } {
  const order = [...texts.keys()].filter((number) => (counts[number] ?? 0) > 0);
  order.sort(
    (a, b) =>
      (byFrequency ? (counts[b] ?? 0) - (counts[a] ?? 0) : 0) || compareTerms(texts[a] ?? '', texts[b] ?? ''),
  );
  const places = new Uint32Array(texts.length);
  for (const [place, number] of order.entries()) places[number] = place;
  return { texts: order.map((number) => texts[number] ?? ''), places };
}

function withNumbers(draft: DocumentRecord, final: readonly Uint32Array[]): DocumentRecord {
  const [prefixes, subjects, dates, languages] = final;
  const url = (record: UrlRecord): UrlRecord => ({ ...record, prefix: prefixes?.[record.prefix] ?? 0 });
  const facet = (places: Uint32Array | undefined, number: number): number =>
    number === 0 ? 0 : (places?.[number - 1] ?? 0) + 1;
  const [subject, date, language] = draft.facets;
  return {
    ...draft,
    url: url(draft.url),
    facets: [facet(subjects, subject), facet(dates, date), facet(languages, language)],
    links: draft.links.map((link) =>
      'title' in link ? { ...link, subject: facet(subjects, link.subject), url: url(link.url) } : link,
    ),
  };
}
