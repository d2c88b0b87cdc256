import { damaged } from '../layout.js';
import { compareTerms } from '../terms.js';
import { HALF, type BitCoder } from './coder.js';
import { emptyLists, type FieldLists } from './field-lists.js';
import { codeDescriptions } from './description-model.js';
import { analyzeFields, sameLists, type AnalyzedFields, type Terms } from './fields.js';
import { codeLists } from './lists.js';
import { Mix } from './mixing.js';
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
  /** Whether descriptions are told, of every document. */
  readonly described: boolean;
  /** What to write; a reader leaves it out. */
  readonly given: CodedParts | null;
}

export interface CodedParts extends Omit<Parts, 'stem'> {
  /** The description of each document, '' for none; null: they are not told. */
  readonly descriptions: readonly string[] | null;
}

const TITLE = 0;
const ANSWER = 1;
const KEYWORDS = 2;

/**
 * Codes what all sections are made from: stored documents, then words, then lists. Titles and keywords are analyzed again on
 * the other side, so that their words and lists need not be told; unless that gives others, then all of them are.
 */
export function codeParts(coder: BitCoder, context: PartsContext): CodedParts {
  const { given } = context;
  const spelling = new Spelling(context.documents);
  const records = codeRecords(coder, context.documents, { spelling, given: given?.records ?? null });
  const descriptions = context.described
    ? codeDescriptions(coder, records, { spelling, given: given?.descriptions ?? null })
    : null;
  const analyzed = foretold(coder, records.documents, context);
  const described = descriptions === null ? null : analyzeFields([descriptions], context.analyzer);
  const known = codeKnown(coder, analyzed?.words ?? [], described?.words ?? [], given?.words ?? null);
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
  const before = [fields[TITLE], fields[KEYWORDS], ...(described?.lists(words) ?? [])].filter(
    (lists) => lists !== undefined,
  );
  fields[ANSWER] = codeField(coder, given?.fields[ANSWER], before, context);
  return { records, words, fields: fields.filter((lists) => lists !== undefined), descriptions };
}

/** The words that the reader knows: those of titles and keywords, and each of descriptions that the index has. */
function codeKnown(
  coder: BitCoder,
  words: readonly string[],
  described: readonly string[],
  given: readonly string[] | null,
): readonly string[] {
  if (described.length === 0) return words;
  const known = new Set(words);
  const wanted = new Set(given);
  const mix = new Mix({ tables: [2], sets: 1 });
  for (const word of described) {
    if (known.has(word)) continue;
    mix.at[0] = mix.code(coder, 0, wanted.has(word) ? 1 : 0);
    if (mix.at[0] === 1) known.add(word);
  }
  return [...known].sort(compareTerms);
}

/** What titles and keywords foretell; null where their analysis is not what was indexed. */
function foretold(
  coder: BitCoder,
  documents: readonly DocumentRecord[],
  { given, analyzer }: PartsContext,
): AnalyzedFields | null {
  const analyze = (): AnalyzedFields =>
    analyzeFields(
      [documents.map(({ title }) => title), documents.map(({ keywords }) => keywords.join('\n'))],
      analyzer,
    );
  if (given === null) return coder.code(0, HALF) === 1 ? analyze() : null;
  const analyzed = analyze();
  const words = new Set(given.words);
  const [titles, keywords] = analyzed.lists(given.words);
  const { [TITLE]: title, [KEYWORDS]: keyword } = given.fields;
  const right =
    title !== undefined &&
    keyword !== undefined &&
    titles !== undefined &&
    keywords !== undefined &&
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
