import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ByteReader, ByteWriter } from '../../../../src/core/index/format/byte-buffer.js';
import {
  cutTokens,
  MAX_TOKEN_UNITS,
  Vocabulary,
  writeVocabulary,
} from '../../../../src/core/index/documents/token-vocabulary.js';
import { anyText, splitsPair } from '../../../support/texts.js';
import { asWritten, wellFormedText } from '../../support.js';

/** Writes a text as token numbers and reads it back. */
function roundTrip(text: string): string {
  const tokens: string[] = [];
  const numbers = new Map<string, number>();
  const writer = new ByteWriter();
  cutTokens(text, (start, end) => {
    assert.ok(end - start <= MAX_TOKEN_UNITS, 'no longer than the longest');
    assert.ok(!splitsPair(text, start) && !splitsPair(text, end), 'no pair is cut in two');
    const token = text.slice(start, end);
    if (!numbers.has(token)) numbers.set(token, tokens.push(token) - 1);
    writer.varint(numbers.get(token) ?? 0);
    count += 1;
  });
  const bytes = new ByteWriter();
  bytes.varint(count);
  bytes.bytes(writer.view());
  const vocabulary = new Vocabulary(writeVocabulary(tokens));
  const first = vocabulary.readText(new ByteReader(bytes.finish()));
  assert.equal(vocabulary.readText(new ByteReader(bytes.finish())), first, 'a second time the same');
  return first;
}
let count = 0;

describe('the token vocabulary', () => {
  beforeEach(() => {
    count = 0;
  });

  const TEXTS = [
    ...['', ' ', '  ', 'a', 'a b', 'a  b', ' a b ', 'a. b', 'a\nb', 'don’t stop', 'x'.repeat(64), 'x'.repeat(65)],
    ...['x'.repeat(129), `${'x'.repeat(64)} y`, ' '.repeat(65), `a${' '.repeat(65)}b`, `${'x'.repeat(63)}👍y`],
    ...['👍'.repeat(40), `-${'👍'.repeat(32)} ${'👍'.repeat(33)}`, `${'x'.repeat(64)}${' '.repeat(64)} y`],
  ];
  for (const text of TEXTS) {
    const shown = text.length > 30 ? `${text.slice(0, 10)}… (${text.length} units)` : text;
    it(`restores ${JSON.stringify(shown)}`, () => assert.equal(roundTrip(text), text));
  }

  it('restores any text except halves of surrogate pairs', () => {
    fc.assert(
      fc.property(fc.oneof(wellFormedText, anyText), (text) => {
        count = 0;
        assert.equal(roundTrip(text), asWritten(text));
      }),
      { numRuns: 1000 },
    );
  });

  it('stores no token for one space between two words', () => {
    const tokens: string[] = [];
    cutTokens('one two, three', (start, end) => tokens.push('one two, three'.slice(start, end)));
    assert.deepEqual(tokens, ['one', 'two', ', ', 'three']);
  });

  it('reads damaged bytes as some text, and allocates nothing for a count beyond the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.uint8Array({ maxLength: 10 }), (bytes, numbers) => {
        const vocabulary = new Vocabulary(bytes);
        assert.ok(vocabulary.size <= bytes.length);
        assert.equal(typeof vocabulary.read(new ByteReader(numbers), numbers.length), 'string');
      }),
    );
  });
});
