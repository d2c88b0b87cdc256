import { lettersOf } from '../../analysis/title-key.js';
import type { Sections } from '../layout.js';
import { PostingsDirectory, PostingsReader, skipTableOf } from '../postings.js';
import { FIELD_COUNT } from '../postings-layout.js';
import type { ListSource } from '../postings-writer.js';
import { wordSections } from '../pack.js';
import { groupByStem, type StemGroups } from '../stems.js';
import { Dictionary, type DictionarySections } from '../terms.js';
import { titleOrderSection } from '../title-order.js';
import { emptyLists, type FieldLists } from './field-lists.js';
import { writeRecords, type Records } from './records.js';

/** What all sections but the answers and descriptions are made from. */
export interface Parts {
  readonly records: Records;
  readonly words: readonly string[];
  /** The lists of title, answer, keywords. */
  readonly fields: readonly FieldLists[];
  readonly stem: (word: string) => string;
  /** The groups of stems; left out: those that the words' own stems give. */
  readonly stems?: StemGroups;
}

/** Sections that are not made from `Parts`: they are empty, or travel as they are. */
export const APART = [
  'meta',
  'vocabulary',
  'textLengths',
  'texts',
  'descriptionLengths',
  'descriptions',
] as const satisfies readonly (keyof Sections)[];

export type MadeSections = Omit<Sections, (typeof APART)[number]>;

/** The words of an index, in order. */
export function readWords(sections: Sections, size: number): string[] {
  return readTerms({ blocks: sections.wordBlocks, bytes: sections.wordBytes }, size);
}

/** The terms of a dictionary, in order. */
export function readTerms(sections: DictionarySections, size: number): string[] {
  const dictionary = new Dictionary(size, sections);
  const terms: string[] = [];
  for (let term = 0; term < size; term += 1) {
    if (term === 0) dictionary.seek(0);
    else dictionary.next();
    terms.push(dictionary.text());
  }
  return terms;
}

/** The lists of every field. */
export function readFields(sections: Sections, words: number): FieldLists[] {
  const directory = new PostingsDirectory(sections.wordEntryBlocks, sections.wordEntries);
  const reader = new PostingsReader(sections, skipTableOf(sections));
  const counts = Array.from({ length: FIELD_COUNT }, () => new Uint32Array(words));
  for (let word = 0; word < words; word += 1) {
    for (const [field, list] of directory.lists(word).entries()) {
      const column = counts[field];
      if (column !== undefined && list !== null) column[word] = list.count;
    }
  }
  const fields = counts.map((column) => emptyLists(column));
  for (let word = 0; word < words; word += 1) {
    for (const [field, list] of directory.lists(word).entries()) {
      const lists = fields[field];
      if (list === null || lists === undefined) continue;
      let at = lists.starts[word] ?? 0;
      for (let block = 0; block < list.blocks; block += 1) {
        const count = reader.load(list, block);
        lists.documents.set(reader.documents.subarray(0, count), at);
        lists.frequencies.set(reader.frequencies.subarray(0, count), at);
        at += count;
      }
    }
  }
  return fields;
}

/** Makes the sections again, as packing made them. */
export function makeSections({ records, words, fields, stem, stems: given }: Parts): MadeSections {
  const size = records.documents.length;
  const lengths = lengthsOf(fields, size);
  const stems = given ?? groupByStem({ words, stems: words.map(stem), otherKeys: new Map() });
  return {
    ...wordSections({ words, stems, lengths, lists: joined(fields, words.length) }),
    ...writeRecords(records),
    titleOrder: titleOrderSection(records.documents.map(({ title }) => lettersOf(title))),
  };
}

/** Distinct terms of each document by field, then terms by field. */
function lengthsOf(fields: readonly FieldLists[], size: number): Uint32Array[] {
  const distinct = fields.map(() => new Uint32Array(size));
  const totals = fields.map(() => new Uint32Array(size));
  for (const [field, { documents, frequencies }] of fields.entries()) {
    const counts = distinct[field];
    const sums = totals[field];
    if (counts === undefined || sums === undefined) continue;
    for (let at = 0; at < documents.length; at += 1) {
      const document = documents[at] ?? 0;
      counts[document] = (counts[document] ?? 0) + 1;
      sums[document] = (sums[document] ?? 0) + (frequencies[at] ?? 0);
    }
  }
  return [...distinct, ...totals];
}

/** The lists of all fields in one pair of arrays. */
function joined(fields: readonly FieldLists[], words: number): ListSource {
  let total = 0;
  for (const { documents } of fields) total += documents.length;
  const documents = new Uint32Array(total);
  const frequencies = new Uint16Array(total);
  const starts = new Uint32Array(words * FIELD_COUNT + 1);
  const counts = new Uint32Array(words * FIELD_COUNT);
  let offset = 0;
  for (const [field, lists] of fields.entries()) {
    documents.set(lists.documents, offset);
    frequencies.set(lists.frequencies, offset);
    for (let word = 0; word < words; word += 1) {
      const start = lists.starts[word] ?? 0;
      starts[word * FIELD_COUNT + field] = offset + start;
      counts[word * FIELD_COUNT + field] = (lists.starts[word + 1] ?? 0) - start;
    }
    offset += lists.documents.length;
  }
  return { starts, counts, documents, frequencies };
}
