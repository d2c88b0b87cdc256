import { FIELDS } from '../../core/model/document.js';
import { BLOCK_SIZE } from '../../core/index/postings/postings-format.js';
import type { PackedIndex } from '../../core/index/index-reader.js';
import type { PostingList } from '../../core/index/postings/postings-reader.js';
import { shortened } from '../../core/build/strip-answers.js';
import type { TextMode } from '../../core/model/snapshot-manifest.js';

/** The version of MiniSearch's JSON format. Every 7.x reads it. */
const SERIALIZATION_VERSION = 2;

/** The part of MiniSearch's options that is plain JSON. `options.js` adds the tokenizer. */
function optionsFor(text: TextMode) {
  return {
    idField: 'key',
    fields: FIELDS,
    storeFields: ['title', 'url', 'subject', 'date', 'description', ...(text === 'full' ? ['answer'] : [])],
    searchOptions: { bm25: { k: 1.2, b: 0.7, d: 0.5 } },
  };
}

/** The index as JSON for `MiniSearch.loadJSON`: the same as if MiniSearch had indexed the documents itself. */
export function miniSearchJson(index: PackedIndex, text: TextMode): string {
  const { size, distinctTerms } = index;
  const numbers = Array.from({ length: size }, (_, document) => document);
  // Written as text term by term: objects for all postings of a large index would take too much memory.
  const terms: string[] = [];
  for (let word = 0; word < index.words.size; word += 1) {
    if (word === 0) index.words.seek(0);
    else index.words.next();
    const lists = index.lists
      .lists(word)
      .flatMap((list, field) => (list === null ? [] : [`"${field}":${postingsJson(index, list)}`]));
    terms.push(`[${JSON.stringify(index.words.text())},{${lists.join(',')}}]`);
  }
  const head = {
    documentCount: size,
    nextId: size,
    documentIds: Object.fromEntries(numbers.map((document) => [document, index.documents.key(document)])),
    fieldIds: Object.fromEntries(FIELDS.map((field, number) => [field, number])),
    fieldLength: Object.fromEntries(
      numbers.map((document) => [document, distinctTerms.map((column) => column[document] ?? 0)]),
    ),
    averageFieldLength: index.meta.distinct.map((sum) => (size === 0 ? 0 : sum / size)),
    storedFields: Object.fromEntries(numbers.map((document) => [document, stored(index, document, text)])),
    dirtCount: 0,
  };
  const members = [`"index":[${terms.join(',')}]`, `"serializationVersion":${SERIALIZATION_VERSION}`];
  return `${JSON.stringify(head).slice(0, -1)},${members.join(',')}}`;
}

function postingsJson({ postings }: PackedIndex, list: PostingList): string {
  const pairs: string[] = [];
  for (let block = 0; block < list.blocks; block += 1) {
    const count = postings.load(list, block);
    for (let at = 0; at < Math.min(count, BLOCK_SIZE); at += 1)
      pairs.push(`"${postings.documents[at] ?? 0}":${postings.frequencies[at] ?? 1}`);
  }
  return `{${pairs.join(',')}}`;
}

function stored({ documents }: PackedIndex, document: number, text: TextMode) {
  const { title, url } = documents.head(document);
  const description = documents.answers.description(document);
  return {
    title,
    url,
    subject: documents.subject(document),
    date: documents.date(document),
    description: description === null || text === 'full' ? description : shortened(description),
    ...(text === 'full' ? { answer: documents.answers.answer(document).text } : {}),
  };
}

/** The ES module that exports the `options` for loading the JSON. It imports the tokenizer of the index. */
export function miniSearchOptionsModule(text: TextMode): string {
  return `// The options that index.json was made with: MiniSearch.loadJSON(json, options).
import { tokenize } from './tokenizer.js';

/** The terms of a text, as in the index. */
function terms(text) {
  const found = [];
  tokenize(text, (term) => found.push(term));
  return found;
}

export const options = {
  ...${JSON.stringify(optionsFor(text), null, 2).replaceAll('\n', '\n  ')},
  tokenize: terms,
  processTerm: (term) => term,
};
export default options;
`;
}
