import { z } from 'zod';
import { FIELDS } from '../core/model/document.js';
import { DEFAULT_SETTINGS, RANKINGS, type RankingWeights } from '../core/model/settings.js';

const word = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(200, 'must have at most 200 characters')
  .refine((text) => !/\p{Cc}/u.test(text), 'must not hold control characters');

const words = z.array(word).max(10_000, 'must have at most 10,000 entries');

const boost = z.number().gt(0, 'must be above 0').max(1000, 'must be at most 1000');

const boosts = z
  .strictObject({ title: boost.optional(), answer: boost.optional(), keywords: boost.optional() })
  .transform((given) => ({
    title: given.title ?? DEFAULT_SETTINGS.boosts.title,
    answer: given.answer ?? DEFAULT_SETTINGS.boosts.answer,
    keywords: given.keywords ?? DEFAULT_SETTINGS.boosts.keywords,
  }));

const weight = z.number().min(0, 'must be 0 or above').max(100, 'must be at most 100');

/** Missing weights have their default. */
const weights = z
  .strictObject({
    feedback: weight.optional(),
    proximity: weight.optional(),
    sameTitle: weight.optional(),
    sameWords: weight.optional(),
    sameBeginning: weight.optional(),
    date: weight.optional(),
    boost: weight.optional(),
  })
  .transform((given): RankingWeights => {
    const { weights: usual } = DEFAULT_SETTINGS;
    return {
      feedback: given.feedback ?? usual.feedback,
      proximity: given.proximity ?? usual.proximity,
      sameTitle: given.sameTitle ?? usual.sameTitle,
      sameWords: given.sameWords ?? usual.sameWords,
      sameBeginning: given.sameBeginning ?? usual.sameBeginning,
      date: given.date ?? usual.date,
      boost: given.boost ?? usual.boost,
    };
  });

const language = z
  .string()
  .refine(isLanguageTag, 'must be a language tag such as "en" or "pt-br"')
  .transform((tag) => tag.toLowerCase());

function isLanguageTag(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}

/** A golden query and the url of the document that must be its first hit. */
const goldenQuery = z.strictObject({
  query: z.string().trim().min(1).max(2000),
  expect: z.string().min(1).max(2048),
});
export type GoldenQuery = z.output<typeof goldenQuery>;
export const goldenQueryList = z.array(goldenQuery).max(10_000);

const synonymGroup = words.min(2, 'needs at least two words that mean the same');

const settingsShape = {
  language: language.default(DEFAULT_SETTINGS.language),
  boosts: boosts.default({ ...DEFAULT_SETTINGS.boosts }),
  ranking: z.enum(RANKINGS).default(DEFAULT_SETTINGS.ranking),
  weights: weights.default({ ...DEFAULT_SETTINGS.weights }),
  synonyms: z.array(synonymGroup).max(10_000).default([]),
  oneWaySynonyms: z.record(word, words.min(1, 'needs at least one word')).default({}),
  protectedWords: words.default([]),
  stopWords: words.nullable().default(null),
  snippetLength: z.number().int().min(40).max(1000).default(DEFAULT_SETTINGS.snippetLength),
};

const siteShape = {
  goldenQueries: z
    .union([z.string().trim().min(1), goldenQueryList])
    .nullable()
    .default(null),
  keepGenerations: z.number().int().min(2).max(100).default(3),
  buildTimeoutMinutes: z.number().gt(0).max(1440).default(60),
  logQueries: z.boolean().default(false),
};

/** The schema of `askdex.config.json`. `mapping` is any JSON here; its adapter validates it. */
export const configFileSchema = z.strictObject({
  $schema: z.string().optional(),
  ...settingsShape,
  ...siteShape,
  mapping: z.json().default({}),
});
export type ConfigFile = z.output<typeof configFileSchema>;

/** The keys of the file, for documentation and for suggestions. */
export const CONFIG_KEYS: readonly string[] = Object.keys(configFileSchema.shape);

/** The keys that are suggested for an unknown one. */
export const SUGGESTED_KEYS: readonly string[] = [
  ...CONFIG_KEYS,
  ...FIELDS,
  ...Object.keys(DEFAULT_SETTINGS.weights),
  'query',
  'expect',
];
