import { z } from 'zod';
import type { FrontMatterMapping } from './field-mapping.js';

const name = z.string().trim().min(1).max(100);
const names = z
  .union([name, z.array(name).min(1).max(20)])
  .transform((value): readonly string[] => (typeof value === 'string' ? [value] : value))
  .optional();

/**
 * The front-matter mapping in a configuration file. The preset `auto` chooses per file: `askdex` if the front matter
 * has `answer` or `question`, otherwise `site`. Every other member replaces the preset's names of a field by a name or
 * a list of names, with dots for nested names (`seo.description`) and a final `*` for numbered ones
 * (`related_article*`).
 */
export const mappingSchema = z.strictObject({
  preset: z.enum(['auto', 'askdex', 'site']).default('auto'),
  /** Prefix of urls that are derived from a file's path, such as `/docs`. */
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
}) satisfies z.ZodType<FrontMatterMapping>;
