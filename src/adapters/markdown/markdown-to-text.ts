import MarkdownItParser, { type MarkdownIt, type Token } from 'markdown-it';
import type { Answer, BlockKind } from '../../core/model/document.js';
import { TextBuilder } from './text-builder.js';
import { HtmlReader, isHtml } from './html-to-text.js';
import { mathRules } from './math-rules.js';

/** Maximum length of an answer in UTF-16 units of Markdown. */
export const MAX_ANSWER_LENGTH = 1024 * 1024;

type BlockRule = Parameters<MarkdownIt['block']['ruler']['push']>[1];

const footnoteText: BlockRule = (state, startLine, endLine, silent) => {
  const start = (state.bMarks[startLine] ?? 0) + (state.tShift[startLine] ?? 0);
  if (!state.src.startsWith('[^', start)) return false;
  const paragraph = state.md.block.ruler.getRules('').at(-1);
  return paragraph?.(state, startLine, endLine, silent) ?? false;
};

/**
 * Reads the text of a footnote (`[^1]: Smith`) as a paragraph. The parser does not know footnotes and would drop the
 * line as a link definition.
 */
function footnoteRule(md: MarkdownIt): void {
  md.block.ruler.before('reference', 'footnote_text', footnoteText);
}

/** Creates the parser, which supports CommonMark, tables, strikethrough, HTML and LaTeX. */
export function markdownParser(): MarkdownIt {
  return new MarkdownItParser({ html: true, linkify: false, typographer: false, maxNesting: 60 })
    .use(mathRules)
    .use(footnoteRule);
}

const parser = markdownParser();

/**
 * The plain text and blocks of a Markdown text. The text has exactly the words that a Markdown renderer shows: no
 * markup, HTML tags, comments, scripts or link targets, but the texts of links and the descriptions of images.
 */
export function markdownToAnswer(markdown: string): Answer {
  const builder = new TextBuilder();
  new TokenReader(builder, parser.parse(markdown, {})).read();
  return builder.answer();
}

/** Decodes entities such as `&amp;`. Doubles backslashes, because the parser's function also decodes their escapes. */
function decodeEntities(text: string): string {
  return text.includes('&') ? parser.utils.unescapeAll(text.replaceAll('\\', '\\\\')) : text;
}

/** Passes the visible text of the parser's tokens to the builder. */
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

/** The HTML sources of the tokens, in reading order. */
function htmlOf(tokens: readonly Token[], found: string[] = []): string[] {
  for (const token of tokens) {
    if (isHtml(token.type)) found.push(token.content);
    else if (token.children !== null) htmlOf(token.children, found);
  }
  return found;
}
