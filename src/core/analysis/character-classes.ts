/**
 * Classes of UTF-16 code units, as the tokenizer sees them. Surrogates have a class of their own: the tokenizer looks
 * at the pair.
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

/** Its patterns stand here, and not beside the function, so that Unicode's tables are read when a character asks for them. */
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

/** The class of one UTF-16 code unit. */
export function classOf(unit: number): number {
  const known = classes[unit] ?? OTHER;
  if (known !== NOT_CLASSIFIED) return known;
  const found = unit >= 0xd800 && unit <= 0xdfff ? SURROGATE : classify(String.fromCharCode(unit));
  classes[unit] = found;
  return found;
}

/** The class of a character outside the basic plane; a lone surrogate is `OTHER`. */
export function classOfPair(text: string, at: number): number {
  const point = text.codePointAt(at) ?? 0;
  return point > 0xffff ? classify(String.fromCodePoint(point)) : OTHER;
}

/** The class of the character that starts at `at`, a surrogate pair seen as one. */
export function classAt(text: string, at: number): number {
  const kind = classOf(text.charCodeAt(at));
  return kind === SURROGATE ? classOfPair(text, at) : kind;
}

/** Whether a class belongs to words that are written with spaces between them. */
export function isWordClass(kind: number): boolean {
  return kind === LOWER || kind === UPPER || kind === DIGIT;
}

const folded = new Map<string, string>();

/** Letters that keep a mark of their own under Unicode decomposition but are typed without it. */
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

/** One character in the form that is indexed: NFKC, lower case, without accents. `''` for a bare accent. */
export function foldCharacter(character: string): string {
  const known = folded.get(character);
  if (known !== undefined) return known;
  const lower = character.normalize('NFKC').toLowerCase();
  const bare = /\p{Script=Hangul}/u.test(lower) ? lower : lower.normalize('NFD').replace(/\p{Mn}/gu, '');
  const form = isSouthEastAsian(character) || /\p{Script=Hiragana}|\p{Script=Katakana}/u.test(character) ? lower : bare;
  // The compatibility form of a few Arabic ligatures holds spaces; a term never does.
  const result = LETTERS[form] ?? form.replace(/\s+/g, '');
  if (folded.size < 20_000) folded.set(character, result);
  return result;
}

const ASCII = /^[\0-\x7f]*$/;

/** A text in the form that is indexed, character by character, so that equal texts fold equally wherever they stand. */
export function fold(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  let out = '';
  for (const character of text) out += foldCharacter(character);
  return out;
}
