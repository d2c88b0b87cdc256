import { z } from 'zod';

/** The fields of a document that front matter can feed. */
export const MAPPED_FIELDS = [
  'title',
  'answer',
  'keywords',
  'subject',
  'url',
  'date',
  'language',
  'description',
  'related',
  'boost',
] as const;
export type MappedField = (typeof MAPPED_FIELDS)[number];

/** For each field the front-matter names that may hold it: the first that has a value wins. */
export type FieldNames = Readonly<Record<MappedField, readonly string[]>>;

const name = z.string().trim().min(1).max(100);
const names = z
  .union([name, z.array(name).min(1).max(20)])
  .transform((value): readonly string[] => (typeof value === 'string' ? [value] : value))
  .optional();

/**
 * The front-matter mapping as a configuration file writes it. `preset` `auto` decides file by file: a file whose front
 * matter has `answer` or `question` is read as `askdex`, any other as `site`. Every other member replaces the preset's
 * names of that field: a name or a list of names, with dots for nested ones (`seo.description`), `*` at the end for
 * numbered ones (`related_article*`).
 */
export const mappingSchema = z.strictObject({
  preset: z.enum(['auto', 'askdex', 'site']).default('auto'),
  /** Put before urls that are made from a file's path, such as `/docs`. */
  urlPrefix: z
    .string()
    .regex(/^(\/[^/\s\\?#]+)*$/, 'must be empty or a path such as "/docs", without a slash at its end')
    .max(200)
    .default(''),
  title: names,
  answer: names,
  keywords: names,
  subject: names,
  url: names,
  date: names,
  language: names,
  description: names,
  related: names,
  boost: names,
});

export type FrontMatterMapping = z.output<typeof mappingSchema>;

/** `auto` with no override. */
export const DEFAULT_MAPPING: FrontMatterMapping = mappingSchema.parse({});

export type PresetName = 'askdex' | 'site';

export const PRESETS: Readonly<Record<PresetName, FieldNames>> = {
  // title, article_title and question hold the same text in this schema, so one of them is read, never all.
  // `score` is no boost: it is -1 in every file.
  askdex: {
    title: ['title', 'question', 'article_title'],
    answer: ['answer'],
    keywords: ['seo.page_keywords', 'keywords', 'tags'],
    subject: ['subject'],
    url: ['url'],
    date: ['date'],
    language: ['language', 'lang'],
    description: ['seo.page_description', 'description'],
    related: ['related_article*', 'related'],
    boost: ['boost'],
  },
  site: {
    title: ['title'],
    answer: [],
    keywords: ['keywords', 'tags'],
    subject: ['subject', 'category', 'categories'],
    url: ['url', 'permalink', 'slug'],
    date: ['date', 'pubDate', 'publishDate', 'lastmod'],
    language: ['language', 'lang', 'locale'],
    description: ['description', 'summary', 'excerpt'],
    related: ['related'],
    boost: ['boost'],
  },
};

/** The names in force: the preset's, replaced field by field by the mapping's own. */
export function namesOf(mapping: FrontMatterMapping, preset: PresetName): FieldNames {
  const base = PRESETS[preset];
  const chosen = { ...base };
  for (const field of MAPPED_FIELDS) chosen[field] = mapping[field] ?? base[field];
  return chosen;
}

/** Which preset a file is read with. */
export function presetOf(mapping: FrontMatterMapping, data: Readonly<Record<string, unknown>>): PresetName {
  if (mapping.preset !== 'auto') return mapping.preset;
  return Object.hasOwn(data, 'answer') || Object.hasOwn(data, 'question') ? 'askdex' : 'site';
}
