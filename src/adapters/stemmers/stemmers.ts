import type { Stem } from '../../core/analysis/stemming.js';
import { primaryLanguage } from '../../core/analysis/languages.js';
import { english } from './english.js';

/**
 * Loaded on demand, so that a site loads only its own languages. English is included: it is the default, it is hardly
 * larger than a loader, and a browser needs no request for it before the first answer.
 */
const LOADERS: Readonly<Record<string, () => Promise<{ stemmer: (word: string) => string }>>> = {
  ar: () => import('@orama/stemmers/arabic'),
  da: () => import('@orama/stemmers/danish'),
  de: () => import('@orama/stemmers/german'),
  el: () => import('@orama/stemmers/greek'),
  en: () => Promise.resolve({ stemmer: english }),
  es: () => import('@orama/stemmers/spanish'),
  fi: () => import('@orama/stemmers/finnish'),
  fr: () => import('@orama/stemmers/french'),
  hu: () => import('@orama/stemmers/hungarian'),
  it: () => import('@orama/stemmers/italian'),
  nl: () => import('@orama/stemmers/dutch'),
  no: () => import('@orama/stemmers/norwegian'),
  pt: () => import('@orama/stemmers/portuguese'),
  ro: () => import('@orama/stemmers/romanian'),
  ru: () => import('@orama/stemmers/russian'),
  sv: () => import('@orama/stemmers/swedish'),
  tr: () => import('@orama/stemmers/turkish'),
};

export const STEMMED_LANGUAGES: readonly string[] = Object.keys(LOADERS);

/**
 * Corrections for gaps of the stemmers. The Spanish stemmer misses plurals of words in -dad (`enfermedades`), the
 * Portuguese one those of short words in -ão (`ações`), with or without accents. The Romanian one only knows s and t
 * with a cedilla, the older encoding of s and t with a comma. Turkish İ in lower case is i with a separate dot.
 */
const RESPELLED: Readonly<Record<string, (word: string) => string>> = {
  es: (word) => word.replace(/dades$/, 'dad'),
  pt: (word) => word.replace(/ões$/, 'ão').replace(/oes$/, 'ao'),
  ro: (word) => word.replaceAll('ș', 'ş').replaceAll('ț', 'ţ'),
  tr: (word) => word.replaceAll('i\u0307', 'i'),
};

/** The stemmer of a language: Snowball's, for English the original one of Porter. null if there is none. */
export async function loadStemmer(language: string): Promise<Stem | null> {
  const primary = primaryLanguage(language);
  const load = Object.hasOwn(LOADERS, primary) ? LOADERS[primary] : undefined;
  if (load === undefined) return null;
  const { stemmer } = await load();
  const respell = RESPELLED[primary];
  return respell === undefined ? stemmer : (word) => stemmer(respell(word));
}

/** The stemmer of a language. If there is none, the function returns words unchanged. */
export async function loadStem(language: string): Promise<Stem> {
  return (await loadStemmer(language)) ?? ((word) => word);
}
