import {
  blockStartsAt,
  codeSpanEnd,
  fenceAt,
  mathAt,
  type Fence,
  type MathSpan,
  REST_IS_LETTER,
  REST_IS_WORD,
  REST_IS_EMPTY,
} from './newline-context.js';

/**
 * Replaces the two characters `\n` by a line break, unless they start a LaTeX command or are in code. Changes no other
 * escape.
 *
 * The first rule that applies decides (`docs/content.md` has them for authors):
 * 1. After an even number of backslashes, which are LaTeX row breaks `\\`, the n is a letter: unchanged.
 * 2. In inline code and in string literals of a code fence: unchanged. Elsewhere in a code fence: a break.
 * 3. Not followed by a letter: a break.
 * 4. Followed by letters that form no LaTeX command with the n (`\np`, `\nwhere`, `\nThe`): a break. But in math, if
 *    `{` follows, it is a custom command (`\norm{x}`): unchanged.
 * 5. A command whose rest is no word (`\neq`, `\nabla`, `\notin`): unchanged.
 * 6. `\nmid`, `\nless` and similar: unchanged in math or after a one-letter operand, otherwise a break and a word.
 * 7. `\nu`, `\ne`, `\ni`: unchanged in inline math. In display math a break after `\\` or `\begin{…}`, or at the start
 *    of a formula that has several lines or continues as no command can; otherwise unchanged. In prose unchanged after a
 *    single space within a sentence, otherwise a break.
 *
 * In a text with real line feeds, `\n` is a break only before another `\n`, before the start of a Markdown block or
 * between sentences, and never in code or math.
 */
export function unescapeNewlines(text: string): string {
  if (!text.includes('\\n')) return text;
  return new LineBreaks(text).decode();
}

const INTERESTING = /[\\`$"'\n]/g;
const WINDOW = 200;

class LineBreaks {
  private readonly realLines: boolean;
  private out = '';
  private copied = 0;
  /** Start of the current line in the source. */
  private lineStart = 0;
  private afterNewline = false;
  private fence: Fence | null = null;
  private fenceInfo = false;
  private math: MathSpan | null = null;
  /** Whether quotes are open on the current line of code. */
  private doubleQuoted = false;
  private singleQuoted = false;
  private readonly misses = new Set<string>();

  constructor(private readonly text: string) {
    this.realLines = text.includes('\n');
  }

  decode(): string {
    for (let at = this.next(0); at >= 0;) at = this.next(this.step(at));
    return this.out + this.text.slice(this.copied);
  }

  private next(from: number): number {
    INTERESTING.lastIndex = from;
    return INTERESTING.exec(this.text)?.index ?? -1;
  }

  /** Handles the character at `at`. Returns the position to continue from. */
  private step(at: number): number {
    if (this.math !== null && at >= this.math.end) this.math = null;
    switch (this.text.charAt(at)) {
      case '\\':
        return this.backslashes(at);
      case '`':
        return this.math === null ? this.backquotes(at) : at + 1;
      case '$':
        return this.dollar(at);
      case '"':
        return this.doubleQuote(at);
      case "'":
        this.singleQuoted = !this.singleQuoted;
        return at + 1;
      default:
        this.startLine(at + 1);
        return at + 1;
    }
  }

  private startLine(at: number): void {
    this.lineStart = at;
    this.doubleQuoted = false;
    this.singleQuoted = false;
    this.fenceInfo = false;
  }

  private doubleQuote(at: number): number {
    if (this.text.startsWith('"""', at)) return at + 3;
    this.doubleQuoted = !this.doubleQuoted;
    return at + 1;
  }

  private backquotes(at: number): number {
    let end = at;
    while (this.text[end] === '`') end += 1;
    const fence = fenceAt(this.text, { at, end, lineStart: this.lineStart, open: this.fence });
    if (fence !== null) {
      this.fenceInfo = this.fence === null;
      this.fence = fence === 'closed' ? null : fence;
      return end;
    }
    if (this.fence !== null) return end;
    return codeSpanEnd(this.text, at, end, this.misses) ?? end;
  }

  private dollar(at: number): number {
    if (this.math !== null || (this.fence !== null && !this.fence.latex)) return at + 1;
    this.math = mathAt(this.text, at, this.misses);
    if (this.math !== null) return this.math.start;
    return this.text[at + 1] === '$' ? at + 2 : at + 1;
  }

  private backslashes(at: number): number {
    let end = at;
    while (this.text[end] === '\\') end += 1;
    const odd = (end - at) % 2 === 1;
    if (!odd) return end;
    const next = this.text[end];
    if (next === 'n') {
      if (this.isBreak(end - 1)) this.breakAt(end - 1);
      return end + 1;
    }
    if (this.math === null && this.fence === null) {
      this.math = mathAt(this.text, end - 1, this.misses);
      if (this.math !== null) return this.math.start;
    }
    // An escaped character is not a delimiter.
    return end + (next === undefined || next === '\n' ? 0 : 1);
  }

  private breakAt(at: number): void {
    this.out += `${this.text.slice(this.copied, at)}\n`;
    this.copied = at + 2;
    this.startLine(at + 2);
  }

  /** Whether the `\n` whose backslash is at `at` is a line break. */
  private isBreak(at: number): boolean {
    const previous = this.text[at - 1] ?? '';
    const following = this.text[at + 2] ?? '';
    if ((previous === '"' || previous === "'") && previous === following) return false;
    if (this.fence !== null && !this.fence.latex) return !this.realLines && (this.fenceInfo || !this.inString(at));
    if (this.fenceInfo) return true;
    if (this.realLines) return this.math === null && this.breaksAmongRealLines(at);
    const name = /^[A-Za-z]{1,30}/.exec(this.text.slice(at + 1, at + 32))?.[0] ?? 'n';
    if (name === 'n') return true;
    const math = this.math ?? (this.fence?.latex === true ? WHOLE : null);
    return math === null ? this.breaksProse(at, name) : this.breaksMath(at, name, math);
  }

  private inString(at: number): boolean {
    const rest = this.text.slice(at + 2, at + 2 + WINDOW);
    if (this.doubleQuoted) return rest.includes('"');
    return this.singleQuoted && rest.startsWith("'");
  }

  private breaksAmongRealLines(at: number): boolean {
    if (this.text.startsWith('\\n', at + 2) || (this.copied === at && this.afterDecoded(at))) return true;
    if (blockStartsAt(this.text, at + 2)) return true;
    return /[.!?:;)*]$/.test(this.text.slice(0, at).slice(-1)) && /^[\p{Lu}*]/u.test(this.text.slice(at + 2, at + 4));
  }

  private afterDecoded(at: number): boolean {
    return at >= 2 && this.text.startsWith('\\n', at - 2);
  }

  private breaksMath(at: number, name: string, math: MathSpan): boolean {
    const after = this.text[at + 1 + name.length] ?? '';
    if (REST_IS_EMPTY.has(name) || REST_IS_WORD.has(name)) return false;
    if (!REST_IS_LETTER.has(name)) return !(after === '{' && name.length > 2);
    if (!math.display) return false;
    const before = this.text.slice(Math.max(math.start, at - 80), at).trimEnd();
    if (before === '' && at - math.start < 80) {
      const body = this.text.slice(at + 2, math.end);
      return body.includes('\\n') && hasPlainBreak(body) ? true : after === '(' || name !== 'nu';
    }
    return before.endsWith('\\\\') || /\\begin\{[A-Za-z]+\*?\}(\{[^{}]*\})?$/.test(before);
  }

  private breaksProse(at: number, name: string): boolean {
    if (REST_IS_EMPTY.has(name)) return false;
    const before = this.text.slice(Math.max(this.lineStart, at - 40), at);
    if (REST_IS_LETTER.has(name)) return !/[^\s.:;!?][ ]$/.test(before);
    if (REST_IS_WORD.has(name))
      return !/(?:(?:^|[^\p{L}\p{N}])[\p{L}\p{N}]|[)}\]]|[_^][\p{L}\p{N}]+)[ ]$/u.test(before);
    return true;
  }
}

/** Stands for a whole LaTeX fence, whose start does not matter. */
const WHOLE: MathSpan = { start: -1, end: Number.POSITIVE_INFINITY, display: false };

/** Whether a formula has several lines because its body has another `\n` that is no command. */
function hasPlainBreak(body: string): boolean {
  for (const [, name = ''] of body.matchAll(/(?<!\\)(?:\\\\)*\\(n[A-Za-z]{0,30})/g)) {
    if (!REST_IS_EMPTY.has(name) && !REST_IS_LETTER.has(name) && !REST_IS_WORD.has(name)) return true;
  }
  return false;
}
