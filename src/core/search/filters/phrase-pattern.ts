import type { Analyzer } from '../../analysis/analyzer.js';
import type { TextRange, TextView } from '../../model/document.js';

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
