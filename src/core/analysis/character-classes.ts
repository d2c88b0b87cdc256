/**
 * Classes of UTF-16 code units for the tokenizer. Surrogates have their own class, because the class of the character
 * depends on the pair.
 */
export const OTHER = 0;
export const LOWER = 1;
export const UPPER = 2;
export const DIGIT = 3;
/** Chinese, Japanese and Korean characters: indexed by overlapping bigrams. */
export const CJK = 4;
/** Thai, Lao and Khmer: written without spaces, indexed by overlapping trigrams. */
export const SOUTH_EAST_ASIAN = 5;
export const SURROGATE = 6;
const NOT_CLASSIFIED = 255;

const classes = new Uint8Array(65_536).fill(NOT_CLASSIFIED);
for (let unit = 0; unit < 128; unit += 1) classes[unit] = asciiClass(unit);

function asciiClass(unit: number): number {
  if (unit >= 97 && unit <= 122) return LOWER;
  if (unit >= 65 && unit <= 90) return UPPER;
  return unit >= 48 && unit <= 57 ? DIGIT : OTHER;
}

/** The patterns are inside the function, so that Unicode's tables are loaded only when they are needed. */
function classify(character: string): number {
  if (!/^[\p{L}\p{M}\p{N}]$/u.test(character)) return OTHER;
  if (/^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u30fc]$/u.test(character)) return CJK;
  if (isSouthEastAsian(character)) return SOUTH_EAST_ASIAN;
  if (/^\p{N}$/u.test(character)) return DIGIT;
  return /^\p{Lu}$/u.test(character) ? UPPER : LOWER;
}

function isSouthEastAsian(character: string): boolean {
  return /^[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]$/u.test(character);
}

/** Returns the class of one UTF-16 code unit. */
export function classOf(unit: number): number {
  const known = classes[unit] ?? OTHER;
  if (known !== NOT_CLASSIFIED) return known;
  const found = unit >= 0xd800 && unit <= 0xdfff ? SURROGATE : classify(String.fromCharCode(unit));
  classes[unit] = found;
  return found;
}

/** Returns the class of a character outside the basic plane, or `OTHER` for a lone surrogate. */
export function classOfPair(text: string, at: number): number {
  const point = text.codePointAt(at) ?? 0;
  return point > 0xffff ? classify(String.fromCodePoint(point)) : OTHER;
}

/** Returns the class of the character at `at`, which may be a surrogate pair. */
export function classAt(text: string, at: number): number {
  const kind = classOf(text.charCodeAt(at));
  return kind === SURROGATE ? classOfPair(text, at) : kind;
}

/** Whether a class is one of words that are separated by spaces. */
export function isWordClass(kind: number): boolean {
  return kind === LOWER || kind === UPPER || kind === DIGIT;
}

const folded = new Map<string, string>();

/** Letters that Unicode does not decompose, with the letters that people type for them. */
const LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ł: 'l',
  þ: 'th',
  ħ: 'h',
  ı: 'i',
  ς: 'σ',
};

/** Returns the indexed form of a character: NFKC, lower case, without accents. A bare accent gives `''`. */
export function foldCharacter(character: string): string {
  const known = folded.get(character);
  if (known !== undefined) return known;
  const lower = character.normalize('NFKC').toLowerCase();
  const bare = /\p{Script=Hangul}/u.test(lower) ? lower : lower.normalize('NFD').replace(/\p{Mn}/gu, '');
  const form = isSouthEastAsian(character) || /\p{Script=Hiragana}|\p{Script=Katakana}/u.test(character) ? lower : bare;
  // The compatibility forms of a few Arabic ligatures have spaces, which a term must not have.
  const result = LETTERS[form] ?? form.replace(/\s+/g, '');
  if (folded.size < 20_000) folded.set(character, result);
  return result;
}

const ASCII = /^[\0-\x7f]*$/;

/**
 * Returns the indexed form of a text. It folds each character by itself, so that the result does not depend on context.
 */
export function fold(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  let out = '';
  for (const character of text) out += foldCharacter(character);
  return out;
}

const LETTER_OR_DIGIT = /[\p{L}\p{M}\p{N}]/u;

/** Returns the folded letters and digits of a text, for comparing titles without case, accents and punctuation. */
export function titleKey(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase().replace(/[^a-z0-9]+/g, '');
  let letters = '';
  for (const character of text) if (LETTER_OR_DIGIT.test(character)) letters += foldCharacter(character);
  return letters;
}
