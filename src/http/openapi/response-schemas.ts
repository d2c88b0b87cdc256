import { z } from 'zod';
import { TASK_STATUSES, TASK_TRIGGERS } from '../../app/tasks/task.js';
import { ERROR_CODES, type ErrorCode } from '../../core/errors.js';
import { BUILD_STAGES } from '../../core/model/build-report.js';
import { TEXT_MODES } from '../../core/model/snapshot-manifest.js';

/** Schemas of the responses, for the API description and for the tests that check real responses. */
export const views = z.registry<{ id: string; description?: string }>();

function named<S extends z.ZodType>(id: string, schema: S, description?: string): S {
  views.add(schema, description === undefined ? { id } : { id, description });
  return schema;
}

const text = z.string();
const nullable = z.string().nullable();
const count = z.int().min(0);
const time = z.string().meta({ format: 'date-time' });

const range = named('Range', z.tuple([count, count]), 'UTF-16 offsets: start inclusive, end exclusive.');

const snippet = named(
  'Snippet',
  z.strictObject({
    field: z.enum(['title', 'answer', 'keywords', 'description']),
    heading: nullable.meta({ description: 'The heading above the passage.' }),
    text,
    highlights: z.array(range).meta({ description: 'Ranges into text.' }),
    html: text.meta({ description: 'text, escaped for HTML, with <mark> around the highlights.' }),
  }),
);

const relatedHit = named(
  'RelatedLink',
  z.strictObject({
    title: text,
    url: text,
    subject: nullable,
    indexed: z.boolean().meta({ description: 'Whether the url is a document of the served generation.' }),
    computed: z.boolean().meta({ description: 'true: found by content; false: written in the source.' }),
  }),
);

const hit = named(
  'Hit',
  z.strictObject({
    id: text,
    title: text,
    url: text,
    subject: nullable,
    date: nullable.meta({ description: 'YYYY-MM-DD.' }),
    score: z.number(),
    titleHighlights: z.array(range).meta({ description: 'Ranges into title.' }),
    snippets: z.array(snippet),
    related: z.array(relatedHit),
    explain: z.array(z.strictObject({ part: text, score: z.number() })).optional(),
  }),
);

export const searchAnswer = named(
  'SearchAnswer',
  z.strictObject({
    query: text,
    hits: z.array(hit),
    totalHits: count,
    totalHitsExact: z.boolean().meta({ description: 'false: totalHits is a lower bound.' }),
    droppedTerms: z.array(text).meta({ description: 'Words of the query that did not count.' }),
    limit: count,
    offset: count,
    facets: z.record(text, z.record(text, count)).optional(),
    didYouMean: text.optional().meta({ description: 'A clearly better spelling of the query.' }),
    approximate: z.literal(true).optional(),
    processingTimeMs: z.number().min(0),
    generation: text,
  }),
);

export const suggestAnswer = named(
  'SuggestAnswer',
  z.strictObject({ suggestions: z.array(z.strictObject({ text, url: text.optional() })) }),
);

const block = named(
  'Block',
  z.strictObject({
    kind: z.enum(['heading', 'paragraph', 'item', 'row', 'code', 'math']),
    start: count,
    end: count,
  }),
  'UTF-16 offsets into answer: start inclusive, end exclusive.',
);

export const documentAnswer = named(
  'Document',
  z.strictObject({
    id: text,
    title: text,
    url: text,
    subject: nullable,
    date: nullable,
    language: nullable,
    keywords: z.array(text),
    description: nullable,
    answer: nullable.meta({ description: "The answer's plain text: its blocks, joined by line feeds." }),
    blocks: z
      .array(block)
      .nullable()
      .meta({ description: 'The blocks of answer, in order; the cells of a row are joined by " | ".' }),
    atoms: z.array(range).nullable().meta({ description: 'Inline code and math in answer.' }),
  }),
);

export const relatedAnswer = named('RelatedAnswer', z.strictObject({ related: z.array(relatedHit) }));

const changes = { documents: count, added: count, changed: count, removed: count, unchanged: count };

export const task = named(
  'Task',
  z.strictObject({
    uid: count,
    indexUid: z.literal('askdex'),
    status: z.enum(TASK_STATUSES),
    type: z.literal('reindex'),
    trigger: z.enum(TASK_TRIGGERS).meta({ description: 'Who asked first.' }),
    full: z.boolean(),
    enqueuedAt: time,
    startedAt: time.nullable(),
    finishedAt: time.nullable(),
    duration: nullable.meta({ description: 'ISO 8601, such as PT1.5S.' }),
    progress: z
      .strictObject({
        stage: z.enum(BUILD_STAGES),
        percent: z.number().min(0).max(100),
        done: count,
        total: count,
      })
      .nullable(),
    details: z
      .strictObject({
        generation: text,
        published: z.boolean(),
        ...changes,
        skipped: count,
        warnings: count,
        bytes: count,
      })
      .nullable()
      .meta({ description: 'What the build did, once it has succeeded.' }),
    error: z.strictObject({ code: text, message: text, remedy: nullable }).nullable(),
    canceledBy: nullable,
  }),
  'One requested build.',
);

export const tasksAnswer = named(
  'TasksAnswer',
  z.strictObject({
    results: z.array(task),
    total: count,
    limit: count,
    from: count.nullable(),
    next: count.nullable(),
  }),
);

export const reindexAnswer = named(
  'TaskAccepted',
  z.strictObject({ taskUid: count, status: text, type: text, enqueuedAt: time }),
);

export const rollbackAnswer = named(
  'Manifest',
  z.looseObject({
    generation: text,
    createdAt: time,
    sequence: count,
    documents: count,
    analyzer: text,
    askdex: text,
  }),
  'The generation that is served from now on.',
);

const sha256 = text.regex(/^[0-9a-f]{64}$/).meta({ description: 'Lower-case hexadecimal.' });

export const snapshotAnswer = named(
  'Snapshot',
  z.looseObject({
    snapshot: z.literal(1),
    kind: z.literal('packed'),
    generation: text,
    createdAt: time,
    sequence: count,
    askdex: text,
    analyzer: text.meta({ description: 'The analyzer that the client has to search with.' }),
    text: z.enum(TEXT_MODES),
    settings: z.looseObject({}).meta({ description: 'The settings of the site that differ from the default.' }),
    subject: nullable,
    documents: count,
    prefix: text.meta({ description: "Prefix of each file's name, relative to the manifest's URL." }),
    files: z.array(z.strictObject({ name: text, size: count, sha256 })),
    deltas: z
      .array(
        z.strictObject({
          generation: text,
          from: sha256.meta({ description: "sha256 of the earlier snapshot's `index.askdex`." }),
          name: text,
          size: count,
          sha256,
        }),
      )
      .meta({ description: 'Files that turn earlier snapshots of this text mode into this one.' }),
    checksum: sha256,
    signature: text.optional(),
  }),
  'A generation as clients download it.',
);

const notice = z.strictObject({
  file: nullable,
  line: count.nullable(),
  code: text,
  reason: text,
  remedy: text,
});
const skippedFile = notice.extend({ file: text, skipped: z.boolean() });

export const reportAnswer = named(
  'BuildReport',
  z.strictObject({
    generation: nullable.meta({
      description: 'The current generation after the build; null: there is none yet.',
    }),
    published: z.boolean().meta({
      description:
        'false: nothing was published, because the content is the same or for the reason that the warnings give.',
    }),
    ...changes,
    skipped: z.array(skippedFile),
    warnings: z.array(notice),
    durationMs: z.number(),
    bytes: count,
  }),
  'What the last build did, and what it skipped and why.',
);

const queryCount = z.strictObject({ query: text, count });

export const queriesAnswer = named(
  'QueriesAnswer',
  z.strictObject({
    since: time,
    searches: count,
    top: z.array(queryCount),
    zeroHits: z.array(queryCount),
    slow: z.array(z.strictObject({ query: text, duration: z.number(), hits: count, at: time })),
  }),
);

export const liveAnswer = named('Live', z.strictObject({ status: z.literal('ok') }));

export const readyAnswer = named(
  'Ready',
  z.strictObject({ status: z.enum(['ok', 'unavailable']), generation: nullable, documents: count }),
);

function codesOverHttp(): ErrorCode[] {
  const codes: ErrorCode[] = [];
  let code: ErrorCode;
  for (code in ERROR_CODES) if (ERROR_CODES[code].status !== null) codes.push(code);
  return codes;
}

/** The codes that an answer can carry. */
export const HTTP_CODES: readonly ErrorCode[] = codesOverHttp();

export const problem = named(
  'Problem',
  z.strictObject({
    type: text.meta({ description: 'A link to the explanation of the code.' }),
    title: text,
    status: z.int().min(400).max(599),
    detail: text,
    code: z.enum(HTTP_CODES),
    parameter: text.optional().meta({ description: 'The parameter, header or member at fault.' }),
    remedy: text.optional().meta({ description: 'What to do.' }),
    requestId: text.optional(),
  }),
  'RFC 9457 problem details.',
);
