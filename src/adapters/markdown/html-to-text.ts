import type { BlockKind } from '../../core/model/document.js';
import type { TextBuilder } from './text-builder.js';

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

/** Reads the HTML sources of a Markdown text, one after the other, into the answer's builder. */
export class HtmlReader {
  private next = 0;
  /** The open script or style element, which may span tokens. */
  private hidden: Hidden | null = null;
  private readonly lastClosing: Readonly<Record<Hidden, number>>;
  /** The text of the open `<pre>` element. */
  private preformatted: string | null = null;

  constructor(
    private readonly builder: TextBuilder,
    private readonly sources: readonly string[],
    private readonly decode: (text: string) => string,
  ) {
    this.lastClosing = lastClosings(sources);
  }

  /** Whether the following text is hidden because it is in a script or style element. */
  get hides(): boolean {
    return this.hidden !== null;
  }

  /** Reads the next HTML source, which is inside a paragraph: its tags only separate words. */
  readInline(): void {
    this.visitPieces((piece) => {
      if (piece.kind === 'text') this.builder.prose(this.decode(piece.text));
      else if (isBlockElement(piece.name)) this.builder.prose(' ');
    });
  }

  /** Reads the next HTML source, which is a block: it may contain several paragraphs, items and rows. */
  readBlock(kind: BlockKind): void {
    let current = kind;
    this.visitPieces((piece) => {
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

  /** Whether the tag ends the block before it. If not, handles the tag. */
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

  /** Calls `visit` for each visible piece of the next source. An image's description is a text. */
  private visitPieces(visit: (piece: HtmlPiece) => void): void {
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
 * For `script` and `style`, the number of the last source that closes such an element. An opening tag that is never
 * closed hides nothing here, although it does in a browser, because the author probably meant the word.
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

/** A tag of HTML, or the text between tags. */
type HtmlPiece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'tag'; readonly name: string; readonly closing: boolean; readonly alt: string | null };

const TAG = /<(\/?)([A-Za-z][A-Za-z0-9:-]*)((?:[^<>"']|"[^"]*"|'[^']*')*)>/y;
const ALT = /\salt\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+))/i;
/** Longer tags are text. This bounds the work for unclosed quotes. */
const TAG_LENGTH = 4000;

/** The closing tags of elements whose contents are not markup. */
const RAW_ENDS: Readonly<Record<string, RegExp>> = {
  script: /<\/script(?=[\s/>])/gi,
  style: /<\/style(?=[\s/>])/gi,
};

/** Elements that start a new line: the texts before and after such a tag are separate words. */
const BLOCK_ELEMENTS = new Set(
  `address article aside blockquote body br button caption center col colgroup dd details dialog dir div dl dt fieldset
   figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header hr html iframe img input legend li link main
   menu menuitem nav noframes ol optgroup option p param pre script search section select style summary svg table tbody td
   textarea tfoot th thead title tr track ul video audio`.split(/\s+/),
);

function isBlockElement(name: string): boolean {
  return BLOCK_ELEMENTS.has(name);
}

/**
 * Splits HTML into tags and text with encoded entities. Drops comments, declarations and processing instructions. A `<`
 * that opens none of these is text.
 */
function htmlPieces(html: string): HtmlPiece[] {
  const pieces: HtmlPiece[] = [];
  // End marks that the rest lacks. Without this a text of many openings would take quadratic time.
  const missing = new Set<string>();
  let textStart = 0;
  const flush = (end: number) => {
    if (end > textStart) pieces.push({ kind: 'text', text: html.slice(textStart, end) });
  };
  for (let at = html.indexOf('<'); at >= 0;) {
    const hidden = hiddenEnd(html, at, missing);
    const tag = hidden === null ? tagAt(html, at) : null;
    const end = hidden ?? tag?.end ?? null;
    if (end === null) {
      at = html.indexOf('<', at + 1);
      continue;
    }
    flush(at);
    if (tag !== null) pieces.push(tag.piece);
    textStart = end;
    at = rawEnd(html, tag, missing) ?? html.indexOf('<', end);
  }
  flush(html.length);
  return pieces;
}

function tagAt(html: string, at: number): { piece: HtmlPiece; end: number } | null {
  TAG.lastIndex = 0;
  const match = TAG.exec(html.slice(at, at + TAG_LENGTH));
  if (match === null) return null;
  const [whole, slash, name = '', attributes = ''] = match;
  const alt = ALT.exec(attributes);
  const altText = name.toLowerCase() === 'img' && alt ? (alt[1] ?? alt[2] ?? alt[3] ?? null) : null;
  const piece: HtmlPiece = { kind: 'tag', name: name.toLowerCase(), closing: slash === '/', alt: altText };
  return { piece, end: at + whole.length };
}

/** The end of the script or style element that `tag` opens. null if it opens none or has no end here. */
function rawEnd(
  html: string,
  tag: { readonly piece: HtmlPiece; readonly end: number } | null,
  missing: Set<string>,
): number | null {
  if (tag === null || tag.piece.kind !== 'tag' || tag.piece.closing) return null;
  const { name } = tag.piece;
  const end = Object.hasOwn(RAW_ENDS, name) ? RAW_ENDS[name] : undefined;
  if (end === undefined || missing.has(name)) return null;
  end.lastIndex = tag.end;
  const found = end.exec(html);
  if (found === null) missing.add(name);
  return found?.index ?? null;
}

/** The end of a comment, CDATA section, instruction or declaration at `at`. null if there is none or it has no end. */
function hiddenEnd(html: string, at: number, missing: Set<string>): number | null {
  const after = (mark: string, from: number): number | null => {
    const found = missing.has(mark) ? -1 : html.indexOf(mark, from);
    if (found < 0) missing.add(mark);
    return found < 0 ? null : found + mark.length;
  };
  if (html.startsWith('<!--', at)) {
    if (html.startsWith('<!-->', at)) return at + 5;
    if (html.startsWith('<!--->', at)) return at + 6;
    return after('-->', at + 4);
  }
  if (html.startsWith('<![CDATA[', at)) return after(']]>', at + 9);
  if (html.startsWith('<?', at)) return after('?>', at + 2);
  return /^<![A-Za-z]/.test(html.slice(at, at + 3)) ? after('>', at + 3) : null;
}
