import { loadAnalyzer } from '../../../src/adapters/stemmers/with-stemmers.js';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { createIndexWriter } from '../../../src/adapters/minisearch/index-writer.js';
import { hashDocument } from '../../../src/app/build/parsed-files.js';
import type { Analyzer } from '../../../src/core/analysis/analyzer.js';
import type { Document } from '../../../src/core/model/document.js';
import { AskdexError } from '../../../src/core/errors.js';
import { applyDelta, type NamedIndex } from '../../../src/core/delta/apply-delta.js';
import { encodeDelta } from '../../../src/core/delta/encode-delta.js';
import { readDeltaHeader } from '../../../src/core/delta/delta-header.js';
import { ByteWriter } from '../../../src/core/index/format/byte-buffer.js';
import { decodeUtf8 } from '../../../src/core/index/documents/token-vocabulary.js';
import { crc32 } from '../../../src/core/index/format/container.js';
import { mergeSegments } from '../../../src/core/build/segment-merger.js';
import { writeIndex } from '../../../src/core/build/index-writer.js';
import { SEGMENT_VERSION } from '../../../src/core/build/segment-writer.js';
import { withDescriptions } from '../../../src/core/build/strip-answers.js';
import { DEFAULT_SETTINGS } from '../../../src/core/model/settings.js';
import { answerOf, documentOf } from '../../support/documents.js';
import { ANALYZER, anyDocuments, packed, smallCorpus } from '../support.js';

function named(bytes: Uint8Array): NamedIndex {
  return { bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
}

const deflate = (bytes: Uint8Array): Uint8Array => deflateRawSync(bytes, { level: 9 });
const inflate = (bytes: Uint8Array, size: number): Uint8Array =>
  inflateRawSync(bytes, { maxOutputLength: Math.max(1, size) });

function deltaOf(before: Uint8Array, after: Uint8Array, analyzer: Analyzer = ANALYZER): Uint8Array {
  const delta = encodeDelta(named(before), named(after), { analyzer, decode: decodeUtf8, deflate });
  assert.ok(delta !== null, 'no delta was made');
  return delta;
}

function applied(before: Uint8Array, delta: Uint8Array, analyzer: Analyzer = ANALYZER): Promise<Uint8Array> {
  return applyDelta(before, delta, { analyzer, decode: decodeUtf8, inflate });
}

/** Applies a delta, compares the result with the later index and returns it. */
async function assertLeads(before: Uint8Array, after: Uint8Array, analyzer: Analyzer = ANALYZER): Promise<Uint8Array> {
  const given = await applied(before, deltaOf(before, after, analyzer), analyzer);
  assert.ok(Buffer.compare(given, after) === 0, 'the delta gave other bytes than a fresh pack');
  return given;
}

/** The change that one step of a chain makes to a document of the pool. */
const FIELDS = [
  'title',
  'answer',
  'keywords',
  'subject',
  'date',
  'language',
  'description',
  'boost',
  'related',
] as const;
const edit = fc.record({
  at: fc.nat(11),
  what: fc.constantFrom('remove', 'restore', 'edit', 'edit'),
  from: fc.nat(11),
  fields: fc.subarray([...FIELDS], { minLength: 1, maxLength: 3 }),
});

/** The states of a site whose documents are added, removed, and exchange parts. */
const chain: fc.Arbitrary<Document[][]> = fc
  .tuple(anyDocuments, fc.array(fc.array(edit, { minLength: 1, maxLength: 4 }), { minLength: 2, maxLength: 4 }))
  .map(([pool, steps]) => {
    const states: (Document | null)[][] = [pool.map((document, at) => (at % 3 === 2 ? null : document))];
    for (const edits of steps) {
      const state = [...(states.at(-1) ?? [])];
      for (const { at, what, from, fields } of edits) {
        const place = at % pool.length;
        const original = pool[place] ?? documentOf();
        const other = pool[from % pool.length] ?? original;
        if (what === 'remove') state[place] = null;
        else if (what === 'restore') state[place] = original;
        else {
          const taken = Object.fromEntries(fields.map((field) => [field, other[field]]));
          state[place] = { ...(state[place] ?? original), ...taken };
        }
      }
      states.push(state);
    }
    return states.map((state) => state.filter((document) => document !== null));
  });

/** Documents over few words, each with its own text and a link to the next. */
function site(count: number): Document[] {
  return Array.from({ length: count }, (_, at) =>
    documentOf({
      url: `/q/what-is-subject-${at}-${1000 + at}`,
      title: `What is subject ${at}?`,
      answer: `Subject ${at} is one of ${count} subjects. ${'It is described with words. '.repeat(3)} Number ${at * 7}.`,
      keywords: [`subject ${at}`, 'subjects'],
      subject: at % 3 === 0 ? 'Odd' : 'Even',
      related: [
        {
          title: `What is subject ${at + 1}?`,
          url: `/q/what-is-subject-${at + 1}-${1001 + at}`,
          subject: 'Even',
        },
      ],
    }),
  );
}

describe('deltas', () => {
  it('lead to the bytes of a fresh build after any chain of edits, additions and removals', async () => {
    await fc.assert(
      fc.asyncProperty(chain, async (states) => {
        let [full, none] = [packed(states[0] ?? []), withDescriptions(packed(states[0] ?? []))];
        for (const state of states.slice(1)) {
          const after = packed(state);
          full = new Uint8Array(await assertLeads(full, after));
          none = new Uint8Array(await assertLeads(none, withDescriptions(after)));
        }
      }),
      { numRuns: 25 },
    );
  });

  it('lead from any index to any other', async () => {
    await fc.assert(
      fc.asyncProperty(smallCorpus, smallCorpus, async (before, after) => {
        await assertLeads(packed(before), packed(after));
        await assertLeads(withDescriptions(packed(before)), withDescriptions(packed(after)));
      }),
      { numRuns: 25 },
    );
  });

  const some = site(12);
  const first = some[0] ?? documentOf();
  const cases: readonly (readonly [what: string, before: Document[], after: Document[]])[] = [
    ['from nothing', [], some],
    ['to nothing', some, []],
    ['from nothing to nothing', [], []],
    ['to the same', some, some],
    ['where the last document goes', some, some.slice(0, -1)],
    ['where the first document goes', some, some.slice(1)],
    ['where titles are equal', some, some.map((document) => ({ ...document, title: 'The same' }))],
    [
      'where a link gains and loses its target',
      [{ ...first, related: [{ title: 'Later', url: '/later', subject: null }] }],
      [
        { ...first, related: [{ title: 'Later', url: '/later', subject: null }] },
        documentOf({ url: '/later', title: 'Later' }),
      ],
    ],
    [
      'where the title of a link is no longer that of its target',
      some,
      some.map((document, at) => (at === 4 ? { ...document, title: 'Another title' } : document)),
    ],
    [
      'where two documents have one url',
      some,
      [...some, { ...first, key: 'zz', title: first.title }, { ...first, key: '!', title: 'Otherwise' }],
    ],
    [
      'where the most frequent subject is another',
      some,
      some.map((document, at) => ({ ...document, subject: at < 9 ? 'Odd' : 'Even' })),
    ],
    ['where a text has no word', some, [documentOf({ url: '/', title: '', answer: '' })]],
    [
      'where a term is repeated more often than is counted one by one',
      some,
      [...some, documentOf({ url: '/often', answer: 'often '.repeat(70_000) })],
    ],
  ];
  for (const [what, before, after] of cases) {
    it(`lead to the same bytes ${what}`, async () => {
      for (const [a, b] of [
        [before, after],
        [after, before],
      ] as const) {
        await assertLeads(packed(a), packed(b));
        await assertLeads(withDescriptions(packed(a)), withDescriptions(packed(b)));
      }
    });
  }

  it('lead there for any languages and accents of words', async () => {
    const analyzer = await loadAnalyzer({ ...DEFAULT_SETTINGS, language: 'fr' });
    await analyzer.loadLanguages(['de', 'es', 'fr']);
    const writer = createIndexWriter(analyzer);
    const built = (documents: readonly Document[]): Uint8Array => {
      const bytes = writer.segment(documents.map((document) => ({ document, hash: hashDocument(document) })));
      return writeIndex(mergeSegments([{ bytes, live: null }]), analyzer.id);
    };
    const texts = [
      ['fr', 'Les élèves étudiés étaient été des étés et des eleves'],
      ['de', 'Die Häuser der Möglichkeiten, Haus und Hauses und hauser'],
      ['es', 'canción canciones cancion cancíon'],
      [null, 'eleve etudies etes hauses canciones moglichkeit'],
    ] as const;
    const documents = texts.map(([language, answer], at) => documentOf({ url: `/${at}`, language, answer }));
    for (let from = 0; from < 16; from += 1) {
      // Only every third pair, because all of them take seconds.
      for (let to = from % 3; to < 16; to += 3) {
        const chosen = (mask: number): Document[] => documents.filter((_, at) => (mask & (1 << at)) > 0);
        await assertLeads(built(chosen(from)), built(chosen(to)), analyzer);
      }
    }
  });

  const many = site(300);
  const link = { title: 'What is subject 7?', url: '/q/what-is-subject-7-1007', subject: 'Even' };
  const edits: readonly (readonly [what: string, edit: (document: Document) => Partial<Document>])[] = [
    ['a title', () => ({ title: 'Which subject is this?' })],
    ['an answer', ({ answer }) => ({ answer: answerOf([['paragraph', `${answer.text} And one sentence more.`]]) })],
    [
      'how often a word occurs',
      ({ answer }) => ({
        answer: answerOf([['paragraph', `${answer.text} Number number described words.`]]),
      }),
    ],
    ['keywords', () => ({ keywords: ['subject 9', 'something else'] })],
    ['a subject that is new', () => ({ subject: 'Neither' })],
    ['dates', () => ({ date: '2024-02-29' })],
    ['a language', () => ({ language: 'de' })],
    ['a description', () => ({ description: 'What it is about, in other words.' })],
    ['a boost', () => ({ boost: 2.5 })],
    ['links', ({ related }) => ({ related: [...related, link, { ...link, title: 'Seven' }] })],
    ['an url', () => ({ url: '/elsewhere/and-otherwise', key: '/elsewhere/and-otherwise' })],
    ['a key', () => ({ key: 'the-key' })],
  ];
  for (const [what, edit] of edits) {
    // A delta that contains any whole section would be larger.
    it(`are small if one document changes: ${what}`, async () => {
      const changed = many.map((document, at) => (at === 100 ? { ...document, ...edit(document) } : document));
      const [before, after] = [packed(many), packed(changed)];
      await assertSmall(before, after);
      await assertSmall(after, before);
      await assertSmall(withDescriptions(before), withDescriptions(after));
    });
  }

  it('are tiny if a document is removed', async () => {
    for (const at of [0, 100, 299]) {
      const after = packed(many.filter((_, one) => one !== at));
      await assertSmall(packed(many), after);
    }
  });

  it('name the index that they start from and the one that they lead to', () => {
    const [before, after] = [packed(some), packed(some.slice(2))];
    const { from, to } = readDeltaHeader(deltaOf(before, after));
    assert.deepEqual(from, { sha256: named(before).sha256, size: before.length, crc: crc32(before) });
    assert.deepEqual(to, { sha256: named(after).sha256, size: after.length, crc: crc32(after) });
  });

  it('are the same bytes for the same indexes', () => {
    const [before, after] = [packed(some), packed(some.slice(2))];
    assert.deepEqual(deltaOf(before, after), deltaOf(Buffer.from(before), Buffer.from(after)));
  });

  it('are refused for another index or another analyzer', async () => {
    const [before, after] = [packed(some), packed(some.slice(2))];
    const delta = deltaOf(before, after);
    await assert.rejects(applied(after, delta), isDamaged);
    const other = { ...ANALYZER, id: 'other' };
    await assert.rejects(applied(before, delta, other), isDamaged);
    assert.throws(() => deltaOf(before, after, other), isDamaged);
    assert.throws(() => deltaOf(before.subarray(0, 500), after), isDamaged);
  });

  it('are refused if anything was truncated or changed', async () => {
    const before = packed(some);
    const delta = deltaOf(before, packed(some.slice(2).concat(site(14).slice(12))));
    for (let bit = 0; bit < delta.length * 8; bit += 53) {
      const changed = delta.slice();
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      await assert.rejects(applied(before, changed), isDamaged);
    }
    for (let end = 0; end < delta.length; end += 7)
      await assert.rejects(applied(before, delta.subarray(0, end)), isDamaged);
  });

  it('fail with an error if their contents are inconsistent, even with a valid checksum', async () => {
    const before = packed(some);
    const delta = deltaOf(before, packed([...some.slice(1), ...site(20).slice(12)]));
    const body = bodyOf(delta);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(body.length - 1), fc.integer({ min: 1, max: 255 })), {
          minLength: 1,
          maxLength: 3,
        }),
        async (changes) => {
          const hostile = body.slice();
          for (const [at, mask] of changes) hostile[at] = (hostile[at] ?? 0) ^ mask;
          await assertRefused(before, withBody(delta, hostile));
        },
      ),
      { numRuns: 300 },
    );
    for (let end = 0; end < body.length; end += 5) await assertRefused(before, withBody(delta, body.subarray(0, end)));
  });

  const MILLION = 1_000_000;
  const numbers = (...given: readonly number[]): Uint8Array => {
    const writer = new ByteWriter();
    for (const number of given) writer.varint(number);
    return writer.finish();
  };
  const hostile: readonly (readonly [what: string, body: Uint8Array])[] = [
    ['a million documents that go', numbers(1, MILLION)],
    ['a million stems', numbers(1, 0, MILLION)],
    ['a segment of endless bytes', numbers(1, 0, 0, 2 ** 50)],
    ['a segment of a million documents', numbers(1, 0, 0, 6, 6, 0, SEGMENT_VERSION, 0xf4240, 1, 1)],
    ['a copy of what there is not', numbers(1, 0, 0, 100, 0, 100, 2 ** 40)],
    ['copies of nothing without an end', numbers(1, 0, 0, 1000, 0, 0, 0, 0, 0, 0)],
    ['nothing', numbers()],
    ['noise', Uint8Array.from({ length: 1000 }, (_, at) => (at * at * 31) & 255)],
    ['the highest bytes', new Uint8Array(1000).fill(255)],
  ];
  for (const [what, body] of hostile) {
    it(`fail with an error if they contain ${what}`, async () => {
      const before = packed(some);
      const delta = deltaOf(before, packed(some.slice(2)));
      await assert.rejects(applied(before, withBody(delta, body)), isDamaged);
    });
  }

  it('are not inflated beyond their declared size, nor if that size exceeds the limit', async () => {
    const before = packed(some);
    const delta = deltaOf(before, packed(some.slice(2)));
    const bomb = new Uint8Array(10_000_000);
    await assert.rejects(applied(before, withBody(delta, bomb)), isDamaged);
    await assert.rejects(applied(before, withBody(delta, bomb, 1000)), isDamaged);
  });
});

async function assertSmall(before: Uint8Array, after: Uint8Array): Promise<void> {
  const { length } = deltaOf(before, after);
  assert.ok(length < 420, `${length} bytes`);
  await assertLeads(before, after);
}

/** A changed delta may encode the same content in another way. Then the result must be right. */
async function assertRefused(before: Uint8Array, delta: Uint8Array): Promise<void> {
  try {
    const given = await applied(before, delta);
    assert.equal(crc32(given), readDeltaHeader(delta).to.crc);
  } catch (error) {
    if (!isDamaged(error)) throw error;
  }
}

/** Bytes before the compressed body of a delta. The last four are the body's size. */
const HEAD = 100;

function bodyOf(delta: Uint8Array): Uint8Array {
  return new Uint8Array(inflateRawSync(delta.subarray(HEAD)));
}

/** The delta with another body and a valid checksum. */
function withBody(delta: Uint8Array, body: Uint8Array, size = body.length): Uint8Array {
  const made = new Uint8Array(Buffer.concat([delta.subarray(0, HEAD), deflate(body)]));
  const view = new DataView(made.buffer);
  view.setUint32(HEAD - 4, size, true);
  view.setUint32(12, crc32(made.subarray(16)), true);
  return made;
}

function isDamaged(error: unknown): boolean {
  return error instanceof AskdexError && error.code === 'index_damaged';
}
