import { z } from 'zod';
import { TASK_STATUSES } from '../../app/tasks/task.js';
import { AskdexError } from '../../core/errors.js';
import { parseFilters } from '../../core/parse/filter-parser.js';
import { FACET_FIELDS, LANGUAGE_TAG, QUERY_LIMITS } from '../../core/model/query.js';
import { closestMatch } from '../../core/closest-match.js';
import { TEXT_MODES } from '../../core/model/snapshot-manifest.js';
import { checkedBy } from '../openapi/parameters.js';

/** A whole number in decimal digits, from `min` to `max`. */
function wholeNumber(min: number, max: number) {
  const expected = `it must be a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,15}$/, expected)
    .transform(Number)
    .pipe(z.int().min(min, expected).max(max, expected));
}

const booleanText = z
  .enum(['true', 'false', '1', '0'], 'it must be true or false')
  .transform((text) => text === 'true' || text === '1')
  .pipe(z.boolean())
  .default(false);

const queryText = z
  .string()
  .transform(
    checkedBy((text: string) => {
      if (text.length > QUERY_LIMITS.textLength) {
        throw new AskdexError(
          'query_too_long',
          `The query has ${text.length} characters; at most ${QUERY_LIMITS.textLength} are allowed.`,
          { parameter: 'q', remedy: 'Shorten the question: the words that matter are enough.' },
        );
      }
      return text.replaceAll('\0', ' ');
    }),
  )
  .pipe(z.string().max(QUERY_LIMITS.textLength));

const facetNames = z
  .string()
  .transform((text) => [...new Set(text.split(',').map((name) => name.trim()))])
  .pipe(
    z.array(
      z.enum(FACET_FIELDS, {
        error: ({ input }) => {
          const meant = typeof input === 'string' ? closestMatch(input, FACET_FIELDS) : null;
          return `facets are ${FACET_FIELDS.join(', ')}, with commas between${meant === null ? '' : `; did you mean ${meant}?`}`;
        },
      }),
    ),
  );

const sortOrder = z.enum(['date:desc', 'date:asc'], 'it must be date:desc or date:asc').transform((text) => ({
  field: 'date' as const,
  order: text === 'date:asc' ? ('asc' as const) : ('desc' as const),
}));

const languageTag = z
  .string()
  .regex(LANGUAGE_TAG, 'it must be a language tag such as en or pt-BR')
  .transform((tag) => tag.toLowerCase())
  .pipe(z.string());

const filters = z.array(z.string()).transform(checkedBy(parseFilters));

/** Parameters of `GET /v1/search`. */
export const searchParameters = z.object({
  q: queryText.default('').meta({
    description:
      `What is asked, at most ${QUERY_LIMITS.textLength} characters. Empty: every document, to browse by filter and facet. ` +
      'A `"phrase"` must stand so; `-word` and `-"phrase"` leave documents out; `subject:Medicine`, `subject:"Computer Science"`, ' +
      '`keywords:`, `language:` and `date>=2024-01-01` are filters, negated by a hyphen. Whatever is none of these is text.',
    examples: ['hepatitis b treatment', '"heart attack" -surgery subject:Medicine'],
  }),
  limit: wholeNumber(0, QUERY_LIMITS.limit).default(10).meta({ description: 'Number of hits.' }),
  offset: wholeNumber(0, QUERY_LIMITS.offset).default(0).meta({ description: 'Number of hits to skip.' }),
  filter: filters.default([]).meta({
    description:
      'Keeps some documents: `subject:"Medicine"`, `subject:"A","B"` (either), `date>=2024-01-01`. Repeat it where all must hold. ' +
      'Fields are subject, language, keywords and date; a date compares by : = > >= < <=. In quotes, `\\"` is a quote.',
    examples: [['subject:"Medicine"', 'date>=2024-01-01']],
  }),
  facets: facetNames.default([]).meta({
    description: 'Counts the values of these fields over all hits; separated by commas.',
    examples: [['subject']],
  }),
  sort: sortOrder.optional().meta({ description: 'Order by date instead of by score.', examples: ['date:desc'] }),
  lang: languageTag
    .optional()
    .meta({ description: "Language of the query; default: the site's language.", examples: ['en'] }),
  explain: booleanText.meta({ description: 'Adds to each hit the parts that add up to its score.' }),
  exactTotal: booleanText.meta({ description: 'Counts every hit, even if the search could end earlier.' }),
  similar: booleanText.meta({
    description: 'q is a new question: finds documents that already answer it. Needs q.',
  }),
});

/** Parameters of `GET /v1/suggest`. */
export const suggestParameters = z.object({
  q: queryText.default('').meta({ description: 'What has been typed so far.', examples: ['hepat'] }),
  limit: wholeNumber(0, 20).default(8).meta({ description: 'Maximum number of suggestions.' }),
});

export const relatedParameters = z.object({
  limit: wholeNumber(0, 20).default(5).meta({ description: 'Maximum number of related links.' }),
});

export const noParameters = z.object({});

/** Parameters of `GET /v1/snapshots/latest`. */
export const snapshotParameters = z.object({
  text: z
    .enum(TEXT_MODES, 'it must be none or full')
    .default('full')
    .meta({ description: 'full: with the answers; none: only titles, links and descriptions.' }),
});

/** Parameters of `GET /v1/admin/tasks`. */
export const tasksParameters = z.object({
  limit: wholeNumber(1, 100).default(20).meta({ description: 'Maximum number of tasks.' }),
  from: wholeNumber(0, Number.MAX_SAFE_INTEGER)
    .optional()
    .meta({ description: 'The newest uid to list: `next` of the previous page.' }),
  status: z
    .string()
    .transform((text) => text.split(',').map((status) => status.trim()))
    .pipe(z.array(z.enum(TASK_STATUSES, `statuses are ${TASK_STATUSES.join(', ')}, with commas between`)))
    .optional()
    .meta({ description: 'Only tasks with these statuses; separated by commas.' }),
});

export const queriesParameters = z.object({
  limit: wholeNumber(1, 100).default(20).meta({ description: 'Maximum number of queries in each list.' }),
});

/** Body of `POST /v1/admin/reindex`. */
export const reindexBody = z.strictObject({
  full: z
    .boolean('it must be true or false')
    .default(false)
    .meta({ description: 'Rebuilds everything, not only what changed.' }),
});

/** Body of `POST /v1/admin/rollback`. */
export const rollbackBody = z.strictObject({
  generation: z
    .string('it must be the name of a generation')
    .min(1, 'it must be the name of a generation')
    .max(100, 'it must be the name of a generation')
    .optional()
    .meta({ description: 'The generation to serve again; default: the previous one.' }),
});
