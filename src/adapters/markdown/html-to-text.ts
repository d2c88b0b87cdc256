import type { BlockKind } from '../../core/model/document.js';
import type { TextBuilder } from './text-builder.js';
import { htmlPieces, isBlockElement, type HtmlPiece } from './html-tags.js';

type Tag = Extract<HtmlPiece, { kind: 'tag' }>;

const HIDDEN = ['script', 'style'] as const;
type Hidden = (typeof HIDDEN)[number];

const BREAKS_NO_BLOCK = new Set(['br', 'img', 'input', 'button', 'option']);
const KINDS: ReadonlyMap<string, BlockKind> = new Map([
  ['h1', 'heading'],
  ['h2', 'heading'],
  ['h3', 'heading'],
  ['h4', 'heading'],
  ['h5', 'heading'],
  ['h6', 'heading'],
  ['li', 'item'],
  ['tr', 'row'],
]);

export function isHtml(tokenType: string): boolean {
  return tokenType === 'html_block' || tokenType === 'html_inline';
}

/** Reads the HTML inside a Markdown text, one piece after the other, into the answer's builder. */
export class HtmlReader {
  private next = 0;
  /** Inside a script or style, which may span tokens. */
  private hidden: Hidden | null = null;
  private readonly lastClosing: Readonly<Record<Hidden, number>>;
  /** The text of the `<pre>` that is open. */
  private preformatted: string | null = null;

  constructor(
    private readonly builder: TextBuilder,
    private readonly sources: readonly string[],
    private readonly decode: (text: string) => string,
  ) {
    this.lastClosing = lastClosings(sources);
  }

  /** Whether what follows is inside a script or style, so not shown. */
  get hides(): boolean {
    return this.hidden !== null;
  }

  /** The next HTML source, inside a paragraph: its tags only part words. */
  readInline(): void {
    this.each((piece) => {
      if (piece.kind === 'text') this.builder.prose(this.decode(piece.text));
      else if (isBlockElement(piece.name)) this.builder.prose(' ');
    });
  }

  /** The next HTML source, a block of its own: it may hold several paragraphs, items and rows. */
  readBlock(kind: BlockKind): void {
    let current = kind;
    this.each((piece) => {
      if (piece.kind === 'text') {
        const text = this.decode(piece.text);
        if (this.preformatted === null) this.builder.prose(text);
        else this.preformatted += text;
      } else if (this.endsBlock(piece)) {
        this.end(current);
        this.preformatted = piece.name === 'pre' && !piece.closing ? '' : null;
        current = piece.closing ? kind : (KINDS.get(piece.name) ?? kind);
      }
    });
    this.end(current);
  }

  /** Whether the tag ends the block before it; if not, it has had its effect. */
  private endsBlock(tag: Tag): boolean {
    if (!isBlockElement(tag.name)) return false;
    if (this.preformatted !== null) {
      if (tag.name === 'pre') return true;
      this.preformatted += tag.name === 'br' ? '\n' : ' ';
      return false;
    }
    if (tag.name === 'td' || tag.name === 'th') {
      if (tag.closing) this.builder.cell();
      return false;
    }
    if (!BREAKS_NO_BLOCK.has(tag.name)) return true;
    this.builder.prose(' ');
    return false;
  }

  private end(kind: BlockKind): void {
    if (this.preformatted === null) this.builder.end(kind);
    else this.builder.verbatim('code', this.preformatted);
    this.preformatted = null;
  }

  /** Calls back for each piece of the next source that is not hidden; an image's description comes as text. */
  private each(visit: (piece: HtmlPiece) => void): void {
    const ordinal = this.next;
    this.next += 1;
    const pieces = htmlPieces(this.sources[ordinal] ?? '');
    const lastHere = (name: Hidden) => pieces.findLastIndex((p) => p.kind === 'tag' && p.closing && p.name === name);
    const last = { script: lastHere('script'), style: lastHere('style') };
    for (const [at, piece] of pieces.entries()) {
      if (this.hidden !== null) {
        if (piece.kind === 'tag' && piece.closing && piece.name === this.hidden) this.hidden = null;
        continue;
      }
      if (piece.kind === 'tag' && !piece.closing) {
        const name = HIDDEN.find((candidate) => candidate === piece.name);
        if (name !== undefined && (ordinal < this.lastClosing[name] || at < last[name])) this.hidden = name;
        if (piece.alt !== null) visit({ kind: 'text', text: ` ${piece.alt} ` });
      }
      visit(piece);
    }
  }
}

/**
 * For `script` and `style`: the number of the last source that closes one. An opening tag that is never closed hides
 * nothing: a browser would hide the rest of the page, but the author meant the word.
 */
function lastClosings(sources: readonly string[]): Record<Hidden, number> {
  const last = { script: -1, style: -1 };
  for (const [ordinal, source] of sources.entries()) {
    if (!source.includes('</')) continue;
    const html = source.toLowerCase();
    for (const name of HIDDEN) if (html.includes(`</${name}`)) last[name] = ordinal;
  }
  return last;
}
