import assert from 'node:assert/strict';
import fc from 'fast-check';
import { fuzzyTerms } from '../../../../src/core/index/terms/fuzzy-search.js';
import { compareTerms, TermDictionary, writeDictionary } from '../../../../src/core/index/terms/term-dictionary.js';

/** Textbook Levenshtein distance over UTF-16 units; with `swaps`, optimal string alignment. */
function distanceOf(a: string, b: string, swaps = false): number {
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  let twoAbove = above;
  for (let row = 1; row <= a.length; row += 1) {
    const line = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const replaced = (above[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      const swapped =
        swaps && row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
          ? (twoAbove[column - 2] ?? 0) + 1
          : Infinity;
      line.push(Math.min(replaced, swapped, (above[column] ?? 0) + 1, (line[column - 1] ?? 0) + 1));
    }
    [twoAbove, above] = [above, line];
  }
  return above[b.length] ?? 0;
}

const unit = fc.constantFrom('a', 'b', 'c', 'é', '漢', '👍', '𐀀');
const ascii = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 8 });
const mixed = fc.string({ unit, minLength: 1, maxLength: 6 });
const letter = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 });
const term = fc.oneof(ascii, ascii, mixed, letter);

describe('fuzzy search in the dictionary', () => {
  it('finds the terms that a comparison with every term finds, at distances of 1 to 3', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(term, { maxLength: 80 }),
        term,
        fc.tuple(fc.nat(), fc.nat()),
        fc.boolean(),
        (terms, sought, ends, transpositions) => {
          const list = terms.sort(compareTerms);
          const dictionary = new TermDictionary(list.length, writeDictionary(list));
          const [from, to] = ends.map((end) => end % (list.length + 1)).sort((a, b) => a - b);
          const distances = list.map((text) => distanceOf(text, sought, transpositions));
          for (const maxDistance of [0, 1, 2, 3]) {
            const expected = distances
              .map((distance, index) => ({ index, distance }))
              .filter(({ distance }) => distance <= maxDistance);
            assert.deepEqual(fuzzyTerms(dictionary, sought, { maxDistance, transpositions }), expected);
            assert.deepEqual(
              fuzzyTerms(dictionary, sought, { maxDistance, transpositions, from: from ?? 0, to: to ?? 0 }),
              expected.filter(({ index }) => index >= (from ?? 0) && index < (to ?? 0)),
            );
          }
        },
      ),
      { numRuns: 600 },
    );
  });

  it('counts two swapped neighbours as one edit if transpositions are on, else as two', () => {
    const dictionary = new TermDictionary(1, writeDictionary(['hepatitis']));
    const within = (sought: string, transpositions: boolean): (number | undefined)[] =>
      fuzzyTerms(dictionary, sought, { maxDistance: 2, transpositions }).map(({ distance }) => distance);
    assert.deepEqual([within('hepatitsi', true), within('hepatitsi', false)], [[1], [2]]);
    assert.deepEqual([within('ehpatitsi', true), within('ehpatitsi', false)], [[2], []]);
  });

  it('finds nothing for a term beyond the length limit, and skips such terms', () => {
    const list = ['a'.repeat(63), 'a'.repeat(64), 'a'.repeat(80)];
    const dictionary = new TermDictionary(list.length, writeDictionary(list));
    assert.deepEqual(fuzzyTerms(dictionary, 'a'.repeat(64), { maxDistance: 2 }), []);
    assert.deepEqual(fuzzyTerms(dictionary, 'a'.repeat(62), { maxDistance: 2 }), [{ index: 0, distance: 1 }]);
    assert.deepEqual(fuzzyTerms(new TermDictionary(0, writeDictionary([])), 'a', { maxDistance: 2 }), []);
  });
});
