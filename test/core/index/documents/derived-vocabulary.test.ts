import assert from 'node:assert/strict';
import fc from 'fast-check';
import { orderVocabulary } from '../../../../src/core/build/vocabulary-order.js';
import { decodeTerms } from '../../../../src/core/index/terms/decode-terms.js';
import { compareTerms, writeDictionary } from '../../../../src/core/index/terms/term-dictionary.js';
import { decodeUtf8, Vocabulary } from '../../../../src/core/index/documents/token-vocabulary.js';

/** Writes tokens over the words of an index. Returns them in the order of their numbers, with that order. */
function roundTrip(tokens: readonly string[], words: readonly string[]): { read: string[]; order: number[] } {
  const { bytes, order } = orderVocabulary(tokens, new Map(words.map((word, number) => [word, number])));
  const spelled = (): ReturnType<typeof decodeTerms> => decodeTerms(words.length, writeDictionary(words));
  const vocabulary = new Vocabulary(bytes, decodeUtf8, spelled);
  const read = Array.from({ length: vocabulary.size }, (_, number) => vocabulary.token(number));
  return { read, order: [...order] };
}

function assertRoundTrip(tokens: readonly string[], words: readonly string[]): void {
  const { read, order } = roundTrip(tokens, words);
  assert.deepEqual(
    read,
    order.map((place) => tokens[place]),
  );
  assert.deepEqual(
    [...order].sort((a, b) => a - b),
    tokens.map((_, place) => place),
    'every token has one number',
  );
}

describe('a vocabulary derived from the words', () => {
  const WORDS = ['3d', 'a', 'cell', 'cells', 'gene', 'öl'].sort(compareTerms);
  const CASES: readonly (readonly [name: string, tokens: readonly string[]])[] = [
    ['that has no token', []],
    ['whose tokens are words', ['gene', 'a', 'cells']],
    ['whose tokens are words with capitals', ['Gene', 'CELL', 'A', '3D', 'ÖL', 'Öl', 'gENE', 'öL']],
    ['whose tokens are no words', ['', ', ', '.', 'xylem', 'xylophone', '\u{1F600}', 'é'.repeat(64)]],
    ['of many tokens', Array.from({ length: 20_000 }, (_, number) => `token${number.toString(36)}`)],
  ];
  for (const [name, tokens] of CASES)
    it(`restores a vocabulary ${name}`, () => {
      assertRoundTrip(tokens, WORDS);
      assertRoundTrip(tokens, []);
    });

  it('keeps a token in its frequency class, so that its number stays short', () => {
    const tokens = Array.from({ length: 17_000 }, (_, number) => `t${16_999 - number}`);
    const { order } = roundTrip(tokens, []);
    for (const end of [128, 512, 2048, 8192, 16_384]) assert.ok(order.slice(0, end).every((place) => place < end));
  });

  it('restores any tokens over any words', () => {
    const text = fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.string({ unit: fc.constantFrom('a', 'b', 'A', 'B', 'é', '3', '-'), maxLength: 5 }),
    );
    fc.assert(
      fc.property(fc.uniqueArray(text), fc.uniqueArray(text), (tokens, some) => {
        const words = some.map((word) => word.toLowerCase()).filter((word) => word !== '');
        assertRoundTrip(tokens, [...new Set(words)].sort(compareTerms));
      }),
      { numRuns: 500 },
    );
  });

  it('reads damaged bytes as some vocabulary, in bounded time', () => {
    const { bytes } = orderVocabulary(
      ['gene', 'Cell', 'xylem', 'xylo'],
      new Map([
        ['cell', 2],
        ['gene', 4],
      ]),
    );
    const spelled = (): ReturnType<typeof decodeTerms> => decodeTerms(WORDS.length, writeDictionary(WORDS));
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, value) => {
        const damaged = bytes.slice();
        damaged[at] = value;
        const vocabulary = new Vocabulary(damaged, decodeUtf8, spelled);
        for (let token = 0; token < vocabulary.size; token += 1) assert.ok(vocabulary.token(token).length < 256);
      }),
    );
  });
});
