import type { Stem } from '../../core/analysis/stemming.js';
import { primaryLanguage } from '../../core/analysis/languages.js';
import { english } from './english.js';

/**
 * Loaded on demand: a site pays for its own languages only. English comes along: it is what a site has that says nothing, takes about as
 * much room as another's loader, and a browser need not ask for it before its first answer.
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
 * What stemmers do not know of their languages. The Spanish one does not see through the plural of every word in -dad
 * (`enfermedades`), nor the Portuguese one through that of short words in -ão (`ações`), with its accents or without. The
 * Romanian one knows s and t with a cedilla, which stood for those with a comma before Unicode had them. A Turkish capital I
 * with a dot leaves the dot behind in lower case.
 */
const RESPELLED: Readonly<Record<string, (word: string) => string>> = {
  es: (word) => word.replace(/dades$/, 'dad'),
  pt: (word) => word.replace(/ões$/, 'ão').replace(/oes$/, 'ao'),
  ro: (word) => word.replaceAll('ș', 'ş').replaceAll('ț', 'ţ'),
  tr: (word) => word.replaceAll('i\u0307', 'i'),
};

/** The stemmer of a language (Snowball's; Porter's first for English); null where there is none. */
export async function loadStemmer(language: string): Promise<Stem | null> {
  const primary = primaryLanguage(language);
  const load = Object.hasOwn(LOADERS, primary) ? LOADERS[primary] : undefined;
  if (load === undefined) return null;
  const { stemmer } = await load();
  const respell = RESPELLED[primary];
  return respell === undefined ? stemmer : (word) => stemmer(respell(word));
}

/** The stemmer of a language; words stay as they are where there is none. */
export async function loadStem(language: string): Promise<Stem> {
  return (await loadStemmer(language)) ?? ((word) => word);
}
