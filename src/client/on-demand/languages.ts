// Stemmers and stop words for the client. English, the language of most sites, is part of the bundle, so that a browser
// does not have to download it before the first answer.
import { english } from '../../adapters/stemmers/english.js';
import type { Stem } from '../../core/analysis/stemming.js';
import { ENGLISH_STOP_WORDS, splitWords } from '../../core/analysis/english-stop-words.js';
import { primaryLanguage } from '../../core/analysis/languages.js';
import type * as OtherLanguages from './other-languages.js';

let others: typeof OtherLanguages | null = null;

/** Loads the module that a language needs. null and English need none. */
export async function loadLanguage(language: string | null | undefined): Promise<void> {
  if (language === null || language === undefined || isEnglish(language)) return;
  others ??= await import('./other-languages.js');
}

/** Returns the stemmer of a language; null if there is none. */
export async function loadStemmer(language: string): Promise<Stem | null> {
  if (isEnglish(language)) return english;
  await loadLanguage(language);
  return others?.loadStemmer(language) ?? null;
}

/**
 * Returns the stop words of a loaded language, which may be none. The bundles for browsers use this in place of the
 * function of `core/analysis/stop-words.ts`.
 */
export function stopWordsOf(language: string): readonly string[] {
  return isEnglish(language) ? splitWords(ENGLISH_STOP_WORDS) : (others?.stopWordsOf(language) ?? []);
}

function isEnglish(language: string): boolean {
  return primaryLanguage(language) === 'en';
}
