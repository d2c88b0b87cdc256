import { type Field, FIELDS } from './document.js';
import { isAmount, isListOf, isRecord, isText } from '../guards.js';

export const RANKINGS = ['default', 'bm25', 'minisearch'] as const;
export type Ranking = (typeof RANKINGS)[number];

/** How much each part of the default ranking counts; 0 leaves a part out. see `docs/ranking.md`. */
export interface RankingWeights {
  /** Other words that the best answers have in common. */
  readonly feedback: number;
  /** Words of the query that are close together. */
  readonly proximity: number;
  /** A title with the same words, weighted by their rarity. */
  readonly sameTitle: number;
  /** A title with the same words, all weighted alike. */
  readonly sameWords: number;
  /** A title that begins like the query. */
  readonly sameBeginning: number;
  /** The newest document's advantage over one without a date, as a share of its score. */
  readonly date: number;
  /** The advantage of a document with a boost of 2, as a share of its score. */
  readonly boost: number;
}

/** A site's settings for analysis, ranking and snippets. An index depends on them. */
export interface SearchSettings {
  /** BCP 47, lower case: the language of documents and queries that name none. */
  readonly language: string;
  /** Weights of the fields, each above 0. */
  readonly boosts: Readonly<Record<Field, number>>;
  readonly ranking: Ranking;
  readonly weights: RankingWeights;
  /** Groups of words that mean the same: `['heart attack', 'myocardial infarction']`. */
  readonly synonyms: readonly (readonly string[])[];
  /** A query for a key also finds its values, but not the reverse. */
  readonly oneWaySynonyms: Readonly<Record<string, readonly string[]>>;
  /** Words that are never stemmed nor corrected. */
  readonly protectedWords: readonly string[];
  /** Replaces the language's own list; null: the language's own. */
  readonly stopWords: readonly string[] | null;
  /** UTF-16 units of one snippet: 40 to 1000. */
  readonly snippetLength: number;
}

export const DEFAULT_SETTINGS: SearchSettings = {
  language: 'en',
  boosts: { title: 4, answer: 1, keywords: 1 },
  ranking: 'default',
  weights: {
    feedback: 0.22,
    proximity: 0.05,
    sameTitle: 1,
    sameWords: 1,
    sameBeginning: 5,
    date: 0.005,
    boost: 0.05,
  },
  synonyms: [],
  oneWaySynonyms: {},
  protectedWords: [],
  stopWords: null,
  snippetLength: 200,
};

/**
 * Returns the settings that differ from the defaults. A snapshot stores them, so that it is searched alike everywhere.
 */
export function nonDefaultSettings(settings: SearchSettings): Partial<SearchSettings> {
  const differs = (name: string): boolean =>
    JSON.stringify(Reflect.get(settings, name)) !== JSON.stringify(Reflect.get(DEFAULT_SETTINGS, name));
  return Object.fromEntries(Object.entries(settings).filter(([name]) => differs(name)));
}

/** Whether a value from outside is valid settings, all or some of them. */
export function isSettings(value: unknown): value is Partial<SearchSettings> {
  const checks = memberChecks();
  return (
    isRecord(value) &&
    Object.entries(value).every(([name, member]) => Object.hasOwn(checks, name) && checks[name]?.(member))
  );
}

const isTexts = (value: unknown): boolean => isListOf(value, isText);
const isNumbers =
  (names: readonly string[]) =>
  (value: unknown): boolean =>
    isRecord(value) && Object.keys(value).length === names.length && names.every((name) => isAmount(value[name]));

// A function, so that a page that needs only the defaults loads none of the checks.
function memberChecks(): Readonly<Record<string, (value: unknown) => boolean>> {
  return {
    language: isText,
    boosts: isNumbers(FIELDS),
    ranking: (value) => RANKINGS.some((ranking) => ranking === value),
    weights: isNumbers(Object.keys(DEFAULT_SETTINGS.weights)),
    synonyms: (value) => Array.isArray(value) && value.every(isTexts),
    oneWaySynonyms: (value) => isRecord(value) && Object.values(value).every(isTexts),
    protectedWords: isTexts,
    stopWords: (value) => value === null || isTexts(value),
    snippetLength: (value) => isAmount(value) && value >= 40 && value <= 1000,
  };
}
