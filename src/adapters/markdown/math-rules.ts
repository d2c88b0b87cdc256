import type { MarkdownIt, StateBlock, StateInline } from 'markdown-it';

type BlockRule = Parameters<MarkdownIt['block']['ruler']['push']>[1];
type InlineRule = Parameters<MarkdownIt['inline']['ruler']['push']>[1];

/**
 * Adds LaTeX to the parser: `$…$`, `$$…$$`, `\(…\)` and `\[…\]` become tokens `math_inline` and `math_block` with the
 * LaTeX as content, so that its underscores, stars and backslashes are not read as Markdown.
 */
export function mathRules(md: MarkdownIt): void {
  md.block.ruler.before('table', 'math_block', mathBlock, {
    alt: ['paragraph', 'reference', 'blockquote', 'list'],
  });
  md.inline.ruler.before('escape', 'math_inline', mathInline);
}

interface Delimiters {
  readonly open: string;
  readonly close: string;
}
const DISPLAY: readonly Delimiters[] = [
  { open: '$$', close: '$$' },
  { open: '\\[', close: '\\]' },
];

const mathBlock: BlockRule = (state, startLine, endLine, silent) => {
  if ((state.sCount[startLine] ?? 0) - state.blkIndent >= 4) return false;
  const first = lineText(state, startLine);
  const marks = DISPLAY.find(({ open }) => first.startsWith(open));
  if (marks === undefined) return false;
  const last = closingLine(state, { startLine, endLine, first, marks });
  if (last === null) return false;
  if (silent) return true;
  const body = state.getLines(startLine, last + 1, state.sCount[startLine] ?? 0, false).trim();
  const token = state.push('math_block', 'math', 0);
  token.content = body.slice(marks.open.length, body.length - marks.close.length).trim();
  token.map = [startLine, last + 1];
  state.line = last + 1;
  return true;
};

function lineText(state: StateBlock, line: number): string {
  return state.src.slice((state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0), state.eMarks[line] ?? 0).trimEnd();
}

interface Opening {
  readonly startLine: number;
  readonly endLine: number;
  readonly first: string;
  readonly marks: Delimiters;
}

/** The end of a formula with blank lines is searched within this many lines. */
const LINES_WITH_BLANKS = 200;

/** A failed search. Without these a text of many openings would take quadratic time. */
interface Failure {
  readonly from: number;
  readonly to: number;
  readonly endLine: number;
  readonly indent: number;
  readonly alone: boolean;
}
const failures = new WeakMap<object, Map<string, Failure>>();

/**
 * The line that closes the formula, which ends with the delimiter. Blank lines are allowed only if both delimiters are
 * on lines of their own. null if there is no closing line, so no math.
 */
function closingLine(state: StateBlock, opening: Opening): number | null {
  const { startLine, endLine, first, marks } = opening;
  const rest = first.slice(marks.open.length);
  if (rest.includes(marks.close)) {
    const closesOnce = rest.indexOf(marks.close) === rest.length - marks.close.length;
    return closesOnce && rest.length > marks.close.length ? startLine : null;
  }
  const alone = rest.trim() === '';
  const known = failures.get(state)?.get(marks.open);
  if (known && known.alone === alone && known.endLine === endLine && known.indent === state.blkIndent) {
    if (startLine >= known.from && startLine < known.to) return null;
  }
  let line = startLine + 1;
  let blank = false;
  for (; line < endLine; line += 1) {
    if (state.isEmpty(line)) {
      if (!alone || line - startLine > LINES_WITH_BLANKS) break;
      blank = true;
      continue;
    }
    if ((state.sCount[line] ?? 0) < state.blkIndent) break;
    const text = lineText(state, line);
    if (text.endsWith(marks.close) && (!blank || text === marks.close)) return line;
    // There is text after the delimiter: the formula is in a paragraph, where the inline rule finds it.
    if (text.includes(marks.close)) break;
  }
  if (blank) return null;
  const byMark = failures.get(state) ?? new Map<string, Failure>();
  failures.set(state, byMark.set(marks.open, { from: startLine, to: line, endLine, indent: state.blkIndent, alone }));
  return null;
}

const mathInline: InlineRule = (state, silent) => {
  const found = inlineMath(state);
  if (found === null) return false;
  if (!silent) {
    if (found.math) {
      const token = state.push('math_inline', 'math', 0);
      token.content = found.content.replace(/\s+/g, ' ').trim();
    } else {
      state.pending += found.content;
    }
  }
  state.pos = found.end;
  return true;
};

interface MathMatch {
  readonly math: boolean;
  readonly content: string;
  readonly end: number;
}

function inlineMath(state: StateInline): MathMatch | null {
  const { src, pos } = state;
  if (src[pos] === '\\') {
    const marks = src[pos + 1] === '(' ? '\\)' : src[pos + 1] === '[' ? '\\]' : null;
    return marks === null ? null : between(state, 2, marks);
  }
  if (src[pos] !== '$') return null;
  let end = pos;
  while (end < state.posMax && src[end] === '$') end += 1;
  if (end - pos > 2) return { math: false, content: src.slice(pos, end), end };
  return end - pos === 2 ? (between(state, 2, '$$') ?? { math: false, content: '$$', end }) : dollars(state);
}

const absent = new WeakMap<object, Set<string>>();

function between(state: StateInline, openLength: number, close: string): MathMatch | null {
  const known = absent.get(state) ?? new Set<string>();
  if (known.has(close)) return null;
  const start = state.pos + openLength;
  const end = state.src.indexOf(close, start);
  if (end < 0) absent.set(state, known.add(close));
  if (end < 0 || end + close.length > state.posMax) return null;
  const content = state.src.slice(start, end);
  if (content.trim() === '' || content.includes('`')) return null;
  return { math: true, content, end: end + close.length };
}

/** As in pandoc: no white space just inside the dollars and no digit after them, and only the next dollar can close. */
function dollars(state: StateInline): MathMatch | null {
  const { src, pos, posMax } = state;
  if (/^\s?$/.test(src[pos + 1] ?? '')) return null;
  let end = src.indexOf('$', pos + 1);
  while (end >= 0 && end < posMax && isEscaped(src, end)) end = src.indexOf('$', end + 1);
  if (end < 0 || end >= posMax || end === pos + 1) return null;
  if (/\s/.test(src[end - 1] ?? '') || /\d/.test(src[end + 1] ?? '')) return null;
  const content = src.slice(pos + 1, end);
  return content.includes('`') ? null : { math: true, content, end: end + 1 };
}

function isEscaped(src: string, at: number): boolean {
  let slashes = 0;
  while (src[at - 1 - slashes] === '\\') slashes += 1;
  return slashes % 2 === 1;
}
