import { emptyLists, type FieldLists } from '../transport/field-lists.js';
import type { Parts } from '../transport/parts.js';
import type { DocumentRecord, LinkRecord, Records, UrlRecord } from '../transport/records.js';
import { ANSWER } from './edited-terms.js';
import { textsOf, type DocumentTexts, type Texts } from './texts.js';

/** The documents that come, as an index of their own. Links to documents that stay say themselves what they lead to. */
export type AddedParts = Omit<Parts, 'stem'>;

/**
 * Some documents of an index, by ascending numbers, as an index of their own. The answers of those that had an `earlier` form (its
 * number; −1: none) are left out of the lists.
 */
export function partsOf(
  { records, words, fields }: AddedParts,
  documents: readonly number[],
  earlier: Int32Array | null = null,
): AddedParts {
  const places = placesOf(documents, records.documents.length);
  const fresh = places.map((place) => (place >= 0 && (earlier?.[place] ?? -1) >= 0 ? -1 : place));
  const restricted = fields.map((lists, field) => restrictedLists(lists, field === ANSWER ? fresh : places));
  const used = words
    .map((_, word) => word)
    .filter((word) => restricted.some(({ starts }) => (starts[word + 1] ?? 0) > (starts[word] ?? 0)));
  return {
    records: recordsOf(records, documents, places),
    words: used.map((word) => words[word] ?? ''),
    fields: restricted.map((lists) => ({
      ...lists,
      // Words without postings take no room: where those of the others begin stays.
      starts: Uint32Array.from([...used.map((word) => lists.starts[word] ?? 0), lists.documents.length]),
    })),
  };
}

/** By document its place in a list of some; −1 for none. */
export function placesOf(documents: ArrayLike<number>, size: number): Int32Array {
  const places = new Int32Array(size).fill(-1);
  for (let place = 0; place < documents.length; place += 1) {
    const document = documents[place] ?? -1;
    if (document >= 0) places[document] = place;
  }
  return places;
}

function restrictedLists({ starts, documents, frequencies }: FieldLists, places: Int32Array): FieldLists {
  const words = starts.length - 1;
  const counts = new Uint32Array(words);
  for (let word = 0; word < words; word += 1) {
    for (let at = starts[word] ?? 0; at < (starts[word + 1] ?? 0); at += 1)
      if ((places[documents[at] ?? 0] ?? -1) >= 0) counts[word] = (counts[word] ?? 0) + 1;
  }
  const lists = emptyLists(counts);
  let to = 0;
  for (let at = 0; at < documents.length; at += 1) {
    const place = places[documents[at] ?? 0] ?? -1;
    if (place < 0) continue;
    lists.documents[to] = place;
    lists.frequencies[to] = frequencies[at] ?? 1;
    to += 1;
  }
  return lists;
}

function recordsOf(records: Records, documents: readonly number[], places: Int32Array): Records {
  const tables = records.tables.map((texts) => new UsedTexts(texts));
  const [prefixes, subjects, dates, languages] = tables;
  const url = (record: UrlRecord): UrlRecord => ({ ...record, prefix: prefixes?.number(record.prefix) ?? 0 });
  const facet = (table: UsedTexts | undefined, number: number): number =>
    number === 0 ? 0 : (table?.number(number - 1) ?? 0) + 1;
  const link = (given: LinkRecord): LinkRecord => {
    if ('title' in given) return { ...given, subject: facet(subjects, given.subject), url: url(given.url) };
    const place = places[given.target] ?? -1;
    if (place >= 0) return { target: place };
    const target = records.documents[given.target];
    return {
      target: -1,
      indexed: true,
      subject: facet(subjects, target?.facets[0] ?? 0),
      title: target?.title ?? '',
      url: url(target?.url ?? { prefix: 0, slug: false, rest: '' }),
    };
  };
  const chosen = documents.flatMap((document): DocumentRecord[] => {
    const record = records.documents[document];
    if (record === undefined) return [];
    const [subject, date, language] = record.facets;
    return [
      {
        ...record,
        url: url(record.url),
        links: record.links.map(link),
        facets: [facet(subjects, subject), facet(dates, date), facet(languages, language)],
      },
    ];
  });
  return { tables: tables.map(({ used }) => used), documents: chosen };
}

/** Texts of a table, numbered as they are first used. */
class UsedTexts {
  readonly used: string[] = [];
  readonly #numbers = new Map<number, number>();

  constructor(private readonly texts: readonly string[]) {}

  number(at: number): number {
    const known = this.#numbers.get(at);
    if (known !== undefined) return known;
    this.#numbers.set(at, this.used.length);
    return this.used.push(this.texts[at] ?? '') - 1;
  }
}

/** Texts of documents that come, by the numbers of the earlier vocabulary; others follow as they first come. */
export function textsOfAdded(
  before: Texts,
  after: Texts,
  documents: readonly number[],
): { readonly documents: readonly DocumentTexts[]; readonly tokens: readonly string[] } {
  const known = new Map<string, number>();
  for (let token = 0; token < before.vocabulary.size; token += 1)
    known.set(before.vocabulary.token(token), token);
  const numbers = new Map<number, number>();
  const tokens: string[] = [];
  const number = (token: number): number => {
    const found = numbers.get(token);
    if (found !== undefined) return found;
    const text = after.vocabulary.token(token);
    const fresh = known.get(text) ?? before.vocabulary.size + tokens.push(text) - 1;
    numbers.set(token, fresh);
    return fresh;
  };
  const record = (given: DocumentTexts['answer']): DocumentTexts['answer'] =>
    given === null ? null : { ...given, tokens: given.tokens?.map(number) ?? null };
  return {
    documents: documents.map((document) => {
      const { answer, description } = textsOf(after, document);
      return { answer: record(answer), description: record(description) };
    }),
    tokens,
  };
}
