import assert from 'node:assert/strict';
import fc from 'fast-check';
import { openIndex, type PackedIndex } from '../../../src/core/index/index-reader.js';
import {
  LONGEST_DESCRIPTION,
  shortened,
  withDescriptions,
  withoutTexts,
} from '../../../src/core/build/strip-answers.js';
import { documentOf } from '../../support/documents.js';
import { anyDocuments, packed } from '../support.js';

const open = (bytes: Uint8Array): PackedIndex => openIndex(bytes, { verify: true });
const descriptions = ({ size, documents }: PackedIndex): (string | null)[] =>
  Array.from({ length: size }, (_, document) => documents.answers.description(document));

/** The expected description without the answer; an empty one is null. */
const kept = (text: string): string | null => (text === '' ? null : shortened(text));

/** Whether the answer contains the letters of a description in the same order. */
function begins(answer: string, description: string): boolean {
  let at = 0;
  for (const letter of description.replace(/\s+/g, '')) {
    at = answer.indexOf(letter, at) + letter.length;
    if (at < letter.length) return false;
  }
  return description.length <= LONGEST_DESCRIPTION;
}

describe('an index with descriptions and without answers', () => {
  it('shows the same descriptions for any documents', () => {
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

  it('stores a description that repeats the beginning of its answer, and one that does not', () => {
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

  it('uses the first prose of an answer as description if there is none', () => {
    const text = `Causes\nAir  scatters. ${'It bends light. '.repeat(20)}\nx = 1`;
    const heading = { kind: 'heading', start: 0, end: 6 } as const;
    const prose = { kind: 'paragraph', start: 7, end: text.length - 6 } as const;
    const code = { kind: 'code', start: text.length - 5, end: text.length } as const;
    const document = documentOf({ url: '/a', description: null });
    const described = (answer: string, blocks: (typeof heading | typeof prose | typeof code)[]) =>
      descriptions(open(withDescriptions(packed([{ ...document, answer: { text: answer, blocks, atoms: [] } }]))));
    assert.deepEqual(described(text, [heading, prose, code]), [
      shortened(`Air scatters. ${'It bends light. '.repeat(20)}`),
    ]);
    assert.deepEqual(described('x = 1', [{ ...code, start: 0, end: 5 }]), [null]);
  });

  it('differs from the index without texts in nothing else', () => {
    const index = packed([documentOf({ url: '/a', answer: 'Of the moon and more.', description: 'Of the moon' })]);
    const light = withDescriptions(index);
    assert.notEqual(Buffer.compare(light, withoutTexts(index)), 0);
    assert.equal(Buffer.compare(withoutTexts(light), withoutTexts(index)), 0);
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
    it(`truncates descriptions: ${name}`, () => {
      assert.equal(shortened(text), expected);
      assert.ok(shortened(text).length <= LONGEST_DESCRIPTION);
    });
  }
});
