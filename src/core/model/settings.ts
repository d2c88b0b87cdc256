import type { Field } from './document.js';

export const RANKINGS = ['default', 'bm25', 'minisearch'] as const;
export type Ranking = (typeof RANKINGS)[number];

/** How much each part of the default ranking counts; 0 leaves a part out. `docs/ranking.md` tells what each does. */
export interface RankingWeights {
  /** Words that the best answers have besides those of the query. */
  readonly feedback: number;
  /** Words of the query that stand close together. */
  readonly proximity: number;
  /** A title with the same words, by how rare they are. */
  readonly sameTitle: number;
  /** A title with the same words, each counted alike. */
  readonly sameWords: number;
  /** A title that begins as the query does. */
  readonly sameBeginning: number;
  /** The newest document's advantage over one without a date, in shares of its score. */
  readonly date: number;
  /** The advantage of a document with a boost of 2, in shares of its score. */
  readonly boost: number;
}

/** What a site may tune about analysis, ranking and snippets; part of what an index is built from. */
export interface SearchSettings {
  /** BCP 47, lower case: the language of documents and queries that name none. */
  readonly language: string;
  /** Weights of the fields, each above 0. */
  readonly boosts: Readonly<Record<Field, number>>;
  readonly ranking: Ranking;
  readonly weights: RankingWeights;
  /** Words that mean the same: `['heart attack', 'myocardial infarction']` both ways. */
  readonly synonyms: readonly (readonly string[])[];
  /** One way: a query for the key also finds the values. */
  readonly oneWaySynonyms: Readonly<Record<string, readonly string[]>>;
  /** Words that are never stemmed nor corrected. */
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
