import type { Analyzer } from '../../analysis/analyzer.js';
import { FIELDS, type TextRange, type TextView } from '../../model/document.js';
import type { QueryTermMatch, Highlight } from '../snippets/highlight.js';
import type { PackedIndex } from '../../index/index-reader.js';
import { mapCollectingMissing } from '../../index/format/availability.js';
import { intersectPostings } from '../query/postings-intersection.js';
import { TokenHighlighter } from '../snippets/token-highlighter.js';
import { TokenBuffer } from '../../index/documents/token-buffer.js';

/** Bytes of an answer that are read for a phrase: what bounds a damaged number of tokens. */
const MAX_BYTES = 1 << 22;
const [TITLE, ANSWER, KEYWORDS] = FIELDS.keys();
const PLAIN = /^[a-z]+$/;
/** Documents read to see whether words stand together anywhere. */
const SAMPLE = 32;

/** Finds phrases in the texts of documents: words by their postings, their order by reading what has them all. */
export class PhraseMatcher {
  readonly #marker: TokenHighlighter;
  readonly #run: TokenBuffer;
  #pattern: PhrasePattern | undefined;
  #order: readonly number[] | null = null;

  constructor(
    private readonly index: PackedIndex,
    private readonly analyzer: Analyzer,
  ) {
    const { vocabulary } = index.documents.answers;
    this.#marker = new TokenHighlighter(vocabulary);
    this.#run = new TokenBuffer(vocabulary);
  }

  /** By document: a bit for each field (1, 2, 4 for title, answer, keywords) that has all words of a way of the pattern. */
  candidates(pattern: PhrasePattern): Uint8Array {
    const fields = new Uint8Array(this.index.size);
    for (const way of pattern) {
      const slots = mapCollectingMissing(way, (terms) => this.#numbers(terms));
      if (slots.some((slot) => slot.length === 0)) continue;
      mapCollectingMissing(FIELDS.keys(), (field) => {
        for (const document of intersectPostings(this.index, slots, field).documents)
          fields[document] = (fields[document] ?? 0) | (1 << field);
      });
    }
    return fields;
  }

  #numbers(terms: ReadonlySet<string>): number[] {
    return mapCollectingMissing(terms, (term) => this.index.words.find(term)).filter((word) => word >= 0);
  }

  /** Whether the pattern stands in one of these fields of a document. */
  matches(document: number, fields: number, pattern: PhrasePattern): boolean {
    // Few documents have the words elsewhere than in the answer, and titles are short: they are asked first.
    return FIELDS_BY_LENGTH.some((field) => (fields & (1 << field)) !== 0 && this.#matchesIn(document, field, pattern));
  }

  /** Whether the pattern stands in any of the documents that are likeliest to have it. */
  matchesAnywhere(pattern: PhrasePattern): boolean {
    const fields = this.candidates(pattern);
    let left = SAMPLE;
    for (let document = 0; document < fields.length && left > 0; document += 1) {
      const own = fields[document] ?? 0;
      if (own === 0) continue;
      if (this.matches(document, own, pattern)) return true;
      left -= 1;
    }
    return false;
  }

  #matchesIn(document: number, field: number, pattern: PhrasePattern): boolean {
    const { documents } = this.index;
    const inText = (text: string): boolean => findPhrase(text, pattern, this.analyzer).length > 0;
    if (field === TITLE) return inText(documents.title(document));
    if (field === KEYWORDS) return documents.document(document).keywords.some(inText);
    return this.#matchesInAnswer(document, pattern);
  }

  /** Has the marker look for a pattern's terms, numbered; returns their order where each stands for itself alone. */
  #setPattern(pattern: PhrasePattern): readonly number[] | null {
    const terms = [...new Set(pattern.flatMap((way) => way.flatMap((slot) => [...slot])))];
    this.#marker.setQuery(new Map(terms.map((term, word): [string, QueryTermMatch] => [term, { word, weight: 1 }])));
    this.#pattern = pattern;
    const [way, ...others] = pattern;
    // Marks of plain words never meet: each is one word of the text.
    if (way === undefined || others.length > 0 || !terms.every((term) => PLAIN.test(term))) return null;
    return way.map((slot) => terms.findIndex((term) => slot.has(term)));
  }

  #matchesInAnswer(document: number, pattern: PhrasePattern): boolean {
    if (this.#pattern !== pattern) this.#order = this.#setPattern(pattern);
    const reader = this.index.documents.answers.tokens(document);
    const run = this.#run;
    run.load(reader, { count: reader.varint(), maxBytes: MAX_BYTES, prefixes: this.#marker.prefixes });
    const marks = this.#marker.find(run);
    const stands = (some: readonly Highlight[]): boolean =>
      findPhraseNearMarks(run, some, { pattern, analyzer: this.analyzer }).length > 0;
    return this.#order === null ? stands(marks) : standInOrder(marks, this.#order, stands);
  }
}

/** Whether marks of these words follow one another somewhere, and `holds` for them there. */
function standInOrder(
  marks: readonly Highlight[],
  order: readonly number[],
  holds: (marks: readonly Highlight[]) => boolean,
): boolean {
  for (let first = 0; first + order.length <= marks.length; first += 1) {
    let at = 0;
    while (at < order.length && marks[first + at]?.word === order[at]) at += 1;
    if (at === order.length && holds(marks.slice(first, first + at))) return true;
  }
  return false;
}

const FIELDS_BY_LENGTH = [TITLE, KEYWORDS, ANSWER].filter((field) => field !== undefined);

/** Words that stand beside one another, in order; for each the terms that may stand there. */
export type PhraseVariant = readonly ReadonlySet<string>[];

/** The ways in which a phrase may stand in a text: more than one where it holds an identifier, whole or in parts. */
export type PhrasePattern = readonly PhraseVariant[];

/** Ways of one phrase; of one that has more, only the one of parts counts. */
const MAX_VARIANTS = 8;
/** UTF-16 units between two words that may stand beside one another: blanks and punctuation. */
const MAX_GAP = 16;

/** A term of a text and the position of the word after it: an identifier's whole reaches over its parts. */
interface PositionedTerm {
  readonly term: string;
  readonly next: number;
  readonly start: number;
  readonly end: number;
}

/** The terms of a text by their position. */
function stepsOf(text: string, analyzer: Analyzer): PositionedTerm[][] {
  const steps: PositionedTerm[][] = [];
  let last = 0;
  analyzer.tokenize(text, (term, start, end, { position, isCompound }) => {
    if (!isCompound) last = position + 1;
    (steps[position] ??= []).push({ term, next: last, start, end });
  });
  return steps;
}

/** A phrase in its exact forms; no way where it holds no word. */
export function parsePhrase(phrase: string, analyzer: Analyzer): PhrasePattern {
  const steps = stepsOf(phrase, analyzer);
  const ways: PhraseVariant[] = [];
  const walk = (position: number, way: PhraseVariant): void => {
    if (ways.length > MAX_VARIANTS) return;
    if (position >= steps.length) ways.push(way);
    else for (const { term, next } of steps[position] ?? []) walk(next, [...way, new Set([term])]);
  };
  if (steps.length > 0) walk(0, []);
  // The parts of an identifier come before its whole.
  return ways.length > MAX_VARIANTS ? ways.slice(0, 1) : ways;
}

/** Where a pattern stands in a text: from the beginning of its first word to the end of its last. */
export function findPhrase(text: string, pattern: PhrasePattern, analyzer: Analyzer): TextRange[] {
  const steps = stepsOf(text, analyzer);
  const found: TextRange[] = [];
  const endOf = (position: number, way: PhraseVariant, at: number): number => {
    for (const { term, next, end } of steps[position] ?? []) {
      if (way[at]?.has(term) !== true) continue;
      const last = at + 1 === way.length ? end : endOf(next, way, at + 1);
      if (last > 0) return last;
    }
    return 0;
  };
  for (const [position, [first]] of steps.entries()) {
    for (const way of pattern) {
      const end = endOf(position, way, 0);
      if (end > 0 && first !== undefined) found.push([first.start, end]);
    }
  }
  return found;
}

/**
 * As `findPattern`, in a long text in which the pattern's words have been found already (`marks`, in order): only where they
 * stand close together is it read.
 */
export function findPhraseNearMarks(
  text: TextView,
  marks: readonly { readonly start: number; readonly end: number }[],
  { pattern, analyzer }: { readonly pattern: PhrasePattern; readonly analyzer: Analyzer },
): TextRange[] {
  const found: TextRange[] = [];
  const oneWord = pattern.some((way) => way.length === 1);
  for (let at = 0; at < marks.length;) {
    const start = marks[at]?.start ?? 0;
    let end = marks[at]?.end ?? 0;
    const first = at;
    for (at += 1; at < marks.length && (marks[at]?.start ?? 0) - end <= MAX_GAP; at += 1)
      end = Math.max(end, marks[at]?.end ?? 0);
    if (at - first === 1 && !oneWord && !mayHoldSeveral(text, start, end)) continue;
    for (const [from, to] of findPhrase(text.slice(start, end), pattern, analyzer))
      found.push([start + from, start + to]);
  }
  return found;
}

/** Whether one mark may stand for several words: an identifier's, or those of a script without spaces. */
function mayHoldSeveral(text: TextView, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) {
    const unit = text.charCodeAt(at) | 32;
    if (unit < 97 || unit > 122) return true;
  }
  return false;
}
