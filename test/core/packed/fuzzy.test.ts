import assert from 'node:assert/strict';
import fc from 'fast-check';
import { fuzzyTerms } from '../../../src/core/packed/fuzzy.js';
import { compareTerms, Dictionary, writeDictionary } from '../../../src/core/packed/terms.js';

/** Levenshtein by UTF-16 units, as a textbook writes it. */
function distanceOf(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const line = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const replaced = (above[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      line.push(Math.min(replaced, (above[column] ?? 0) + 1, (line[column - 1] ?? 0) + 1));
    }
    above = line;
  }
  return above[b.length] ?? 0;
}

const unit = fc.constantFrom('a', 'b', 'c', 'é', '漢', '👍', '𐀀');
const ascii = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 8 });
const mixed = fc.string({ unit, minLength: 1, maxLength: 6 });
const letter = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 });
const term = fc.oneof(ascii, ascii, mixed, letter);

describe('packed fuzzy', () => {
  it('finds what a comparison with every term finds, at distances of 1 to 3', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(term, { maxLength: 80 }),
        term,
        fc.tuple(fc.nat(), fc.nat()),
        (terms, sought, ends) => {
          const list = terms.sort(compareTerms);
          const dictionary = new Dictionary(list.length, writeDictionary(list));
          const [from, to] = ends.map((end) => end % (list.length + 1)).sort((a, b) => a - b);
          const distances = list.map((text) => distanceOf(text, sought));
          for (const maxDistance of [0, 1, 2, 3]) {
            const expected = distances
              .map((distance, index) => ({ index, distance }))
              .filter(({ distance }) => distance <= maxDistance);
            assert.deepEqual(fuzzyTerms(dictionary, sought, { maxDistance }), expected);
            assert.deepEqual(
              fuzzyTerms(dictionary, sought, { maxDistance, from: from ?? 0, to: to ?? 0 }),
              expected.filter(({ index }) => index >= (from ?? 0) && index < (to ?? 0)),
            );
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  it('gives nothing for a term longer than terms may be, and passes over such terms', () => {
    const list = ['a'.repeat(63), 'a'.repeat(64), 'a'.repeat(80)];
    const dictionary = new Dictionary(list.length, writeDictionary(list));
    assert.deepEqual(fuzzyTerms(dictionary, 'a'.repeat(64), { maxDistance: 2 }), []);
    assert.deepEqual(fuzzyTerms(dictionary, 'a'.repeat(62), { maxDistance: 2 }), [{ index: 0, distance: 1 }]);
    assert.deepEqual(fuzzyTerms(new Dictionary(0, writeDictionary([])), 'a', { maxDistance: 2 }), []);
  });
});
