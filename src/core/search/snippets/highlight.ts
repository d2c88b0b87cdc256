import type { Tokenize } from '../../analysis/analyzer.js';
import {
  tokenize,
  tokenizeMatching,
  buildTermPrefilter,
  type TermSink,
  type TermPrefilter,
} from '../../analysis/tokenizer.js';
import type { TextRange, TextView } from '../../model/document.js';

/** What of the query a term of the text answers: `word` numbers the query's words from 0, `weight` is above 0. */
export interface QueryTermMatch {
  readonly word: number;
  readonly weight: number;
}

/** Tells which word of the query, if any, explains a term of a text. */
export type MatchTerm = (term: string) => QueryTermMatch | undefined;

export interface HighlightQuery {
  readonly match: MatchTerm;
  /** What `tokenizeWanted` may step over; null: every term is asked about. */
  readonly prefilter: TermPrefilter | null;
  /** Takes out the marks that do not stand where the query asks for them; left out: none. */
  readonly filter?: (text: TextView, marks: readonly Highlight[]) => readonly Highlight[];
  /** How terms are told in a text; left out: as the product's own analyzer does. */
  readonly tokenize?: Tokenize;
}

/** An explanation by the terms of the index, as `split` tells them in a text, that answer each word of the query. */
export function createHighlightQuery(
  terms: ReadonlyMap<string, QueryTermMatch>,
  split: Tokenize = tokenize,
): HighlightQuery {
  const wanted = split === tokenize ? buildTermPrefilter(terms.keys()) : null;
  return { match: (term) => terms.get(term), prefilter: wanted, tokenize: split };
}

/** A stretch of text that a word of the query explains. */
export interface Highlight extends QueryTermMatch {
  readonly start: number;
  readonly end: number;
}

/** Every stretch of `text` that the query explains, in order; where an identifier and its part both match, the longer. */
export function findHighlights(text: string, explanation: HighlightQuery): readonly Highlight[] {
  const marks: Highlight[] = [];
  addHighlights(marks, text, explanation);
  return explanation.filter === undefined ? marks : explanation.filter(text, marks);
}

/** Adds the marks of a piece of text that begins at `offset`; those of the pieces before it are there already. */
export function addHighlights(marks: Highlight[], text: string, explanation: HighlightQuery, offset = 0): void {
  const { match, prefilter, tokenize: split = tokenize } = explanation;
  const sink: TermSink = (term, from, to) => {
    const explained = match(term);
    if (explained === undefined) return;
    const start = offset + from;
    const end = offset + to;
    // A whole comes after its parts and swallows them.
    for (let last = marks.at(-1); last !== undefined && last.start >= start; last = marks.at(-1)) marks.pop();
    const last = marks.at(-1);
    if (last !== undefined && last.end > start) {
      marks[marks.length - 1] = { ...last, end: Math.max(last.end, end) };
    } else {
      marks.push({ start, end, word: explained.word, weight: explained.weight });
    }
  };
  if (prefilter === null) split(text, sink);
  else tokenizeMatching(text, prefilter, sink);
}

/** The ranges of marks, in order. */
export function rangesOf(marks: readonly Highlight[]): TextRange[] {
  return marks.map((mark) => [mark.start, mark.end] as const);
}

const UNSAFE = /[&<>"']/;

/** A text that is safe between tags and in a quoted attribute. */
export function escapeHtml(text: string): string {
  let html = '';
  let from = 0;
  for (let at = 0; at < text.length; at += 1) {
    const entity = entityOf(text.charCodeAt(at));
    if (entity === '') continue;
    html += text.slice(from, at) + entity;
    from = at + 1;
  }
  return from === 0 ? text : html + text.slice(from);
}

function entityOf(unit: number): string {
  switch (unit) {
    case 34:
      return '&quot;';
    case 38:
      return '&amp;';
    case 39:
      return '&#39;';
    case 60:
      return '&lt;';
    case 62:
      return '&gt;';
    default:
      return '';
  }
}

/** A text as HTML, escaped, with `<mark>` around each range; the ranges are in order and do not overlap. */
export function markHtml(text: string, ranges: readonly TextRange[]): string {
  const escaped = UNSAFE.test(text) ? escapeHtml : asIs;
  let html = '';
  let at = 0;
  for (const [start, end] of ranges) {
    html += `${escaped(text.slice(at, start))}<mark>${escaped(text.slice(start, end))}</mark>`;
    at = end;
  }
  return html + escaped(text.slice(at));
}

function asIs(text: string): string {
  return text;
}
