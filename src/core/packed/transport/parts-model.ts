import { damaged } from '../layout.js';
import { HALF, type BitCoder } from './coder.js';
import { emptyLists, type FieldLists } from './field-lists.js';
import { analyzeFields, sameLists, type Terms } from './fields.js';
import { codeLists } from './lists.js';
import { kinshipOf } from './neighbours.js';
import { NumberModel } from './number-model.js';
import type { Parts } from './parts.js';
import { codeRecords } from './record-model.js';
import type { DocumentRecord } from './records.js';
import { Spelling } from './spelling.js';
import { codeWords } from './words.js';

export interface PartsContext {
  readonly documents: number;
  readonly words: number;
  /** Postings that the index has room for, at most: a damaged file ends there. */
  readonly most: number;
  readonly analyzer: Terms;
  /** What to write; a reader leaves it out. */
  readonly given: Omit<Parts, 'stem'> | null;
}

const TITLE = 0;
const ANSWER = 1;
const KEYWORDS = 2;

/**
 * Codes what all sections are made from: stored documents, then words, then lists. Titles and keywords are analyzed again on
 * the other side, so that their words and lists need not be told; unless that gives others, then all of them are.
 */
export function codeParts(coder: BitCoder, context: PartsContext): Omit<Parts, 'stem'> {
  const { given } = context;
  const spelling = new Spelling();
  const records = codeRecords(coder, context.documents, { spelling, given: given?.records ?? null });
  const analyzed = foretold(coder, records.documents, context);
  const known = analyzed?.words ?? [];
  if (known.length > context.words) throw damaged('it has fewer words than its titles');
  const words = codeWords(coder, { size: context.words, known, spelling, given: given?.words ?? null });
  const fields: (FieldLists | undefined)[] = [];
  const others = analyzed?.lists(words);
  if (others === undefined) {
    fields[TITLE] = codeField(coder, given?.fields[TITLE], [], context);
    fields[KEYWORDS] = codeField(coder, given?.fields[KEYWORDS], [fields[TITLE]], context);
  } else {
    [fields[TITLE], fields[KEYWORDS]] = others;
  }
  const before = [fields[TITLE], fields[KEYWORDS]];
  fields[ANSWER] = codeField(coder, given?.fields[ANSWER], before, context);
  return { records, words, fields: fields.filter((lists) => lists !== undefined) };
}

/** What titles and keywords foretell; null where their analysis is not what was indexed. */
function foretold(
  coder: BitCoder,
  documents: readonly DocumentRecord[],
  { given, analyzer }: PartsContext,
): ReturnType<typeof analyzeFields> | null {
  if (given === null) return coder.code(0, HALF) === 1 ? analyzeFields(documents, analyzer) : null;
  const analyzed = analyzeFields(documents, analyzer);
  const words = new Set(given.words);
  const [titles, keywords] = analyzed.lists(given.words);
  const { [TITLE]: title, [KEYWORDS]: keyword } = given.fields;
  const right =
    title !== undefined &&
    keyword !== undefined &&
    analyzed.words.every((word) => words.has(word)) &&
    sameLists(titles, title) &&
    sameLists(keywords, keyword);
  coder.code(right ? 1 : 0, HALF);
  return right ? analyzed : null;
}

/** Codes the lists of a field: how many documents each word has, then which, and how often. */
function codeField(
  coder: BitCoder,
  given: FieldLists | undefined,
  known: readonly FieldLists[],
  { documents, words, most }: PartsContext,
): FieldLists {
  const numbers = new NumberModel(3);
  const counts = new Uint32Array(words);
  let total = 0;
  let before = 0;
  for (let word = 0; word < words; word += 1) {
    let beside = 0;
    for (const { starts } of known)
      beside = beside * 12 + Math.min(11, widthOf((starts[word + 1] ?? 0) - (starts[word] ?? 0)));
    const wanted = given === undefined ? 0 : (given.starts[word + 1] ?? 0) - (given.starts[word] ?? 0);
    const count = numbers.code(coder, wanted, [
      beside,
      beside * 32 + Math.min(31, before) + 0x1000,
      Math.min(255, before) + 0x100000,
    ]);
    if (count > documents || (total += count) > most) throw damaged('it has more postings than room');
    counts[word] = count;
    before = widthOf(count);
  }
  const lists = given ?? emptyLists(counts);
  codeLists(coder, lists, { documents, kinship: kinshipOf(known, documents), known });
  return lists;
}

function widthOf(number: number): number {
  return 32 - Math.clz32(number);
}
