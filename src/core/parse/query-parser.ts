import { AskdexError } from '../errors.js';
import { parseFilter } from './filter-parser.js';
import { FACET_FIELDS, type Filter } from '../model/query.js';
import { lazy } from '../lazy.js';

/** A part of the text in the search box. `start` and `end` are UTF-16 offsets. */
export type QueryPart = { readonly start: number; readonly end: number } & (
  | { readonly kind: 'text' }
  /** `text`: without the quotes. */
  | { readonly kind: 'phrase' | 'notPhrase'; readonly text: string }
  /** `text`: without the hyphen. */
  | { readonly kind: 'notWord'; readonly text: string }
  | { readonly kind: 'filter' | 'notFilter'; readonly filter: Filter }
);

/** A query with its operators. */
export interface ParsedQuery {
  /** As typed. */
  readonly text: string;
  /** All of the text, in order, without gaps. */
  readonly parts: readonly QueryPart[];
  /** The text with blanks in place of operators, so that offsets stay the same. It includes the words of phrases. */
  readonly words: string;
  /** Like `words`, without phrases. */
  readonly unquotedText: string;
  /** Whether the text ends with a word that may be the beginning of another. */
  readonly lastWordIncomplete: boolean;
  /** A hit must have all of these. */
  readonly phrases: readonly string[];
  /** A hit must have none of these. */
  readonly excludedWords: readonly string[];
  readonly excludedPhrases: readonly string[];
  readonly filters: readonly Filter[];
  readonly excludedFilters: readonly Filter[];
}

/** Operators of a query. Further ones are plain text. */
const MAX_OPERATORS = 8;
/** In a text with more words, quotes and hyphens are taken for punctuation. */
const MAX_WORDS = 10;

/** Every operator has one of these characters. */
const OPERATOR = /["“”„:<>=-]/;
const QUOTE = /["“”„]/;
const WORD = lazy(() => /[\p{L}\p{N}]/u);
/** Characters that may precede an operator, and those that may follow a closing quote. */
const BEFORE = /[\s([{,;]/;
const AFTER = /[\s)\]},;.!?:]/;
/** A quoted value, or one without blanks. */
const VALUE = String.raw`(?:["“”„][^"“”„]*["“”„]|[^\s,"“”„]+)`;
const FILTER = lazy(
  () =>
    new RegExp(
      String.raw`(?:(?:${FACET_FIELDS.join('|')}):${VALUE}(?:,${VALUE})*|date(?::|[<>]=?|=)[\d-]+)(?=[\s,;)]|$)`,
      'iuy',
    ),
);
/** `-5` (a number) and `-r` (an option) are text. */
const NOT_WORD = /[^\s"“”„]+/uy;
const NOT_A_NEGATION = lazy(() => /^(?:\p{N}|[\p{L}](?![^\s]))/u);

/**
 * Parses a query's operators: `"phrase"`, `-word`, `-"phrase"`, `subject:Medicine`, `date>=2024-01-01`,
 * `-subject:Medicine`. Everything else (an unclosed quote, an unknown field, an invalid date, a lone hyphen) is text.
 * It never fails.
 */
export function parseQuery(text: string): ParsedQuery {
  if (!OPERATOR.test(text)) return plainQuery(text);
  const parts = readParts(text);
  const plainText = blanked(text, parts, (part) => part.kind === 'text');
  const counted = wordCount(plainText) <= MAX_WORDS ? parts : parts.map(toText);
  return parsed(text, counted);
}

const NONE: readonly never[] = [];

/** Returns a query without operators. */
export function plainQuery(text: string): ParsedQuery {
  return {
    text,
    parts: text === '' ? NONE : [{ kind: 'text', start: 0, end: text.length }],
    words: text,
    unquotedText: text,
    lastWordIncomplete: true,
    phrases: NONE,
    excludedWords: NONE,
    excludedPhrases: NONE,
    filters: NONE,
    excludedFilters: NONE,
  };
}

export function hasOperators({ parts }: ParsedQuery): boolean {
  return parts.some(({ kind }) => kind !== 'text');
}

function parsed(text: string, unmerged: readonly QueryPart[]): ParsedQuery {
  const parts = merged(unmerged);
  const last = parts.at(-1);
  return {
    text,
    parts,
    words: blanked(text, parts, ({ kind }) => kind === 'text' || kind === 'phrase'),
    unquotedText: blanked(text, parts, ({ kind }) => kind === 'text'),
    lastWordIncomplete:
      last === undefined || (last.kind === 'text' && (last.start === 0 || text.slice(last.start).trim() !== '')),
    phrases: parts.flatMap((part) => (part.kind === 'phrase' ? [part.text] : [])),
    excludedWords: parts.flatMap((part) => (part.kind === 'notWord' ? [part.text] : [])),
    excludedPhrases: parts.flatMap((part) => (part.kind === 'notPhrase' ? [part.text] : [])),
    filters: parts.flatMap((part) => (part.kind === 'filter' ? [part.filter] : [])),
    excludedFilters: parts.flatMap((part) => (part.kind === 'notFilter' ? [part.filter] : [])),
  };
}

function readParts(text: string): QueryPart[] {
  const parts: QueryPart[] = [];
  let operators = 0;
  let plainFrom = 0;
  for (let at = 0; at < text.length;) {
    const begins = at === 0 || BEFORE.test(text.charAt(at - 1));
    const part = begins && operators < MAX_OPERATORS ? operatorAt(text, at) : null;
    if (part === null) {
      at += 1;
      continue;
    }
    if (plainFrom < at) parts.push({ kind: 'text', start: plainFrom, end: at });
    parts.push(part);
    operators += 1;
    plainFrom = at = part.end;
  }
  if (plainFrom < text.length) parts.push({ kind: 'text', start: plainFrom, end: text.length });
  return parts;
}

function operatorAt(text: string, start: number): QueryPart | null {
  const negated = text[start] === '-';
  const at = negated ? start + 1 : start;
  const phrase = phraseAt(text, at);
  if (phrase !== null) {
    return { kind: negated ? 'notPhrase' : 'phrase', start, end: phrase.end, text: phrase.text };
  }
  const filter = filterAt(text, at);
  if (filter !== null) {
    return { kind: negated ? 'notFilter' : 'filter', start, end: filter.end, filter: filter.filter };
  }
  return negated ? notWordAt(text, start) : null;
}

/** Returns the phrase whose opening quote is at `at`; null if there is none, it is not closed or it has no word. */
function phraseAt(text: string, at: number): { text: string; end: number } | null {
  if (!QUOTE.test(text.charAt(at))) return null;
  for (let close = at + 1; close < text.length; close += 1) {
    if (!QUOTE.test(text.charAt(close))) continue;
    if (close + 1 < text.length && !AFTER.test(text.charAt(close + 1))) return null;
    const inside = text.slice(at + 1, close);
    return WORD().test(inside) ? { text: inside, end: close + 1 } : null;
  }
  return null;
}

function filterAt(text: string, at: number): { filter: Filter; end: number } | null {
  const pattern = FILTER();
  pattern.lastIndex = at;
  const written = pattern.exec(text)?.[0];
  if (written === undefined) return null;
  // A backslash is a plain character in the search box, but an escape in a quoted value of a filter expression.
  const straight = written.replace(/[“”„]/g, '"').replace(/"[^"]*"/g, (value) => value.replace(/\\/g, '\\\\'));
  const name = /^[a-z]+/i.exec(straight)?.[0] ?? '';
  try {
    const filter = parseFilter(name.toLowerCase() + straight.slice(name.length));
    return { filter, end: at + written.length };
  } catch (error) {
    if (error instanceof AskdexError) return null;
    throw error;
  }
}

function notWordAt(text: string, start: number): QueryPart | null {
  NOT_WORD.lastIndex = start + 1;
  const word = NOT_WORD.exec(text)?.[0];
  if (word === undefined || !WORD().test(String.fromCodePoint(word.codePointAt(0) ?? 0))) return null;
  if (NOT_A_NEGATION().test(word)) return null;
  return { kind: 'notWord', start, end: start + 1 + word.length, text: word };
}

/** Turns an operator that may be prose (quotes, hyphens) into text. */
function toText(part: QueryPart): QueryPart {
  if (part.kind === 'filter' || part.kind === 'notFilter') return part;
  return { kind: 'text', start: part.start, end: part.end };
}

function merged(parts: readonly QueryPart[]): QueryPart[] {
  const all: QueryPart[] = [];
  for (const part of parts) {
    const last = all.at(-1);
    if (part.kind === 'text' && last?.kind === 'text')
      all[all.length - 1] = { kind: 'text', start: last.start, end: part.end };
    else all.push(part);
  }
  return all;
}

/** Replaces every unit of the parts that `keep` rejects by a blank. */
function blanked(text: string, parts: readonly QueryPart[], keep: (part: QueryPart) => boolean): string {
  if (parts.every(keep)) return text;
  return parts
    .map((part) => (keep(part) ? text.slice(part.start, part.end) : ' '.repeat(part.end - part.start)))
    .join('');
}

function wordCount(text: string): number {
  return text.split(/\s+/).filter((word) => WORD().test(word)).length;
}
