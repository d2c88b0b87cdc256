import type { Stem } from '../../core/analysis/analyzer.js';

/** Loaded on demand: a site pays for its own languages only. */
const LOADERS: Readonly<Record<string, () => Promise<{ stemmer: (word: string) => string }>>> = {
  ar: () => import('@orama/stemmers/arabic'),
  da: () => import('@orama/stemmers/danish'),
  de: () => import('@orama/stemmers/german'),
  el: () => import('@orama/stemmers/greek'),
  // Porter's own test vocabulary passes here; the other library's English drops letters (infection, adoption).
  en: () => import('stemmer'),
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

/** The stemmer of a language (Snowball's; Porter's first for English); words stay as they are where there is none. */
export async function loadStem(language: string): Promise<Stem> {
  const primary = language.split('-')[0] ?? '';
  const load = Object.hasOwn(LOADERS, primary) ? LOADERS[primary] : undefined;
  return load === undefined ? (word) => word : (await load()).stemmer;
}
