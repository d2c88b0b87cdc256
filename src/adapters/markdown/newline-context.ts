/** A code fence that is open: at least `length` marks close it. */
export interface Fence {
  readonly length: number;
  /** Its language is LaTeX. */
  readonly latex: boolean;
}

/** Math from `start` (after the opening delimiter) to `end` (the closing one). */
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

/** What a run of backquotes does as a code fence: opens one, closes the open one, or nothing (null). */
export function fenceAt(text: string, run: BackquoteRun): Fence | 'closed' | null {
  const length = run.end - run.at;
  if (length < 3 || run.at - run.lineStart > 100) return null;
  // Indented in lists and quotes, or right after a list marker.
  if (!/^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?$/.test(text.slice(run.lineStart, run.at))) return null;
  if (run.open !== null) return length >= run.open.length ? 'closed' : null;
  const info = /^[^`\n\\]{0,100}/.exec(text.slice(run.end, run.end + 101))?.[0] ?? '';
  if (text[run.end + info.length] === '`') return null;
  return { length, latex: /^\s*(?:la)?tex\b|^\s*math\b/i.test(info) };
}

/**
 * Where the inline code that opens with the backquotes from `at` to `end` ends (after its closing backquotes); null where
 * it does not end in its paragraph. `misses` remembers what is nowhere in the rest of the text.
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

/** The math that opens at `at` with `$$`, `$`, `\[`, `\(` or `\begin{…}` and is closed later; null: none. */
export function mathAt(text: string, at: number, misses: Set<string>): MathSpan | null {
  if (text[at] === '$') {
    return text[at + 1] === '$' ? closedBy('$$', at + 2, { text, misses, display: true }) : inlineMath(text, at);
  }
  if (text[at + 1] === '[') return closedBy('\\]', at + 2, { text, misses, display: true });
  if (text[at + 1] === '(') return closedBy('\\)', at + 2, { text, misses, display: false });
  const name = /^\\begin\{([A-Za-z]{1,20}\*?)\}/.exec(text.slice(at, at + 30))?.[1];
  // From the backslash on, so that `\begin{…}` is seen as what stands before the first row.
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

/** `$…$` as pandoc reads it: no blank inside the dollars, no digit behind, so that `$5 and $10` are prices. */
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
 * LaTeX commands that start with n, by what is left when the n is taken for the end of a line break:
 * `\nu` leaves `u`, `\nmid` leaves the word `mid`, `\nabla` leaves `abla`, which nobody writes.
 */

/** What is left is a variable: only the place tells ν from a break and a `u`. */
export const REST_IS_LETTER: ReadonlySet<string> = new Set(['nu', 'ne', 'ni']);

/** What is left is a word that prose or code may start a line with. */
export const REST_IS_WORD: ReadonlySet<string> = new Set([
  'nless',
  'nmid',
  'nexists',
  'nparallel',
  'nsim',
  'nshortmid',
  'nshortparallel',
]);

/** What is left means nothing: the command is meant wherever it stands (but in code). */
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
