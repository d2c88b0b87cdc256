import type { AnswerView, Block, TextRange } from '../../model/document.js';
import type { Snippet } from '../../model/search-response.js';
import { passageEnd, holdsWholeCharacters, passageStart } from './text-boundaries.js';
import { markHtml, type Highlight } from './highlight.js';
import { PassageScorer, lowerBound } from './passage-scorer.js';

export interface PassageOptions {
  /** Characters aimed at, 40 to 1000. A formula or a piece of code that is kept whole may run over by half of it. */
  readonly length: number;
  /** Passages at most, 1 to 3; each after the first shows a word of the query that those before it lack. */
  readonly count: number;
  /** How much of a passage the title already says, 0 to 1: such a passage comes after one that answers. */
  readonly repeatsTitle: (start: number, end: number) => number;
  /** Filled anew for each answer; left out: one is made. */
  readonly passages?: PassageScorer | undefined;
}

/**
 * The passages of an answer that say most about the query, best first. A passage holds whole blocks, or a piece of one
 * long block cut between words; formulas and code are held whole or left out. Without any mark: the beginning. None where
 * nothing but headings and longer code could be shown.
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

/** The marks that lie whole between `start` and `end`. */
function marksWithin(marks: readonly Highlight[], start: number, end: number): Highlight[] {
  const within: Highlight[] = [];
  let at = lowerBound(marks, start);
  for (let mark = marks[at]; mark !== undefined && mark.end <= end; mark = marks[(at += 1)]) within.push(mark);
  return within;
}

/** Headings name what follows; by themselves they do not answer. */
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
      // What comes early counts a little more.
      passages.add(start, end, KIND_WEIGHT[block.kind] * (1 + 0.05 / (1 + start / 500)));
      // A window that begins a third further on sees other words.
      last = end < block.end ? mark.start + Math.floor(length / 3) : block.end;
    }
  }
}

/** The passage for a mark at `at` in block `index`; null where the block can be shown neither whole nor in part. */
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

/** How far a passage may run on over the next short blocks of prose. */
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

/** The first passage that can be shown: of prose, else of a table, else of code. */
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
    // At its ends the passage does not tell what stands around.
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
