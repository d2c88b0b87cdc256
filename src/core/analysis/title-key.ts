import { foldCharacter } from './character-classes.js';

const ASCII = /^[\0-\x7f]*$/;
const LETTER_OR_DIGIT = /[\p{L}\p{M}\p{N}]/u;

/** The letters and digits of a text, folded: what is left of a question when case, accents and punctuation do not count. */
export function titleKey(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase().replace(/[^a-z0-9]+/g, '');
  let letters = '';
  for (const character of text) if (LETTER_OR_DIGIT.test(character)) letters += foldCharacter(character);
  return letters;
}
