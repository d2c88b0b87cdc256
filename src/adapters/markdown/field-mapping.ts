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

/** The front-matter names of each field. The first that has a value is used. */
export type FieldNames = Readonly<Record<MappedField, readonly string[]>>;

export type PresetName = 'askdex' | 'site';

/** How the fields are found in front matter; see `mappingSchema`. */
export type FrontMatterMapping = {
  readonly preset: 'auto' | PresetName;
  readonly urlPrefix: string;
} & { readonly [Name in MappedField]?: readonly string[] | undefined };

/** `auto` with no override. */
export const DEFAULT_MAPPING: FrontMatterMapping = { preset: 'auto', urlPrefix: '' };

/** Whether a value is a mapping as `mappingSchema` returns it. */
export function isFrontMatterMapping(value: unknown): value is FrontMatterMapping {
  if (typeof value !== 'object' || value === null) return false;
  const mapping: Partial<Record<keyof FrontMatterMapping, unknown>> = value;
  const { preset, urlPrefix } = mapping;
  return (
    (preset === 'auto' || preset === 'askdex' || preset === 'site') &&
    typeof urlPrefix === 'string' &&
    MAPPED_FIELDS.every((field) => mapping[field] === undefined || isNames(mapping[field]))
  );
}

function isNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((name) => typeof name === 'string');
}

export const PRESETS: Readonly<Record<PresetName, FieldNames>> = {
  // title, article_title and question have the same text in this schema, so only one of them is read.
  // `score` is not used as boost: it is -1 in every file.
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

/** The names of the preset, overridden field by field by those of the mapping. */
export function fieldNames(mapping: FrontMatterMapping, preset: PresetName): FieldNames {
  const base = PRESETS[preset];
  const chosen = { ...base };
  for (const field of MAPPED_FIELDS) chosen[field] = mapping[field] ?? base[field];
  return chosen;
}

/** The preset that a file is read with. */
export function detectPreset(mapping: FrontMatterMapping, data: Readonly<Record<string, unknown>>): PresetName {
  if (mapping.preset !== 'auto') return mapping.preset;
  return Object.hasOwn(data, 'answer') || Object.hasOwn(data, 'question') ? 'askdex' : 'site';
}
