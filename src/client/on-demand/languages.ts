// Stemmers and stop words of languages, for the client. English comes along, because most sites say nothing else; a browser need not ask for
// it before its first answer.
import { english } from '../../adapters/stemmers/english.js';
import type { Stem } from '../../core/analysis/stemming.js';
import { ENGLISH_STOP_WORDS, splitWords } from '../../core/analysis/english-stop-words.js';
import { primaryLanguage } from '../../core/analysis/languages.js';
import type * as OtherLanguages from './other-languages.js';

let others: typeof OtherLanguages | null = null;

/** Loads what is needed to search in a language; null: nothing is. */
export async function loadLanguage(language: string | null | undefined): Promise<void> {
  if (language === null || language === undefined || isEnglish(language)) return;
  others ??= await import('./other-languages.js');
}

/** The stemmer of a language; null if there is none. */
export async function loadStemmer(language: string): Promise<Stem | null> {
  if (isEnglish(language)) return english;
  await loadLanguage(language);
  return others?.loadStemmer(language) ?? null;
}

/**
 * The stop words of a language that was loaded; none if it has no list. In what browsers load, this stands in for the function of
 * `core/analysis/stop-words.ts`.
 */
export function stopWordsOf(language: string): readonly string[] {
  return isEnglish(language) ? splitWords(ENGLISH_STOP_WORDS) : (others?.stopWordsOf(language) ?? []);
}

function isEnglish(language: string): boolean {
  return primaryLanguage(language) === 'en';
}
