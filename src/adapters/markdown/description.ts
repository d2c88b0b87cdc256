import { trimAndNormalizeWhitespace } from './field-reader.js';
import removeMarkdown from 'remove-markdown';
import { markdownToAnswer } from './markdown-to-text.js';
import { toWellFormed } from './field-values.js';

/** remove-markdown's cost grows with the square of its input. */
const PIECE = 4096;
const MAX_LENGTH = 1000;

const MARKUP = /[\\`*_~[\]<>&#|$!]|^[ \t]*(?:[-+=]|\d+[.)])/m;
/** A `<` that opens no tag, which remove-markdown would take for one, up to the next `>`. */
const BARE_LESS_THAN = /<(?!\/?[A-Za-z][^<>]*>|!--)/g;
const PLACEHOLDER = '\uE000';

/**
 * One plain paragraph of at most 1,000 UTF-16 units, cut at a word. remove-markdown takes the markup off, but only where
 * it loses no character that the text shows; else the Markdown parser's reading stands.
 */
export function plainDescription(text: string): string | null {
  const source = trimAndNormalizeWhitespace(text);
  const plain = MARKUP.test(text) ? trimAndNormalizeWhitespace(withoutMarkup(text)) : source;
  if (plain === '') return null;
  return plain.length <= MAX_LENGTH ? plain : cut(plain);
}

function withoutMarkup(text: string): string {
  if (text.length > 4 * PIECE) return withoutMarkup(toWellFormed(text.slice(0, 4 * PIECE)));
  const visible = markdownToAnswer(text).text;
  if (text.includes(PLACEHOLDER)) return visible;
  const escaped = text.replace(BARE_LESS_THAN, PLACEHOLDER);
  const stripped = pieces(escaped)
    .map((piece) => removeMarkdown(piece))
    .join('')
    .replaceAll(PLACEHOLDER, '<');
  return sameCharacters(stripped, visible) ? stripped : visible;
}

/** Pieces of at most 4 KB, parted at blanks where there are any. */
function pieces(text: string): string[] {
  const found: string[] = [];
  for (let rest = text; rest !== '';) {
    const blank = rest.length > PIECE ? rest.lastIndexOf(' ', PIECE) : -1;
    const end = rest.length <= PIECE ? rest.length : blank > 0 ? blank : PIECE;
    found.push(rest.slice(0, end));
    rest = rest.slice(end);
  }
  return found;
}

function sameCharacters(a: string, b: string): boolean {
  return a.replace(/\s+/g, '') === b.replace(/\s+/g, '');
}

function cut(text: string): string {
  const blank = text.lastIndexOf(' ', MAX_LENGTH);
  return toWellFormed(blank > 0 ? text.slice(0, blank) : text.slice(0, MAX_LENGTH));
}
