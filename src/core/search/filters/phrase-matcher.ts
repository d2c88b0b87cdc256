import type { Analyzer } from '../../analysis/analyzer.js';
import { FIELDS, type TextRange, type TextView } from '../../model/document.js';
import type { QueryTermMatch, Highlight } from '../snippets/highlight.js';
import type { PackedIndex } from '../../index/index-reader.js';
import { mapCollectingMissing } from '../../index/format/availability.js';
import { intersectPostings } from '../query/postings-intersection.js';
import { TokenHighlighter } from '../snippets/token-highlighter.js';
import { TokenBuffer } from '../../index/documents/token-buffer.js';

/** Bytes of an answer that are read for a phrase. The limit protects against a damaged number of tokens. */
const MAX_ANSWER_BYTES = 1 << 22;
const [TITLE, ANSWER, KEYWORDS] = FIELDS.keys();
const PLAIN = /^[a-z]+$/;
/** Documents that `matchesAnywhere` reads. */
const SAMPLE = 32;

/** Finds phrases in documents. Postings give the documents that have all words; their texts give the order. */
export class PhraseMatcher {
  readonly #highlighter: TokenHighlighter;
  readonly #buffer: TokenBuffer;
  #pattern: PhrasePattern | undefined;
  #order: readonly number[] | null = null;

  constructor(
    private readonly index: PackedIndex,
    private readonly analyzer: Analyzer,
  ) {
    const { vocabulary } = index.documents.answers;
    this.#highlighter = new TokenHighlighter(vocabulary);
    this.#buffer = new TokenBuffer(vocabulary);
  }

  /**
   * Returns for each document the fields that have all words of a variant: bits 1, 2, 4 for title, answer, keywords.
   */
  candidates(pattern: PhrasePattern): Uint8Array {
    const fields = new Uint8Array(this.index.size);
    for (const variant of pattern) {
      const slots = mapCollectingMissing(variant, (terms) => this.#numbers(terms));
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

  /** Whether the pattern occurs in one of these fields (bits, see `candidates`) of a document. */
  matches(document: number, fields: number, pattern: PhrasePattern): boolean {
    // Titles and keywords are short, so they are read before the answer.
    return FIELDS_BY_LENGTH.some((field) => (fields & (1 << field)) !== 0 && this.#matchesIn(document, field, pattern));
  }

  /** Whether the pattern occurs in one of the first `SAMPLE` candidates. */
  matchesAnywhere(pattern: PhrasePattern): boolean {
    const fields = this.candidates(pattern);
    let remaining = SAMPLE;
    for (let document = 0; document < fields.length && remaining > 0; document += 1) {
      const documentFields = fields[document] ?? 0;
      if (documentFields === 0) continue;
      if (this.matches(document, documentFields, pattern)) return true;
      remaining -= 1;
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

  /**
   * Makes the highlighter look for a pattern's terms, by number. Returns the order of the numbers if the pattern has a
   * single variant of plain words, or null.
   */
  #setPattern(pattern: PhrasePattern): readonly number[] | null {
    const terms = [...new Set(pattern.flatMap((variant) => variant.flatMap((slot) => [...slot])))];
    this.#highlighter.setQuery(
      new Map(terms.map((term, word): [string, QueryTermMatch] => [term, { word, weight: 1 }])),
    );
    this.#pattern = pattern;
    const [variant, ...others] = pattern;
    // Marks of plain words never merge: each is one word of the text.
    if (variant === undefined || others.length > 0 || !terms.every((term) => PLAIN.test(term))) return null;
    return variant.map((slot) => terms.findIndex((term) => slot.has(term)));
  }

  #matchesInAnswer(document: number, pattern: PhrasePattern): boolean {
    if (this.#pattern !== pattern) this.#order = this.#setPattern(pattern);
    const reader = this.index.documents.answers.tokens(document);
    const buffer = this.#buffer;
    buffer.load(reader, { count: reader.varint(), maxBytes: MAX_ANSWER_BYTES, prefixes: this.#highlighter.prefixes });
    const marks = this.#highlighter.find(buffer);
    const occurs = (some: readonly Highlight[]): boolean =>
      findPhraseNearMarks(buffer, some, { pattern, analyzer: this.analyzer }).length > 0;
    return this.#order === null ? occurs(marks) : followInOrder(marks, this.#order, occurs);
  }
}

/** Whether the marks have consecutive words in this order somewhere, and `holds` is true for them. */
function followInOrder(
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

/** Consecutive words: for each, the terms that match it. */
export type PhraseVariant = readonly ReadonlySet<string>[];

/** The variants of a phrase. There are several if it has an identifier, which matches as a whole or in parts. */
export type PhrasePattern = readonly PhraseVariant[];

/** Variants of one phrase. If there are more, only the one with all identifiers in parts counts. */
const MAX_VARIANTS = 8;
/** UTF-16 units (blanks and punctuation) between two consecutive words, at most. */
const MAX_GAP = 16;

/** A term of a text, and the position of the word after it. A whole identifier spans its parts. */
interface PositionedTerm {
  readonly term: string;
  readonly next: number;
  readonly start: number;
  readonly end: number;
}

/** Returns the terms of a text by position. */
function termsByPosition(text: string, analyzer: Analyzer): PositionedTerm[][] {
  const steps: PositionedTerm[][] = [];
  let last = 0;
  analyzer.tokenize(text, (term, start, end, { position, isCompound }) => {
    if (!isCompound) last = position + 1;
    (steps[position] ??= []).push({ term, next: last, start, end });
  });
  return steps;
}

/** Returns the pattern of a phrase: no variant if it has no word. */
export function parsePhrase(phrase: string, analyzer: Analyzer): PhrasePattern {
  const steps = termsByPosition(phrase, analyzer);
  const variants: PhraseVariant[] = [];
  const walk = (position: number, variant: PhraseVariant): void => {
    if (variants.length > MAX_VARIANTS) return;
    if (position >= steps.length) variants.push(variant);
    else for (const { term, next } of steps[position] ?? []) walk(next, [...variant, new Set([term])]);
  };
  if (steps.length > 0) walk(0, []);
  // The parts of an identifier come before its whole.
  return variants.length > MAX_VARIANTS ? variants.slice(0, 1) : variants;
}

/** Finds a pattern in a text. Each range goes from the start of the first word to the end of the last. */
export function findPhrase(text: string, pattern: PhrasePattern, analyzer: Analyzer): TextRange[] {
  const steps = termsByPosition(text, analyzer);
  const found: TextRange[] = [];
  const endOf = (position: number, variant: PhraseVariant, at: number): number => {
    for (const { term, next, end } of steps[position] ?? []) {
      if (variant[at]?.has(term) !== true) continue;
      const last = at + 1 === variant.length ? end : endOf(next, variant, at + 1);
      if (last > 0) return last;
    }
    return 0;
  };
  for (const [position, [first]] of steps.entries()) {
    for (const variant of pattern) {
      const end = endOf(position, variant, 0);
      if (end > 0 && first !== undefined) found.push([first.start, end]);
    }
  }
  return found;
}

/**
 * Like `findPhrase`, for a long text in which the pattern's words have been found before (`marks`, in order). It reads
 * the text only around marks that are close together.
 */
export function findPhraseNearMarks(
  text: TextView,
  marks: readonly { readonly start: number; readonly end: number }[],
  { pattern, analyzer }: { readonly pattern: PhrasePattern; readonly analyzer: Analyzer },
): TextRange[] {
  const found: TextRange[] = [];
  const oneWord = pattern.some((variant) => variant.length === 1);
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

/** Whether one mark may cover several words: those of an identifier, or of a script without spaces. */
function mayHoldSeveral(text: TextView, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) {
    const unit = text.charCodeAt(at) | 32;
    if (unit < 97 || unit > 122) return true;
  }
  return false;
}
