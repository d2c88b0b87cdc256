import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ByteWriter } from '../../../src/core/index/format/byte-buffer.js';
import { StringInterner, orderByRank, orderByText, SortedStrings } from '../../../src/core/build/string-interner.js';
import { compareTerms } from '../../../src/core/index/terms/term-dictionary.js';

function interned(texts: readonly string[]): StringInterner {
  const strings = new StringInterner();
  for (const text of texts) {
    const writer = new ByteWriter();
    writer.utf8(text);
    strings.intern(writer.view(), 0, writer.length);
  }
  return strings;
}

/** Texts with common prefixes, zeros and characters of every length in UTF-8. */
const text = fc.string({
  unit: fc.constantFrom('a', 'b', '\0', 'é', '\uffff', '😀', 'z'),
  maxLength: 7,
});
const texts = fc.uniqueArray(text, { maxLength: 60 });

describe('the order of strings', () => {
  it('is by code point, for all strings or a part of them', () => {
    fc.assert(
      fc.property(texts, fc.nat(), (all, seed) => {
        const strings = interned(all);
        const some = Uint32Array.from(all.keys()).filter((number) => (number + seed) % 3 !== 0);
        const sorted = orderByText(strings, some);
        assert.deepEqual(
          new SortedStrings(strings, sorted).texts(),
          Array.from(some, (number) => all[number] ?? '').sort(compareTerms),
        );
      }),
    );
  });

  it('is by rank first, the highest first, then by text', () => {
    fc.assert(
      fc.property(texts, fc.array(fc.constantFrom(1, 2, 3, 2 ** 30)), (all, ranks) => {
        const strings = interned(all);
        const ranked = orderByRank(orderByText(strings, Uint32Array.from(all.keys())), ranks);
        const expected = [...all.keys()].sort(
          (a, b) => (ranks[b] ?? 0) - (ranks[a] ?? 0) || compareTerms(all[a] ?? '', all[b] ?? ''),
        );
        assert.deepEqual([...ranked], expected);
      }),
    );
  });
});
