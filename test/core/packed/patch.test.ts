import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createIndexWriter } from '../../../src/adapters/minisearch/writer.js';
import { loadStemmer } from '../../../src/adapters/stemmers/stemmers.js';
import { hashDocument } from '../../../src/app/readings.js';
import type { Document } from '../../../src/core/document.js';
import type { IndexWriter, WrittenIndex } from '../../../src/core/ports.js';
import { documentOf } from '../../support/documents.js';
import { englishAnalyzer } from '../../support/texts.js';
import { anyDocuments, ANALYZER } from './support.js';

const WRITER = createIndexWriter(ANALYZER);

function segmentOf(documents: readonly Document[], writer: IndexWriter) {
  const bytes = writer.segment(documents.map((document) => ({ document, hash: hashDocument(document) })));
  return { bytes, place: (key: string) => ({ bytes, key }) };
}

const spelling = (subject: string): string => subject;

function merged(documents: readonly Document[], writer = WRITER): WrittenIndex {
  return writer.merge([{ bytes: segmentOf(documents, writer).bytes, live: null }], spelling);
}

function subjectsOf(documents: readonly Document[]): string[] {
  return documents.flatMap(({ subject }) => (subject === null ? [] : [subject]));
}

function memoryOf(index: WrittenIndex): Uint8Array {
  const memory = index.memory();
  assert.ok(memory !== null);
  return memory;
}

function mainFile({ files }: WrittenIndex): Uint8Array {
  const [file] = files;
  assert.ok(file !== undefined);
  return file.bytes;
}

/** Patches an index; the documents changed are those that are other objects. */
function patched(
  base: WrittenIndex,
  before: readonly Document[],
  after: readonly Document[],
  writer = WRITER,
): WrittenIndex | null {
  const changed = after.filter((document, at) => document !== before[at]);
  const old = segmentOf(before, writer);
  const made = segmentOf(changed, writer);
  const places = changed.map(({ key }) => ({ before: old.place(key), after: made.place(key) }));
  return writer.patch({ index: mainFile(base), memory: memoryOf(base) }, places, subjectsOf(after));
}

function assertSame(index: WrittenIndex | null, wanted: WrittenIndex): asserts index is WrittenIndex {
  assert.ok(index !== null, 'it could be patched');
  assert.equal(index.documents, wanted.documents);
  assert.deepEqual(
    index.files.map(({ name }) => name),
    wanted.files.map(({ name }) => name),
  );
  for (const [at, { bytes }] of index.files.entries())
    assert.ok(Buffer.from(bytes).equals(wanted.files[at]?.bytes ?? new Uint8Array()), `file ${String(at)}`);
}

/** Runs a chain of changes, each patched upon the patch before and held against a merge of everything. */
function assertChain(
  start: readonly Document[],
  steps: readonly (readonly Document[])[],
  writer = WRITER,
): void {
  let documents = start;
  let index = merged(start, writer);
  for (const after of steps) {
    const next = patched(index, documents, after, writer);
    assertSame(next, merged(after, writer));
    [index, documents] = [next, after];
  }
}

/** Words of which some stand nearly everywhere and some almost nowhere. */
const word = fc
  .integer({ min: 0, max: 999 })
  .map((share) => `w${String(Math.floor((share / 1000) ** 3 * 400))}`);
const textOf = (minLength: number) =>
  fc.array(word, { minLength, maxLength: 60 }).map((words) => words.join(' '));

/** Changes after which most lists keep a document, counted as before: in a text that is longer or shorter. */
const EDITS: Readonly<Record<string, (answer: string) => string>> = {
  'one more': (answer) => `${answer} w0`,
  'frequent words': (answer) => (answer.match(/\bw[0-3]\b/g) ?? []).join(' '),
};

describe('patching an index', () => {
  it('gives the bytes of merging, whatever the answers and descriptions were and become', () => {
    const edits = fc.array(fc.record({ at: fc.nat(11), from: anyDocuments, drop: fc.boolean() }), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(anyDocuments, edits, (start, chain) => {
        const steps: Document[][] = [];
        for (const { at, from, drop } of chain) {
          const before = steps.at(-1) ?? start;
          const [other] = from;
          assert.ok(other !== undefined);
          const { answer, description } = drop ? documentOf() : other;
          steps.push(
            before.map((document, place) =>
              place === at % before.length ? { ...document, answer, description } : document,
            ),
          );
        }
        assertChain(start, steps);
      }),
      { numRuns: 200 },
    );
  }).timeout(60_000);

  it('gives the bytes of merging where lists are long, gain postings, lose them and count differently', () => {
    const many = fc.array(textOf(20), { minLength: 300, maxLength: 420 });
    const edits = fc.array(
      fc.array(
        fc.tuple(fc.nat(419), fc.oneof(textOf(0), fc.constantFrom('w0', 'one more', 'frequent words'))),
        {
          minLength: 1,
          maxLength: 8,
        },
      ),
      { minLength: 1, maxLength: 3 },
    );
    fc.assert(
      fc.property(many, edits, (texts, chain) => {
        const start = texts.map((answer, at) =>
          documentOf({ url: `/q/${String(at)}`, title: `w${String(at % 3)} title`, answer }),
        );
        const steps: Document[][] = [];
        for (const changes of chain) {
          const after = [...(steps.at(-1) ?? start)];
          for (const [at, answer] of changes) {
            const document = after[at % after.length];
            assert.ok(document !== undefined);
            const next = EDITS[answer]?.(document.answer.text) ?? answer;
            after[at % after.length] = documentOf({ ...document, answer: next });
          }
          steps.push(after);
        }
        assertChain(start, steps);
      }),
      // Hundreds of texts take too long to make smaller.
      { numRuns: 25, endOnFailure: true },
    );
  }).timeout(60_000);

  it('gives the bytes of merging where words have stems of several languages, and accents', async () => {
    const analyzer = await englishAnalyzer({ loadStem: loadStemmer });
    await analyzer.prepare(['fr', 'de']);
    const writer = createIndexWriter(analyzer);
    const phrase = fc
      .array(
        fc.constantFrom(
          'maladie',
          'maladies',
          'Häuser',
          'häusern',
          'hauser',
          'Sjögren',
          'sjogren',
          'été',
          'ete',
          'runs',
          'running',
          'run',
        ),
        { maxLength: 6 },
      )
      .map((words) => words.join(' '));
    const start = fc.array(fc.tuple(phrase, fc.constantFrom(null, 'fr', 'de', 'en')), {
      minLength: 2,
      maxLength: 8,
    });
    const edits = fc.array(fc.tuple(fc.nat(7), phrase), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(start, edits, (texts, chain) => {
        const documents = texts.map(([answer, language], at) =>
          documentOf({ url: `/${String(at)}`, title: 'running', answer, language }),
        );
        const steps: Document[][] = [];
        for (const [at, answer] of chain) {
          const before = steps.at(-1) ?? documents;
          steps.push(
            before.map((document, place) =>
              place === at % before.length ? documentOf({ ...document, answer }) : document,
            ),
          );
        }
        assertChain(documents, steps, writer);
      }),
      { numRuns: 150 },
    );
  }).timeout(60_000);

  const START = ['/a', '/b', '/c'].map((url) =>
    documentOf({ url, title: `About ${url}`, answer: 'A cell divides.', subject: 'Biology' }),
  );
  const OTHERS: [string, Partial<Document>][] = [
    ['title', { title: 'Another' }],
    ['url', { url: '/other' }],
    ['keywords', { keywords: ['cell'] }],
    ['subject', { subject: 'Physics' }],
    ['date', { date: '2025-01-01' }],
    ['language', { language: 'de' }],
    ['boost', { boost: 2 }],
    ['related', { related: [{ title: 'About /a', url: '/a', subject: null }] }],
  ];
  for (const [member, parts] of OTHERS) {
    it(`is left to merging where the ${member} changed`, () => {
      const [first, ...rest] = START;
      assert.ok(first !== undefined);
      const after = [documentOf({ ...first, ...parts, key: first.key }), ...rest];
      assert.equal(patched(merged(START), START, after), null);
    });
  }

  it('is left to merging where a subject is spelled otherwise', () => {
    const base = merged(START);
    const segment = segmentOf(START, WRITER);
    const places = [{ before: segment.place('/a'), after: segment.place('/a') }];
    const from = { index: mainFile(base), memory: memoryOf(base) };
    assert.ok(WRITER.patch(from, places, ['Biology']) !== null);
    assert.equal(WRITER.patch(from, places, ['BIOLOGY']), null);
  });

  it('is left to merging where the memory is of another index, another writer, or none', async () => {
    const base = merged(START);
    const [first, ...rest] = START;
    assert.ok(first !== undefined);
    const after = [documentOf({ ...first, answer: 'Cells divide.' }), ...rest];
    const other = memoryOf(merged(after));
    const strange = memoryOf(merged(START, createIndexWriter(await englishAnalyzer())));
    for (const memory of [other, strange, new Uint8Array(0)])
      assert.equal(patched({ ...base, memory: () => memory }, START, after), null);
  });

  it('is left to merging where the old form of a document is not the one of the index', () => {
    const [first, ...rest] = START;
    assert.ok(first !== undefined);
    const strange = [documentOf({ ...first, answer: 'Membranes and nuclei.' }), ...rest];
    const after = [documentOf({ ...first, answer: 'Cells divide.' }), ...rest];
    assert.equal(patched(merged(START), strange, after), null);
  });

  it('ends with an index or none whatever the memory holds', () => {
    const base = merged(START);
    const memory = memoryOf(base);
    const [first, ...rest] = START;
    assert.ok(first !== undefined);
    const after = [documentOf({ ...first, answer: 'Cells divide.' }), ...rest];
    for (let at = 0; at < memory.length; at += 1) {
      for (const byte of [0, 0x7f, 0xff]) {
        const changed = memory.slice();
        changed[at] = byte;
        patched({ ...base, memory: () => changed }, START, after);
      }
    }
  });
});
