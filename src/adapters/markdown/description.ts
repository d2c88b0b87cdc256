import { trimAndNormalizeWhitespace } from './field-reader.js';
import removeMarkdown from 'remove-markdown';
import { markdownToAnswer } from './markdown-to-text.js';
import { toWellFormed } from './field-values.js';

/** remove-markdown takes quadratic time, so texts are split into pieces of this many UTF-16 units. */
const PIECE = 4096;
const MAX_LENGTH = 1000;

const MARKUP = /[\\`*_~[\]<>&#|$!]|^[ \t]*(?:[-+=]|\d+[.)])/m;
/** A `<` that opens no tag. remove-markdown would remove everything up to the next `>`. */
const BARE_LESS_THAN = /<(?!\/?[A-Za-z][^<>]*>|!--)/g;
const PLACEHOLDER = '\uE000';

/**
 * The text as one plain paragraph of at most 1,000 UTF-16 units, cut at a word. Uses remove-markdown if it loses no
 * visible character, otherwise the Markdown parser. Returns null if nothing is left.
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

/** Splits a text into pieces of at most 4,096 UTF-16 units, at spaces if possible. */
function pieces(text: string): string[] {
  const found: string[] = [];
  for (let rest = text; rest !== '';) {
    const space = rest.length > PIECE ? rest.lastIndexOf(' ', PIECE) : -1;
    const end = rest.length <= PIECE ? rest.length : space > 0 ? space : PIECE;
    found.push(rest.slice(0, end));
    rest = rest.slice(end);
  }
  return found;
}

function sameCharacters(a: string, b: string): boolean {
  return a.replace(/\s+/g, '') === b.replace(/\s+/g, '');
}

function cut(text: string): string {
  const space = text.lastIndexOf(' ', MAX_LENGTH);
  return toWellFormed(space > 0 ? text.slice(0, space) : text.slice(0, MAX_LENGTH));
}
