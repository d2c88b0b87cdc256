import type { MarkdownIt } from 'markdown-it';

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
