import { foldCharacter } from './character-classes.js';

const ASCII = /^[\0-\x7f]*$/;
const LETTER_OR_DIGIT = /[\p{L}\p{M}\p{N}]/u;

/** Returns the folded letters and digits of a text, for comparing titles without case, accents and punctuation. */
export function titleKey(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase().replace(/[^a-z0-9]+/g, '');
  let letters = '';
  for (const character of text) if (LETTER_OR_DIGIT.test(character)) letters += foldCharacter(character);
  return letters;
}
