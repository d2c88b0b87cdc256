/** One example of each response, for the API description. A test validates each against its schema. */

const GENERATION = '20250102T030405Z-0123456789ab';

const related = [
  {
    title: 'How do vaccines train the immune system?',
    url: '/learn/medicine/questions/how-do-vaccines-train-the-immune-system',
    subject: 'Medicine',
    indexed: true,
    computed: false,
  },
];

export const searchAnswer = {
  query: 'hepatits treatment',
  hits: [
    {
      id: '/learn/medicine/questions/how-is-hepatitis-b-treated',
      title: 'How is hepatitis B treated?',
      url: '/learn/medicine/questions/how-is-hepatitis-b-treated',
      subject: 'Medicine',
      date: '2024-12-20',
      score: 12.3,
      titleHighlights: [
        [7, 16],
        [19, 26],
      ],
      snippets: [
        {
          field: 'answer',
          heading: null,
          text: 'Chronic hepatitis B is treated with antiviral drugs',
          highlights: [
            [8, 17],
            [23, 30],
          ],
          html: 'Chronic <mark>hepatitis</mark> B is <mark>treated</mark> with antiviral drugs…',
        },
      ],
      related,
    },
  ],
  totalHits: 42,
  totalHitsExact: true,
  droppedTerms: [],
  limit: 10,
  offset: 0,
  facets: { subject: { Medicine: 30, Biology: 12 } },
  didYouMean: 'hepatitis treatment',
  processingTimeMs: 1.2,
  generation: GENERATION,
};

export const suggestAnswer = {
  suggestions: [
    { text: 'How is hepatitis B treated?', url: '/learn/medicine/questions/how-is-hepatitis-b-treated' },
    { text: 'hepatitis' },
  ],
};

export const documentAnswer = {
  id: '/learn/medicine/questions/how-is-hepatitis-b-treated',
  title: 'How is hepatitis B treated?',
  url: '/learn/medicine/questions/how-is-hepatitis-b-treated',
  subject: 'Medicine',
  date: '2024-12-20',
  language: null,
  keywords: ['hepatitis', 'antiviral'],
  description: null,
  answer: 'Chronic hepatitis B is treated with antiviral drugs.',
  blocks: [{ kind: 'paragraph', start: 0, end: 52 }],
  atoms: [],
};

export const relatedAnswer = { related };

export const reindexAnswer = {
  taskUid: 7,
  status: 'enqueued',
  type: 'reindex',
  enqueuedAt: '2025-01-02T03:04:05.000Z',
};

export const task = {
  uid: 7,
  indexUid: 'askdex',
  status: 'processing',
  type: 'reindex',
  trigger: 'api',
  full: false,
  enqueuedAt: '2025-01-02T03:04:05.000Z',
  startedAt: '2025-01-02T03:04:06.000Z',
  finishedAt: null,
  duration: null,
  progress: { stage: 'indexing', percent: 40, done: 20, total: 54 },
  details: null,
  error: null,
  canceledBy: null,
};

export const tasks = { results: [task], total: 1, limit: 20, from: 7, next: null };

export const stream =
  'event: progress\ndata: {"uid":7,"status":"processing","stage":"indexing","percent":40}\n\n' +
  'event: done\ndata: {"uid":7,"status":"succeeded"}\n\n';

export const manifest = {
  format: 1,
  generation: GENERATION,
  createdAt: '2025-01-02T03:04:05.000Z',
  sequence: 9,
  contentHash: '0123456789ab',
  askdex: '0.1.0',
  analyzer: 'en-1',
  documents: 54,
  files: [],
  checksum: '0123',
};

export const snapshot = {
  snapshot: 1,
  kind: 'packed',
  generation: GENERATION,
  createdAt: '2025-01-02T03:04:05.000Z',
  sequence: 9,
  askdex: '0.1.0',
  analyzer: 'askdex-2-en-4a3f2d1c',
  text: 'full',
  settings: { snippetLength: 300 },
  subject: null,
  documents: 54,
  prefix: `${GENERATION}/full-`,
  files: [
    {
      name: 'index.askdex',
      size: 402_616,
      sha256: '0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0',
    },
  ],
  deltas: [
    {
      generation: '20250101T020304Z-89abcdef0123',
      from: '5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b',
      name: 'delta-5a69788796a5b4c3.bin',
      size: 968,
      sha256: 'c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4',
    },
  ],
  checksum: '00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff',
};

export const report = {
  generation: GENERATION,
  published: true,
  documents: 54,
  added: 1,
  changed: 2,
  removed: 0,
  unchanged: 51,
  skipped: [
    {
      file: 'biology/broken.md',
      line: 4,
      code: 'front_matter_invalid',
      reason: 'The front matter is not valid YAML.',
      remedy: 'Put the title in quotes.',
      skipped: true,
    },
  ],
  warnings: [],
  durationMs: 812,
  bytes: 402_113,
};

export const queries = {
  since: '2025-01-02T03:04:05.000Z',
  searches: 120,
  top: [{ query: 'hepatitis treatment', count: 14 }],
  zeroHits: [{ query: 'hepattis c diet', count: 3 }],
  slow: [{ query: 'why do we need sleep', duration: 18.4, hits: 41, at: '2025-01-02T04:00:00.000Z' }],
};

export const problem = {
  type: '/docs/errors#unknown_parameter',
  title: 'Unknown parameter',
  status: 400,
  detail: 'There is no parameter "limt".',
  code: 'unknown_parameter',
  parameter: 'limt',
  remedy: 'Did you mean "limit"? Known are q, limit, offset.',
  requestId: 'c0ffee00-0000-4000-8000-000000000000',
};
