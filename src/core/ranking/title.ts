import { foldCharacter } from '../analysis/characters.js';

const ASCII = /^[\0-\x7f]*$/;
const LETTER_OR_DIGIT = /[\p{L}\p{M}\p{N}]/u;

/** The letters and digits of a text, folded: what is left of a question when case, accents and punctuation do not count. */
export function lettersOf(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase().replace(/[^a-z0-9]+/g, '');
  let letters = '';
  for (const character of text) if (LETTER_OR_DIGIT.test(character)) letters += foldCharacter(character);
  return letters;
}

/**
 * How much of a title the letters of a query are, where it begins with them: 1 where it is nothing else, 0 where it
 * begins otherwise. Most titles are told by their first letters.
 */
export function beginningShare(title: string, letters: string): number {
  if (letters === '') return 0;
  let matched = 0;
  let more = 0;
  for (let at = 0; at < title.length; at += 1) {
    let unit = title.charCodeAt(at);
    if (unit >= 128) return beginningShareOf(lettersOf(title), letters);
    if (unit >= 65 && unit <= 90) unit += 32;
    else if (!((unit >= 97 && unit <= 122) || (unit >= 48 && unit <= 57))) continue;
    if (matched === letters.length) more += 1;
    else if (letters.charCodeAt(matched) === unit) matched += 1;
    else return 0;
  }
  return matched === letters.length ? matched / (matched + more) : 0;
}

function beginningShareOf(title: string, letters: string): number {
  return title.startsWith(letters) ? letters.length / title.length : 0;
}
