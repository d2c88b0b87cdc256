import type { Field } from './document.js';

export const RANKINGS = ['default', 'bm25', 'minisearch'] as const;
export type Ranking = (typeof RANKINGS)[number];

/** What a site may tune about analysis, ranking and snippets; part of what an index is built from. */
export interface SearchSettings {
  /** BCP 47, lower case: the language of documents and queries that name none. */
  readonly language: string;
  /** Weights of the fields, each above 0. */
  readonly boosts: Readonly<Record<Field, number>>;
  readonly ranking: Ranking;
  /** Words that mean the same: `['heart attack', 'myocardial infarction']` both ways. */
  readonly synonyms: readonly (readonly string[])[];
  /** One way: a query for the key also finds the values. */
  readonly oneWaySynonyms: Readonly<Record<string, readonly string[]>>;
  /** Words that are never stemmed. */
  readonly protectedWords: readonly string[];
  /** Replaces the language's own list; null: the language's own. */
  readonly stopWords: readonly string[] | null;
  /** Characters of one snippet: 40 to 1000. */
  readonly snippetLength: number;
}

export const DEFAULT_SETTINGS: SearchSettings = {
  language: 'en',
  boosts: { title: 4, answer: 1, keywords: 1 },
  ranking: 'default',
  synonyms: [],
  oneWaySynonyms: {},
  protectedWords: [],
  stopWords: null,
  snippetLength: 200,
};
