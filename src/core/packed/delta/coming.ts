import type { BitCoder } from '../transport/coder.js';
import type { Terms as Analysis } from '../transport/fields.js';
import type { Records } from '../transport/records.js';
import { codeParts } from '../transport/parts-model.js';
import type { Amount } from './bounded-coder.js';
import { partsOf, placesOf, type AddedParts } from './added.js';
import type { Change } from './change.js';
import { keyOf, type IndexContent } from './content.js';
import { ANSWER, TermCoder, termsOf, withAnswers, type Terms } from './edited-terms.js';
import type { AddedTexts } from './merge-texts.js';
import { TextCoder } from './text-coder.js';
import { textsOf, type CarriedTexts, type DocumentTexts } from './texts.js';

export interface ComingContext {
  readonly before: IndexContent;
  readonly gone: readonly number[];
  readonly carried: CarriedTexts;
  readonly analyzer: Analysis;
}

/** The documents that come, without the lists of answers that are told by what differs from an earlier form. */
export function toldParts(
  { before, gone }: Pick<ComingContext, 'before' | 'gone'>,
  parts: AddedParts,
): AddedParts {
  const earlier = earlierForms(before, gone, parts.records);
  return partsOf(
    parts,
    parts.records.documents.map((_, at) => at),
    earlier,
  );
}

export function amountOf({ records, words, fields }: AddedParts): Amount {
  const postings = Math.max(0, ...fields.map(({ documents }) => documents.length));
  return { documents: records.documents.length, words: words.length, postings };
}

/**
 * Codes the documents that come: what an index of them says, the terms and the texts of those that had an earlier form by what differs.
 * `given`: what to write; a reader leaves it out.
 *
 * @throws AskdexError `index_damaged`
 */
export function codeComing(
  coder: BitCoder,
  context: ComingContext & Amount,
  given: Pick<Change, 'parts' | 'texts'> | null,
): Pick<Change, 'parts' | 'texts'> {
  const { before, gone, documents, words, postings, analyzer } = context;
  const told = codeParts(coder, {
    ...{ documents, words, most: postings, analyzer, described: false },
    given: given === null ? null : { ...toldParts(context, given.parts), descriptions: null },
  });
  const earlier = earlierForms(before, gone, told.records);
  const parts = codeAnswers(coder, { before, earlier, told }, given?.parts ?? null);
  return { parts, texts: codeTexts(coder, { ...context, earlier }, given?.texts ?? null) };
}

/** By document that comes: the one that goes and has its key; −1 where there is none. */
function earlierForms(before: IndexContent, gone: readonly number[], records: Records): Int32Array {
  const byKey = new Map<string, number>();
  for (const document of gone) {
    const record = before.records.documents[document];
    if (record !== undefined) byKey.set(keyOf(record, before.records), document);
  }
  return Int32Array.from(records.documents, (record) => byKey.get(keyOf(record, records)) ?? -1);
}

interface Answers {
  readonly before: IndexContent;
  readonly earlier: Int32Array;
  readonly told: AddedParts;
}

function codeAnswers(
  coder: BitCoder,
  { before, earlier, told }: Answers,
  given: AddedParts | null,
): AddedParts {
  const lists = before.fields[ANSWER];
  if (lists === undefined || earlier.every((document) => document < 0)) return told;
  const size = earlier.length;
  const old = termsOf(lists, placesOf(earlier, before.records.documents.length), size);
  const wanted = given === null ? null : numberedTerms(before, given, earlier);
  const terms = new TermCoder(coder, before.words.length, wanted?.words ?? null);
  const text = (word: number): string => before.words[word] ?? terms.words[word - before.words.length] ?? '';
  const coded = Array.from(earlier, (document, at) => {
    if (document < 0) return null;
    const counts = terms.code(old[at] ?? new Map<number, number>(), wanted?.terms[at] ?? null);
    return new Map([...counts].map(([word, frequency]) => [text(word), frequency]));
  });
  return withAnswers(told, coded);
}

/** The terms of answers by the numbers of the earlier index; other words are numbered on as they first come. */
function numberedTerms(
  before: IndexContent,
  { words, fields }: AddedParts,
  earlier: Int32Array,
): { readonly terms: readonly Terms[]; readonly words: readonly string[] } {
  const numbers = new Map(before.words.map((word, number) => [word, number]));
  const known = numbers.size;
  const lists = fields[ANSWER];
  const places = Int32Array.from(earlier, (document, at) => (document < 0 ? -1 : at));
  const own = lists === undefined ? [] : termsOf(lists, places, earlier.length);
  const fresh: string[] = [];
  const terms = own.map((counts) => {
    const numbered = new Map<number, number>();
    for (const [word, frequency] of counts) {
      const text = words[word] ?? '';
      const number = numbers.get(text) ?? known + fresh.push(text) - 1;
      numbers.set(text, number);
      numbered.set(number, frequency);
    }
    return numbered;
  });
  return { terms, words: fresh };
}

/** Codes the texts of the documents that come, each with its earlier form at hand. */
function codeTexts(
  coder: BitCoder,
  { before, carried, earlier }: ComingContext & { readonly earlier: Int32Array },
  given: AddedTexts | null,
): AddedTexts {
  const known = before.texts.vocabulary.size;
  const texts = new TextCoder(coder, { known, given: given?.tokens ?? null });
  const documents = Array.from(earlier, (old, at): DocumentTexts =>
    texts.code(carried, given?.documents[at] ?? null, old < 0 ? null : textsOf(before.texts, old)),
  );
  return { carried, documents, tokens: texts.tokens };
}
