import MarkdownItParser, { type MarkdownIt, type Token } from 'markdown-it';
import type { Answer, BlockKind } from '../../core/model/document.js';
import { TextBuilder } from './text-builder.js';
import { HtmlReader, isHtml } from './html-to-text.js';
import { mathRules } from './math-rules.js';

/** UTF-16 units of Markdown that one answer may have. */
export const MAX_ANSWER_LENGTH = 1024 * 1024;

/** The parser that decides what of a Markdown text is visible: CommonMark, tables, strikethrough, HTML, LaTeX. */
export function markdownParser(): MarkdownIt {
  return new MarkdownItParser({ html: true, linkify: false, typographer: false, maxNesting: 60 })
    .use(mathRules)
    .use(footnoteRule);
}

const parser = markdownParser();

/**
 * The plain text of a Markdown text, with its blocks. Every word that a Markdown renderer shows is in it, and no other:
 * markup, HTML tags, comments, scripts and link targets are gone; links leave their text, images their description.
 */
export function markdownToAnswer(markdown: string): Answer {
  const builder = new TextBuilder();
  new TokenReader(builder, parser.parse(markdown, {})).read();
  return builder.answer();
}

/** Decodes `&amp;` and its like. (The parser's own function also takes backslashes for escapes, hence the doubling.) */
function decodeEntities(text: string): string {
  return text.includes('&') ? parser.utils.unescapeAll(text.replaceAll('\\', '\\\\')) : text;
}

/** Walks the parser's tokens and hands what they show to the builder. */
class TokenReader {
  private itemDepth = 0;
  private readonly html: HtmlReader;

  constructor(
    private readonly builder: TextBuilder,
    private readonly tokens: readonly Token[],
  ) {
    this.html = new HtmlReader(builder, htmlOf(tokens), decodeEntities);
  }

  read(): void {
    for (const token of this.tokens) this.block(token);
    this.builder.end('paragraph');
  }

  private block(token: Token): void {
    switch (token.type) {
      case 'inline':
        this.inline(token.children ?? []);
        return;
      case 'fence':
      case 'code_block':
        if (!this.html.hides) this.builder.verbatim('code', token.content);
        return;
      case 'math_block':
        if (!this.html.hides) this.builder.verbatim('math', token.content);
        return;
      case 'html_block':
        this.html.readBlock(this.prose());
        return;
      case 'heading_close':
        this.builder.end('heading');
        return;
      case 'paragraph_close':
        this.builder.end(this.prose());
        return;
      case 'list_item_open':
        this.itemDepth += 1;
        return;
      case 'list_item_close':
        this.itemDepth -= 1;
        return;
      case 'th_close':
      case 'td_close':
        this.builder.cell();
        return;
      case 'tr_close':
        this.builder.end('row');
        return;
      default:
    }
  }

  private prose(): BlockKind {
    return this.itemDepth > 0 ? 'item' : 'paragraph';
  }

  private inline(tokens: readonly Token[]): void {
    for (const token of tokens) {
      if (token.type === 'html_inline') this.html.readInline();
      else if (!this.html.hides) this.visible(token);
    }
  }

  private visible(token: Token): void {
    switch (token.type) {
      case 'text':
      case 'text_special':
        this.builder.prose(token.content);
        return;
      case 'softbreak':
      case 'hardbreak':
        this.builder.prose(' ');
        return;
      case 'code_inline':
      case 'math_inline':
        this.builder.atom(token.content);
        return;
      case 'image':
        this.builder.prose(' ');
        this.inline(token.children ?? []);
        this.builder.prose(' ');
        return;
      default:
    }
  }
}

/** The HTML of the tokens, in the order in which the reader meets it. */
function htmlOf(tokens: readonly Token[], found: string[] = []): string[] {
  for (const token of tokens) {
    if (isHtml(token.type)) found.push(token.content);
    else if (token.children !== null) htmlOf(token.children, found);
  }
  return found;
}

type BlockRule = Parameters<MarkdownIt['block']['ruler']['push']>[1];

/**
 * Keeps a footnote's text: without footnotes in its grammar the parser takes `[^1]: Smith` for a link definition and drops
 * it. The line is read as the paragraph that it is.
 */
export function footnoteRule(md: MarkdownIt): void {
  md.block.ruler.before('reference', 'footnote_text', footnoteText);
}

const footnoteText: BlockRule = (state, startLine, endLine, silent) => {
  const start = (state.bMarks[startLine] ?? 0) + (state.tShift[startLine] ?? 0);
  if (!state.src.startsWith('[^', start)) return false;
  const paragraph = state.md.block.ruler.getRules('').at(-1);
  return paragraph?.(state, startLine, endLine, silent) ?? false;
};
