import fc from 'fast-check';
import { createAnalyzer, type Analyzer, type AnalyzerOptions } from '../../src/core/analysis/analyzer.js';
import { loadStem } from '../../src/adapters/stemmers/stemmers.js';

/** The analyzer of a site in English, with the real stemmer. */
export async function englishAnalyzer(choices: Partial<AnalyzerOptions> = {}): Promise<Analyzer> {
  const stem = await loadStem('en');
  return createAnalyzer({ language: 'en', stem, stopWords: null, protectedWords: [], ...choices });
}

/** Any UTF-16, lone surrogates included. */
export const anyUnits: fc.Arbitrary<string> = fc.string({
  unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
  maxLength: 60,
});

const CHARACTERS = [
  ...'abzAZ019_-.\':/+#()’‐‑ \n\t<>&"$\\|!,',
  ...'éßİıςΣΩΘ½²①ﬁﷺٱ',
  ...'漢字かがカー한국ไทยกำ',
  ...'👍𝐀𝒷𠀀',
  '\u0301',
  '\u20e3',
  '\ufe0f',
  '\u3099',
  '\ud83d',
  '\udc4d',
  'C++',
  'O(n log n)',
  "n't",
  'camelCase',
];

/** Texts of parts that the tokenizer has rules for, so that the rules interact. */
export const trickyText: fc.Arbitrary<string> = fc
  .array(fc.constantFrom(...CHARACTERS), { maxLength: 40 })
  .map((characters) => characters.join(''));

/** A text from both. */
export const anyText: fc.Arbitrary<string> = fc.oneof(anyUnits, trickyText, fc.string({ unit: 'binary' }));

/** Whether a cut before the unit at `at` splits a surrogate pair. */
export function splitsPair(text: string, at: number): boolean {
  return /[\ud800-\udbff]/.test(text.charAt(at - 1)) && /[\udc00-\udfff]/.test(text.charAt(at));
}

/** Whether a text contains no lone surrogate. */
export function isWellFormed(text: string): boolean {
  return !/\p{Cs}/u.test(text);
}
