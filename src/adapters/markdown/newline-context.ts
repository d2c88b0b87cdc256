/** An open code fence. At least `length` backquotes close it. */
export interface Fence {
  readonly length: number;
  /** Whether its language is LaTeX. */
  readonly latex: boolean;
}

/** Math from `start` (after the opening delimiter) to `end` (the start of the closing one). */
export interface MathSpan {
  readonly start: number;
  readonly end: number;
  readonly display: boolean;
}

const BLOCK_START = /[ \t]*(?:[-*+] |\d{1,9}[.)] |#{1,6} |\||> ?|```|\$\$)/y;

/** Whether a Markdown block (list item, heading, table row, quote, fence, display math) starts at `at`. */
export function blockStartsAt(text: string, at: number): boolean {
  BLOCK_START.lastIndex = at;
  return BLOCK_START.test(text);
}

export interface BackquoteRun {
  readonly at: number;
  readonly end: number;
  readonly lineStart: number;
  readonly open: Fence | null;
}

/** The code fence that a run of backquotes opens, `closed` if it closes the open one, or null if it is no fence. */
export function fenceAt(text: string, run: BackquoteRun): Fence | 'closed' | null {
  const length = run.end - run.at;
  if (length < 3 || run.at - run.lineStart > 100) return null;
  // A fence may be indented in lists and quotes, or follow a list marker.
  if (!/^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?$/.test(text.slice(run.lineStart, run.at))) return null;
  if (run.open !== null) return length >= run.open.length ? 'closed' : null;
  const info = /^[^`\n\\]{0,100}/.exec(text.slice(run.end, run.end + 101))?.[0] ?? '';
  if (text[run.end + info.length] === '`') return null;
  return { length, latex: /^\s*(?:la)?tex\b|^\s*math\b/i.test(info) };
}

/**
 * The end (after the closing backquotes) of the inline code that opens with the backquotes from `at` to `end`. null if
 * it does not end in its paragraph. `misses` collects marks that the rest of the text lacks.
 */
export function codeSpanEnd(text: string, at: number, end: number, misses: Set<string>): number | null {
  const marks = text.slice(at, end);
  if (misses.has(marks)) return null;
  let from = end;
  for (;;) {
    const close = text.indexOf(marks, from);
    if (close < 0) {
      misses.add(marks);
      return null;
    }
    let closeEnd = close;
    while (text[closeEnd] === '`') closeEnd += 1;
    if (closeEnd - close === marks.length) {
      return staysInParagraph(text, end, close) ? closeEnd : null;
    }
    from = closeEnd;
  }
}

function staysInParagraph(text: string, start: number, end: number): boolean {
  if (end - start > 1000) return false;
  const inside = text.slice(start, end);
  if (inside.includes('\\n\\n') || inside.includes('\n\n')) return false;
  for (let at = text.indexOf('\\n', start); at >= 0 && at < end; at = text.indexOf('\\n', at + 2)) {
    if (blockStartsAt(text, at + 2)) return false;
  }
  return true;
}

/** The math that opens at `at` with `$$`, `$`, `\[`, `\(` or `\begin{…}`. null if there is none or it is not closed. */
export function mathAt(text: string, at: number, misses: Set<string>): MathSpan | null {
  if (text[at] === '$') {
    return text[at + 1] === '$' ? closedBy('$$', at + 2, { text, misses, display: true }) : inlineMath(text, at);
  }
  if (text[at + 1] === '[') return closedBy('\\]', at + 2, { text, misses, display: true });
  if (text[at + 1] === '(') return closedBy('\\)', at + 2, { text, misses, display: false });
  const name = /^\\begin\{([A-Za-z]{1,20}\*?)\}/.exec(text.slice(at, at + 30))?.[1];
  // Starts at the backslash, so that `\begin{…}` counts as the text before the first row.
  return name === undefined ? null : closedBy(`\\end{${name}}`, at + 1, { text, misses, display: true });
}

interface Search {
  readonly text: string;
  readonly misses: Set<string>;
  readonly display: boolean;
}

function closedBy(mark: string, start: number, { text, misses, display }: Search): MathSpan | null {
  if (misses.has(mark)) return null;
  const end = text.indexOf(mark, start);
  if (end < 0) misses.add(mark);
  return end < 0 ? null : { start, end, display };
}

/** `$…$` as in pandoc: no white space just inside the dollars and no digit after them, so `$5 and $10` are prices. */
function inlineMath(text: string, at: number): MathSpan | null {
  if (/^\s?$/.test(text[at + 1] ?? '')) return null;
  for (let end = text.indexOf('$', at + 1); end >= 0; end = text.indexOf('$', end + 1)) {
    let slashes = 0;
    while (text[end - 1 - slashes] === '\\') slashes += 1;
    if (slashes % 2 === 1) continue;
    if (/\s/.test(text[end - 1] ?? '') || /\d/.test(text[end + 1] ?? '')) return null;
    return /\\n\\n|\n\n|`/.test(text.slice(at, end)) ? null : { start: at + 1, end, display: false };
  }
  return null;
}

/**
 * LaTeX commands that start with n whose rest after `\n` is a variable: `\nu` may be ν, or a line break and `u`. The
 * context decides.
 */
export const REST_IS_LETTER: ReadonlySet<string> = new Set(['nu', 'ne', 'ni']);

/** Commands whose rest is a word that may start a line of prose or code: `\nmid` leaves `mid`. */
export const REST_IS_WORD: ReadonlySet<string> = new Set([
  'nless',
  'nmid',
  'nexists',
  'nparallel',
  'nsim',
  'nshortmid',
  'nshortparallel',
]);

/** Commands whose rest is no word: `\nabla` leaves `abla`. They are always commands, except in code. */
export const REST_IS_EMPTY: ReadonlySet<string> = new Set([
  'nabla',
  'natural',
  'ncong',
  'nearrow',
  'neg',
  'negmedspace',
  'negthickspace',
  'negthinspace',
  'neq',
  'nequiv',
  'newcommand',
  'newcounter',
  'newenvironment',
  'newif',
  'newlength',
  'newline',
  'newpage',
  'newtheorem',
  'ngeq',
  'ngeqq',
  'ngeqslant',
  'ngtr',
  'nicefrac',
  'nLeftarrow',
  'nleftarrow',
  'nLeftrightarrow',
  'nleftrightarrow',
  'nleq',
  'nleqq',
  'nleqslant',
  'noalign',
  'nobreak',
  'nocite',
  'noexpand',
  'noindent',
  'nolimits',
  'nolinebreak',
  'nonumber',
  'nopagebreak',
  'normalfont',
  'normalsize',
  'not',
  'notag',
  'notin',
  'notni',
  'nprec',
  'npreceq',
  'nRightarrow',
  'nrightarrow',
  'nsubseteq',
  'nsubseteqq',
  'nsucc',
  'nsucceq',
  'nsupseteq',
  'nsupseteqq',
  'ntriangleleft',
  'ntrianglelefteq',
  'ntriangleright',
  'ntrianglerighteq',
  'null',
  'numberwithin',
  'nvDash',
  'nVDash',
  'nVdash',
  'nvdash',
  'nwarrow',
]);
