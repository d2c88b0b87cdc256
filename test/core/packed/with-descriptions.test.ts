import assert from 'node:assert/strict';
import fc from 'fast-check';
import { AskdexError } from '../../../src/core/errors.js';
import { crc32, readContainer, writeContainer } from '../../../src/core/packed/layout.js';
import { openPacked, type PackedIndex } from '../../../src/core/packed/packed-index.js';
import {
  decodeTransport,
  encodeTransport,
  withoutTexts,
} from '../../../src/core/packed/transport/transport.js';
import {
  LONGEST_DESCRIPTION,
  shortened,
  withDescriptions,
} from '../../../src/core/packed/transport/with-descriptions.js';
import { Vocabulary, writeVocabulary } from '../../../src/core/packed/vocabulary.js';
import { documentOf } from '../../support/documents.js';
import { ANALYZER, anyDocuments, packed } from './support.js';

const open = (bytes: Uint8Array): PackedIndex => openPacked(bytes, { verify: true });
const descriptions = ({ size, documents }: PackedIndex): (string | null)[] =>
  Array.from({ length: size }, (_, document) => documents.answers.description(document));

function readVocabulary(bytes: Uint8Array): string[] {
  const vocabulary = new Vocabulary(bytes);
  return Array.from({ length: vocabulary.size }, (_, token) => vocabulary.token(token));
}

/** What a description is without its answer; one that comes to nothing is none. */
const kept = (text: string): string | null => (text === '' ? null : shortened(text));

/** Whether the letters of a description are in the answer, in their order. */
function begins(answer: string, description: string): boolean {
  let at = 0;
  for (const letter of description.replace(/\s+/g, '')) {
    at = answer.indexOf(letter, at) + letter.length;
    if (at < letter.length) return false;
  }
  return description.length <= LONGEST_DESCRIPTION;
}

describe('an index with descriptions and without answers', () => {
  it('shows the same descriptions, whatever documents hold', () => {
    fc.assert(
      fc.property(anyDocuments, (documents) => {
        const index = packed(documents);
        const light = open(withDescriptions(index));
        const before = open(index);
        for (const [document, description] of descriptions(light).entries()) {
          const own = before.documents.answers.description(document);
          const { text } = before.documents.answers.answer(document);
          if (own !== null) assert.equal(description, kept(own));
          else assert.ok(begins(text, description ?? ''), `${String(description)} of ${text}`);
          assert.equal(light.documents.answers.answer(document).text, '');
        }
      }),
      { numRuns: 60 },
    );
  });

  it('keeps one that repeats the beginning of its answer, and one of its own', () => {
    const index = packed([
      documentOf({
        url: '/a',
        answer: 'Air scatters  short waves. More.',
        description: 'Air scatters short waves.',
      }),
      documentOf({ url: '/b', answer: 'Nothing alike.', description: 'Of the moon.' }),
      documentOf({ url: '/c', answer: 'No description.', description: null }),
    ]);
    assert.deepEqual(descriptions(open(withDescriptions(index))), [
      'Air scatters short waves.',
      'Of the moon.',
      'No description.',
    ]);
  });

  it('describes what has none by the prose that its answer begins with', () => {
    const text = `Causes\nAir  scatters. ${'It bends light. '.repeat(20)}\nx = 1`;
    const heading = { kind: 'heading', start: 0, end: 6 } as const;
    const prose = { kind: 'paragraph', start: 7, end: text.length - 6 } as const;
    const code = { kind: 'code', start: text.length - 5, end: text.length } as const;
    const document = documentOf({ url: '/a', description: null });
    const described = (answer: string, blocks: (typeof heading | typeof prose | typeof code)[]) =>
      descriptions(
        open(withDescriptions(packed([{ ...document, answer: { text: answer, blocks, atoms: [] } }]))),
      );
    assert.deepEqual(described(text, [heading, prose, code]), [
      shortened(`Air scatters. ${'It bends light. '.repeat(20)}`),
    ]);
    assert.deepEqual(described('x = 1', [{ ...code, start: 0, end: 5 }]), [null]);
  });

  it('differs from the index without texts in nothing else', () => {
    const index = packed([
      documentOf({ url: '/a', answer: 'Of the moon and more.', description: 'Of the moon' }),
    ]);
    const light = withDescriptions(index);
    assert.notEqual(Buffer.compare(light, withoutTexts(index)), 0);
    assert.equal(Buffer.compare(withoutTexts(light), withoutTexts(index)), 0);
  });

  it('travels, and comes back to the byte', () => {
    fc.assert(
      fc.property(anyDocuments, (documents) => {
        const light = withDescriptions(packed(documents));
        assert.equal(Buffer.compare(decodeTransport(encodeTransport(light, ANALYZER), ANALYZER), light), 0);
      }),
      { numRuns: 15 },
    );
  });

  it('tells descriptions by models, not as they are', () => {
    const text = (at: number): string =>
      `Whatever ${at} of ${at * 7} is told in these words, again and again.`;
    const light = withDescriptions(
      packed(
        Array.from({ length: 40 }, (_, at) =>
          documentOf({ url: `/${at}`, title: `Subject ${at}`, answer: text(at), description: null }),
        ),
      ),
    );
    const encoded = encodeTransport(light, ANALYZER);
    assert.equal(Buffer.from(encoded).indexOf('Whatever'), -1);
    // Describing them takes little besides, since answers have the same words.
    const bare = encodeTransport(light, ANALYZER, { texts: false });
    assert.ok(encoded.length < bare.length + 200, `${encoded.length} and ${bare.length} bytes`);
  });

  it('travels as it is where packing descriptions again would give others', () => {
    const light = withDescriptions(packed([documentOf({ url: '/a', answer: 'Of the moon.' })]));
    // The same tokens in another order.
    const sections = readContainer(light, false);
    const vocabulary = readVocabulary(sections.vocabulary).reverse();
    const other = writeContainer({ ...sections, vocabulary: writeVocabulary(vocabulary) });
    const encoded = encodeTransport(other, ANALYZER);
    assert.ok(Buffer.from(encoded).includes(Buffer.from(writeVocabulary(vocabulary))));
    assert.equal(Buffer.compare(decodeTransport(encoded, ANALYZER), other), 0);
  });

  it('ends with an error where the coded descriptions make no sense', () => {
    const documents = Array.from({ length: 30 }, (_, at) =>
      documentOf({ url: `/${at}`, answer: `Word${at} tells of ${at % 7} others.`, description: null }),
    );
    const encoded = encodeTransport(withDescriptions(packed(documents)), ANALYZER);
    fc.assert(
      fc.property(
        fc.integer({ min: 250, max: encoded.length - 20 }),
        fc.integer({ min: 1, max: 255 }),
        (at, mask) => {
          const changed = encoded.slice();
          changed[at] = (changed[at] ?? 0) ^ mask;
          new DataView(changed.buffer).setUint32(12, crc32(changed.subarray(16)), true);
          assert.throws(
            () => decodeTransport(changed, ANALYZER),
            (error) => error instanceof AskdexError && error.code === 'index_damaged',
          );
        },
      ),
      { numRuns: 20 },
    );
  });

  const long = 'word '.repeat(40).trim();
  const cases: readonly (readonly [name: string, text: string, expected: string])[] = [
    ['a short one stays', 'short', 'short'],
    ['160 units stay', 'x'.repeat(160), 'x'.repeat(160)],
    ['a long one ends at a word', long, 'word '.repeat(32).trim()],
    ['one without spaces is cut', 'x'.repeat(161), 'x'.repeat(160)],
    ['no pair is cut in two', `x${'👍'.repeat(80)}`, `x${'👍'.repeat(79)}`],
  ];
  for (const [name, text, expected] of cases) {
    it(`cuts descriptions: ${name}`, () => {
      assert.equal(shortened(text), expected);
      assert.ok(shortened(text).length <= LONGEST_DESCRIPTION);
    });
  }
});
