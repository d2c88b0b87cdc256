import type { Tokenize } from '../../analysis/analyzer.js';
import {
  tokenize,
  tokenizeMatching,
  buildTermPrefilter,
  type TermSink,
  type TermPrefilter,
} from '../../analysis/tokenizer.js';
import type { TextRange, TextView } from '../../model/document.js';

/** A term's match: `word` numbers the query's words from 0, `weight` is above 0. */
export interface QueryTermMatch {
  readonly word: number;
  readonly weight: number;
}

/** Returns the match of a text's term, if the query has one. */
export type MatchTerm = (term: string) => QueryTermMatch | undefined;

export interface HighlightQuery {
  readonly match: MatchTerm;
  /** For `tokenizeMatching`. null: every term is passed to `match`. */
  readonly prefilter: TermPrefilter | null;
  /** Removes marks that are outside the query's phrases. */
  readonly filter?: (text: TextView, marks: readonly Highlight[]) => readonly Highlight[];
  /** Default: the tokenizer of `createAnalyzer`. */
  readonly tokenize?: Tokenize;
}

/** Returns a highlight query for terms of the index. `split` must be the tokenizer that the index was built with. */
export function createHighlightQuery(
  terms: ReadonlyMap<string, QueryTermMatch>,
  split: Tokenize = tokenize,
): HighlightQuery {
  const wanted = split === tokenize ? buildTermPrefilter(terms.keys()) : null;
  return { match: (term) => terms.get(term), prefilter: wanted, tokenize: split };
}

/** A range of text that matches a word of the query. */
export interface Highlight extends QueryTermMatch {
  readonly start: number;
  readonly end: number;
}

/**
 * Finds the ranges of a text that match the query, in order. If an identifier and its part match, the longer one
 * counts.
 */
export function findHighlights(text: string, query: HighlightQuery): readonly Highlight[] {
  const marks: Highlight[] = [];
  addHighlights(marks, text, query);
  return query.filter === undefined ? marks : query.filter(text, marks);
}

/**
 * Adds the marks of a piece of text that begins at `offset`. The marks of earlier pieces must have been added before.
 */
export function addHighlights(marks: Highlight[], text: string, query: HighlightQuery, offset = 0): void {
  const { match, prefilter, tokenize: split = tokenize } = query;
  const sink: TermSink = (term, from, to) => {
    const matched = match(term);
    if (matched === undefined) return;
    const start = offset + from;
    const end = offset + to;
    // A whole identifier comes after its parts and replaces them.
    for (let last = marks.at(-1); last !== undefined && last.start >= start; last = marks.at(-1)) marks.pop();
    const last = marks.at(-1);
    if (last !== undefined && last.end > start) {
      marks[marks.length - 1] = { ...last, end: Math.max(last.end, end) };
    } else {
      marks.push({ start, end, word: matched.word, weight: matched.weight });
    }
  };
  if (prefilter === null) split(text, sink);
  else tokenizeMatching(text, prefilter, sink);
}

export function rangesOf(marks: readonly Highlight[]): TextRange[] {
  return marks.map((mark) => [mark.start, mark.end] as const);
}

const UNSAFE = /[&<>"']/;

/** Escapes a text for HTML, between tags and in quoted attributes. */
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

/** Returns a text as HTML, escaped, with `<mark>` around each range. The ranges must be in order and not overlap. */
export function markHtml(text: string, ranges: readonly TextRange[]): string {
  const escaped = UNSAFE.test(text) ? escapeHtml : String;
  let html = '';
  let at = 0;
  for (const [start, end] of ranges) {
    html += `${escaped(text.slice(at, start))}<mark>${escaped(text.slice(start, end))}</mark>`;
    at = end;
  }
  return html + escaped(text.slice(at));
}
