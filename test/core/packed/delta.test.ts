import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { loadAnalyzer } from '../../../src/adapters/stemmers/analyzer.js';
import { createIndexWriter } from '../../../src/adapters/minisearch/writer.js';
import { hashDocument } from '../../../src/app/readings.js';
import type { Analyzer } from '../../../src/core/analysis/analyzer.js';
import type { Document } from '../../../src/core/document.js';
import { AskdexError } from '../../../src/core/errors.js';
import { BoundedCoder, mostDecisions } from '../../../src/core/packed/delta/bounded-coder.js';
import { applyDelta, type NamedIndex } from '../../../src/core/packed/delta/delta.js';
import { encodeDelta } from '../../../src/core/packed/delta/encode.js';
import { readDeltaHeader } from '../../../src/core/packed/delta/header.js';
import { ByteWriter } from '../../../src/core/packed/bytes.js';
import { crc32 } from '../../../src/core/packed/layout.js';
import { mergeSegments } from '../../../src/core/packed/merge.js';
import { pack } from '../../../src/core/packed/pack.js';
import { withDescriptions, withoutTexts } from '../../../src/core/packed/with-descriptions.js';
import { DEFAULT_SETTINGS } from '../../../src/core/settings.js';
import { answerOf, documentOf } from '../../support/documents.js';
import { ANALYZER, anyDocuments, packed, smallCorpus } from './support.js';

function named(bytes: Uint8Array): NamedIndex {
  return { bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
}

function deltaOf(before: Uint8Array, after: Uint8Array, analyzer: Analyzer = ANALYZER): Uint8Array {
  const delta = encodeDelta(named(before), named(after), analyzer);
  assert.ok(delta !== null, 'no delta was made');
  return delta;
}

/** Holds what a delta gives against the later index; returns what it gave. */
function assertLeads(before: Uint8Array, after: Uint8Array, analyzer: Analyzer = ANALYZER): Uint8Array {
  const given = applyDelta(before, deltaOf(before, after, analyzer), analyzer);
  assert.ok(Buffer.compare(given, after) === 0, 'the delta gave other bytes than a fresh pack');
  return given;
}

/** What one step of a chain does with a document of the pool. */
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

/** Every state that a site goes through: documents come, go, and take over parts of one another. */
const chain: fc.Arbitrary<Document[][]> = fc
  .tuple(
    anyDocuments,
    fc.array(fc.array(edit, { minLength: 1, maxLength: 4 }), { minLength: 2, maxLength: 4 }),
  )
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

/** Documents over few words, each with a text of its own and a link to the next. */
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

describe('deltas', function () {
  this.timeout(120_000);

  it('lead to the bytes of a fresh pack along any chain of edits, additions and removals', () => {
    fc.assert(
      fc.property(chain, (states) => {
        let [full, none] = [packed(states[0] ?? []), withDescriptions(packed(states[0] ?? []))];
        for (const state of states.slice(1)) {
          const after = packed(state);
          full = new Uint8Array(assertLeads(full, after));
          none = new Uint8Array(assertLeads(none, withDescriptions(after)));
        }
      }),
      { numRuns: 100 },
    );
  });

  it('lead from any index to any other', () => {
    fc.assert(
      fc.property(smallCorpus, smallCorpus, (before, after) => {
        assertLeads(packed(before), packed(after));
        assertLeads(withoutTexts(packed(before)), withoutTexts(packed(after)));
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
    it(`lead to the very bytes ${what}`, () => {
      for (const [a, b] of [
        [before, after],
        [after, before],
      ] as const) {
        assertLeads(packed(a), packed(b));
        assertLeads(withDescriptions(packed(a)), withDescriptions(packed(b)));
      }
    });
  }

  it('lead there whatever the languages and accents of words', async () => {
    const analyzer = await loadAnalyzer({ ...DEFAULT_SETTINGS, language: 'fr' });
    await analyzer.prepare(['de', 'es', 'fr']);
    const writer = createIndexWriter(analyzer);
    const built = (documents: readonly Document[]): Uint8Array => {
      const bytes = writer.segment(documents.map((document) => ({ document, hash: hashDocument(document) })));
      return pack(mergeSegments([{ bytes, live: null }]), analyzer.id);
    };
    const texts = [
      ['fr', 'Les élèves étudiés étaient été des étés et des eleves'],
      ['de', 'Die Häuser der Möglichkeiten, Haus und Hauses und hauser'],
      ['es', 'canción canciones cancion cancíon'],
      [null, 'eleve etudies etes hauses canciones moglichkeit'],
    ] as const;
    const documents = texts.map(([language, answer], at) => documentOf({ url: `/${at}`, language, answer }));
    for (let from = 0; from < 16; from += 1) {
      // Every third pair: all of them take seconds.
      for (let to = from % 3; to < 16; to += 3) {
        const chosen = (mask: number): Document[] => documents.filter((_, at) => (mask & (1 << at)) > 0);
        assertLeads(built(chosen(from)), built(chosen(to)), analyzer);
      }
    }
  });

  const many = site(300);
  const link = { title: 'What is subject 7?', url: '/q/what-is-subject-7-1007', subject: 'Even' };
  const edits: readonly (readonly [what: string, edit: (document: Document) => Partial<Document>])[] = [
    ['a title', () => ({ title: 'Which subject is this?' })],
    [
      'an answer',
      ({ answer }) => ({ answer: answerOf([['paragraph', `${answer.text} And one sentence more.`]]) }),
    ],
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
    // Any section that had to come along as it is would be larger.
    it(`tell little where one document changes: ${what}`, () => {
      const changed = many.map((document, at) =>
        at === 100 ? { ...document, ...edit(document) } : document,
      );
      const [before, after] = [packed(many), packed(changed)];
      assertSmall(before, after);
      assertSmall(after, before);
      assertSmall(withDescriptions(before), withDescriptions(after));
    });
  }

  it('tell hardly anything where a document goes', () => {
    for (const at of [0, 100, 299]) {
      const after = packed(many.filter((_, one) => one !== at));
      assertSmall(packed(many), after);
    }
  });

  it('say what they lead from and to', () => {
    const [before, after] = [packed(some), packed(some.slice(2))];
    const { from, to } = readDeltaHeader(deltaOf(before, after));
    assert.deepEqual(from, { sha256: named(before).sha256, size: before.length, crc: crc32(before) });
    assert.deepEqual(to, { sha256: named(after).sha256, size: after.length, crc: crc32(after) });
  });

  it('are the same bytes for the same indexes', () => {
    const [before, after] = [packed(some), packed(some.slice(2))];
    assert.deepEqual(deltaOf(before, after), deltaOf(Buffer.from(before), Buffer.from(after)));
  });

  it('are refused for another index and another analyzer', () => {
    const [before, after] = [packed(some), packed(some.slice(2))];
    const delta = deltaOf(before, after);
    assert.throws(() => applyDelta(after, delta, ANALYZER), isDamaged);
    assert.throws(() => applyDelta(before, delta, { ...ANALYZER, id: 'other' }), isDamaged);
    assert.throws(() => encodeDelta(named(before), named(after), { ...ANALYZER, id: 'other' }), isDamaged);
    assert.throws(() => encodeDelta(named(before.subarray(0, 500)), named(after), ANALYZER), isDamaged);
  });

  it('are refused where anything was cut or changed', () => {
    const before = packed(some);
    const delta = deltaOf(before, packed(some.slice(2).concat(site(14).slice(12))));
    fc.assert(
      fc.property(fc.nat(delta.length * 8 - 1), (bit) => {
        const changed = delta.slice();
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        assert.throws(() => applyDelta(before, changed, ANALYZER), isDamaged);
      }),
      { numRuns: 100 },
    );
    for (let end = 0; end < delta.length; end += 7)
      assert.throws(() => applyDelta(before, delta.subarray(0, end), ANALYZER), isDamaged);
  });

  it('end with an error where what they say makes no sense, however it came to be', () => {
    const before = packed(some);
    const changed = some.slice(2).map((document) => ({ ...document, date: '2024-01-01' }));
    for (const after of [packed(changed), packed([...some, ...site(20).slice(12)])]) {
      const delta = deltaOf(before, after);
      fc.assert(
        fc.property(
          fc.array(
            fc.tuple(fc.integer({ min: 96, max: delta.length - 1 }), fc.integer({ min: 1, max: 255 })),
            {
              minLength: 1,
              maxLength: 3,
            },
          ),
          (changes) => {
            const hostile = delta.slice();
            for (const [at, mask] of changes) hostile[at] = (hostile[at] ?? 0) ^ mask;
            if (Buffer.compare(hostile, delta) === 0) return;
            assertRefused(before, sealed(hostile));
          },
        ),
        { numRuns: 300 },
      );
    }
  });

  it('end with an error where they say anything at all', () => {
    const before = packed(some);
    const head = deltaOf(before, packed(some.slice(2))).slice(0, 96);
    // Nothing goes, no stems, no sections; then texts, documents, words, postings, and what is coded.
    const counts = fc.tuple(fc.nat(7), fc.nat(4000), fc.nat(10_000), fc.nat(10_000));
    const hostile = fc.oneof(
      fc.uint8Array({ maxLength: 400 }),
      fc.tuple(counts, fc.uint8Array({ maxLength: 2000 })).map(([numbers, coded]) => {
        const writer = new ByteWriter();
        for (const number of [0, 0, 0, ...numbers]) writer.varint(number);
        writer.raw(coded);
        return writer.finish();
      }),
      // What is always foreseen takes no bytes.
      fc.tuple(counts, fc.constantFrom(0, 255)).map(([numbers, byte]) => {
        const writer = new ByteWriter();
        for (const number of [0, 0, 0, ...numbers]) writer.varint(number);
        writer.raw(new Uint8Array(1000).fill(byte));
        return writer.finish();
      }),
    );
    fc.assert(
      fc.property(hostile, (body) => {
        assert.throws(() => applyDelta(before, sealed(Buffer.concat([head, body])), ANALYZER), isDamaged);
      }),
      { numRuns: 150 },
    );
  });

  it('end with an error where decisions that take no bytes have no end', () => {
    const most = mostDecisions(1000);
    assert.ok(most < 10_000_000);
    const coder = new BoundedCoder({ writing: false, code: () => 1 }, 100);
    for (let decision = 0; decision < 100; decision += 1) assert.equal(coder.code(0, 65_535), 1);
    assert.throws(() => coder.code(0, 65_535), isDamaged);
  });

  it('end with an error where they are cut, and with a right checksum all the same', () => {
    const before = packed(some);
    const delta = deltaOf(before, packed([...some, ...site(20).slice(12)]));
    for (let end = 96; end < delta.length - 8; end += 5) assertRefused(before, sealed(delta.slice(0, end)));
  });
});

function assertSmall(before: Uint8Array, after: Uint8Array): void {
  const { length } = deltaOf(before, after);
  assert.ok(length < 420, `${length} bytes`);
  assertLeads(before, after);
}

/** A few last bits of what is coded may say nothing: then the outcome is right. */
function assertRefused(before: Uint8Array, delta: Uint8Array): void {
  try {
    const given = applyDelta(before, delta, ANALYZER);
    assert.equal(crc32(given), readDeltaHeader(delta).to.crc);
  } catch (error) {
    if (!isDamaged(error)) throw error;
  }
}

/** Makes the checksum right again. */
function sealed(delta: Uint8Array): Uint8Array {
  new DataView(delta.buffer, delta.byteOffset).setUint32(12, crc32(delta.subarray(16)), true);
  return delta;
}

function isDamaged(error: unknown): boolean {
  return error instanceof AskdexError && error.code === 'index_damaged';
}
