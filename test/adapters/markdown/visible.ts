import type { MarkdownIt } from 'markdown-it';
import { markdownParser } from '../../../src/adapters/markdown/markdown-to-text.js';

/**
 * Elements that a browser shows on their own lines, so that their tags separate words. Unknown elements are inline.
 * Written independently of the product's list.
 */
const PARTING = new Set(
  'address article aside blockquote br details div dl dt dd footer h1 h2 h3 h4 h5 h6 header hr img li main nav ol p pre script section style summary table tbody td tfoot th thead tr ul'.split(
    ' ',
  ),
);

const renderer = withMath(markdownParser());

function withMath(md: MarkdownIt): MarkdownIt {
  const show = (content: string) => md.utils.escapeHtml(content);
  md.renderer.rules['math_inline'] = (tokens, at) => `<span>${show(tokens[at]?.content ?? '')}</span>`;
  md.renderer.rules['math_block'] = (tokens, at) => `<div>${show(tokens[at]?.content ?? '')}</div>`;
  return md;
}

/** The words that a browser shows of the HTML which markdown-it renders: tags stripped, entities decoded. */
export function visibleWords(markdown: string): string[] {
  return wordsOf(textOfHtml(renderer.render(markdown)));
}

/** Hidden elements with their contents, images with their texts, and tags. The first that begins wins. */
const MARKUP =
  /<!-->|<!--->|<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!\[CDATA\[[\s\S]*?\]\]>|<![A-Za-z][^>]*>|<(script|style)(?=[\s>])[^>]*>[\s\S]*?<\/\1\s*>|<img\s[^>]*?alt="([^"]*)"[^>]*>|<\/?([A-Za-z][A-Za-z0-9-]*)(?:[^<>"']|"[^"]*"|'[^']*')*>/gi;

export function textOfHtml(html: string): string {
  const shown = html.replace(MARKUP, (_markup, element?: string, alternative?: string, name?: string): string => {
    if (alternative !== undefined) return ` ${alternative} `;
    return element !== undefined || (name !== undefined && PARTING.has(name.toLowerCase())) ? ' ' : '';
  });
  return renderer.utils.unescapeAll(shown.replaceAll('\\', '\\\\'));
}

export function wordsOf(text: string): string[] {
  return text.match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
}
