import type { AnswerView, Block, TextRange } from '../../model/document.js';
import type { Snippet } from '../../model/search-response.js';
import { passageEnd, holdsWholeCharacters, passageStart } from './text-boundaries.js';
import { markHtml, type Highlight } from './highlight.js';
import { PassageScorer, lowerBound } from './passage-scorer.js';

export interface PassageOptions {
  /** Target length in UTF-16 units, 40 to 1000. A whole formula or piece of code may exceed it by half. */
  readonly length: number;
  /** Passages at most, 1 to 3. */
  readonly count: number;
  /** Returns how much a passage repeats the title, 0 to 1. Such a passage is ranked lower. */
  readonly repeatsTitle: (start: number, end: number) => number;
  /** Reused for each answer. */
  readonly passages?: PassageScorer | undefined;
}

/**
 * Returns the passages of an answer that match the query best, best first; each after the first shows a further word of
 * the query. A passage is made of whole blocks, or is a part of a long block, cut between words. Formulas and code are
 * never cut. Without marks the result is the answer's beginning. It is empty if the answer has only headings and long
 * code.
 */
export function choosePassages(answer: AnswerView, marks: readonly Highlight[], options: PassageOptions): Snippet[] {
  const passages = options.passages ?? new PassageScorer();
  passages.begin(marks, options.repeatsTitle);
  if (marks.length > 0) addPassages(answer, marks, options.length, passages);
  const chosen = passages.best(options.count);
  if (chosen.length === 0) {
    const first = beginning(answer, options.length);
    return first === null ? [] : [toSnippet(answer, [], first)];
  }
  return chosen.map((at) => toSnippet(answer, marks, [passages.starts[at] ?? 0, passages.ends[at] ?? 0]));
}

/** Returns the marks that are completely between `start` and `end`. */
function marksWithin(marks: readonly Highlight[], start: number, end: number): Highlight[] {
  const within: Highlight[] = [];
  let at = lowerBound(marks, start);
  for (let mark = marks[at]; mark !== undefined && mark.end <= end; mark = marks[(at += 1)]) within.push(mark);
  return within;
}

/** By block kind. A heading alone answers nothing. */
const KIND_WEIGHT: Readonly<Record<Block['kind'], number>> = {
  paragraph: 1,
  item: 1,
  row: 0.8,
  code: 0.5,
  math: 0.5,
  heading: 0,
};

/** Adds the passages around marks. */
function addPassages(answer: AnswerView, marks: readonly Highlight[], length: number, passages: PassageScorer): void {
  let first = 0;
  for (let index = 0; index < answer.blocks.length && first < marks.length; index += 1) {
    const block = answer.blocks[index];
    if (block === undefined) break;
    while (first < marks.length && (marks[first]?.start ?? 0) < block.start) first += 1;
    let last = -1;
    for (let at = first; at < marks.length; at += 1) {
      const mark = marks[at];
      if (mark === undefined || mark.start >= block.end) break;
      if (mark.start < last) continue;
      const range = passageAt(answer, index, mark.start, length);
      if (range === null) continue;
      const [start, end] = range;
      // An early passage counts a little more.
      passages.add(start, end, KIND_WEIGHT[block.kind] * (1 + 0.05 / (1 + start / 500)));
      // The next passage of the block starts a third of the length later, so that it shows other words.
      last = end < block.end ? mark.start + Math.floor(length / 3) : block.end;
    }
  }
}

/**
 * Returns the passage for a mark at `at` in block `index`, or null if the block can be shown neither whole nor in part.
 */
function passageAt(answer: AnswerView, index: number, at: number, length: number): TextRange | null {
  const block = answer.blocks[index];
  if (block === undefined || block.kind === 'heading') return null;
  const size = block.end - block.start;
  if (block.kind === 'code' || block.kind === 'math') return size <= length * 1.5 ? [block.start, block.end] : null;
  if (size <= length) return [block.start, extended(answer, index, length)];
  const lead = Math.floor(length / 4);
  const earliest = Math.max(block.start, Math.min(at - lead, block.end - length));
  const start = at - block.start <= lead ? block.start : passageStart(answer, earliest, at);
  const end = block.end - start <= length ? block.end : passageEnd(answer, at, start + length);
  return end - start <= length * 1.5 ? [start, end] : null;
}

/** Returns the end of a passage that starts with block `index` and includes the next short blocks of prose. */
function extended(answer: AnswerView, index: number, length: number): number {
  const start = answer.blocks[index]?.start ?? 0;
  let end = answer.blocks[index]?.end ?? start;
  for (let next = index + 1; next < answer.blocks.length; next += 1) {
    const block = answer.blocks[next];
    if (block === undefined || block.end - start > length) break;
    if (block.kind === 'heading' || block.kind === 'code' || block.kind === 'math') break;
    end = block.end;
  }
  return end;
}

const BEGINNINGS: readonly (readonly Block['kind'][])[] = [['paragraph', 'item'], ['row'], ['code', 'math']];

/** Returns the first passage that can be shown: of prose, else of a table, else of code. */
function beginning(answer: AnswerView, length: number): TextRange | null {
  for (const kinds of BEGINNINGS) {
    for (const [index, block] of answer.blocks.entries()) {
      const range = kinds.includes(block.kind) ? passageAt(answer, index, block.start, length) : null;
      if (range !== null) return range;
    }
  }
  return null;
}

function toSnippet(answer: AnswerView, marks: readonly Highlight[], [start, end]: TextRange): Snippet {
  const text = answer.text.slice(start, end);
  const highlights: TextRange[] = [];
  for (const mark of marksWithin(marks, start, end)) {
    const range: TextRange = [mark.start - start, mark.end - start];
    // At the passage's ends, the characters around the mark are only in the answer.
    const inside = mark.start > start && mark.end + 1 < end;
    if (inside ? holdsWholeCharacters(text, range) : holdsWholeCharacters(answer.text, [mark.start, mark.end]))
      highlights.push(range);
  }
  let heading: Block | null = null;
  let before = '';
  let after = '';
  for (const block of answer.blocks) {
    if (block.start >= end) break;
    if (block.kind === 'heading' && block.start <= start) heading = block;
    if (block.start < start && start < block.end) before = '… ';
    if (end < block.end || (end === answer.text.length && answer.isTruncated === true)) after = ' …';
  }
  const html = `${before}${markHtml(text, highlights)}${after}`;
  return {
    field: 'answer',
    heading: heading === null ? null : answer.text.slice(heading.start, heading.end),
    text,
    highlights,
    html,
  };
}
