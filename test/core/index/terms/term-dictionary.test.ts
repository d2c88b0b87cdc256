import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compareTerms, TermDictionary, writeDictionary } from '../../../../src/core/index/terms/term-dictionary.js';

function dictionaryOf(terms: readonly string[]): TermDictionary {
  return new TermDictionary(terms.length, writeDictionary(terms));
}

/** UTF-8 byte order, implemented independently. */
function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

const CHARACTERS = ['a', 'b', 'c', 'é', '漢', '\uffff', '\ue000', '\ud7ff', '👍', '𐀀', '\u{10ffff}'];
const term = fc.oneof(
  fc.string({ unit: fc.constantFrom(...CHARACTERS), minLength: 1, maxLength: 6 }),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }),
);
const terms = fc.uniqueArray(term, { maxLength: 90 }).map((list) => list.sort(byBytes));

describe('compareTerms', () => {
  it('orders terms as their UTF-8 bytes, also beyond the basic plane', () => {
    fc.assert(fc.property(term, term, (a, b) => assert.equal(Math.sign(compareTerms(a, b)), Math.sign(byBytes(a, b)))));
    assert.ok(compareTerms('\uffff', '👍') < 0, 'JavaScript itself orders these two the other way');
  });
});

describe('TermDictionary', () => {
  it('returns every term in any order of look-ups', () => {
    fc.assert(
      fc.property(terms, fc.infiniteStream(fc.nat()), (list, picks) => {
        const dictionary = dictionaryOf(list);
        for (const [at, text] of list.entries()) assert.equal(dictionary.get(at), text);
        if (list.length === 0) return;
        for (const pick of picks.take(10)) {
          const at = pick % list.length;
          assert.equal(dictionary.get(at), list[at]);
        }
      }),
    );
  });

  it('iterates from any term, with the number of bytes that each shares with the one before', () => {
    fc.assert(
      fc.property(terms, fc.nat(), (list, pick) => {
        if (list.length === 0) return;
        const dictionary = dictionaryOf(list);
        let at = pick % list.length;
        dictionary.seek(at);
        for (at += 1; at < list.length; at += 1) {
          dictionary.next();
          assert.equal(dictionary.text(), list[at]);
          assert.equal(dictionary.shared, sharedBytes(list[at - 1] ?? '', list[at] ?? ''));
        }
      }),
    );
  });

  it('finds terms, bounds and ranges as a sorted array does', () => {
    fc.assert(
      fc.property(terms, fc.oneof(term, fc.constant('')), fc.nat(), (list, other, pick) => {
        const dictionary = dictionaryOf(list);
        const known = list[pick % Math.max(1, list.length)] ?? '';
        const beginning = Array.from(known).slice(0, 2).join('');
        for (const sought of [other, known, beginning, `${known}a`]) {
          assert.equal(dictionary.find(sought), list.indexOf(sought));
          const bound = list.findIndex((text) => byBytes(text, sought) >= 0);
          assert.equal(dictionary.lowerBound(sought), bound < 0 ? list.length : bound);
          const [from, to] = dictionary.prefixRange(sought);
          assert.deepEqual(
            list.slice(from, to),
            list.filter((text) => text.startsWith(sought)),
          );
        }
      }),
    );
  });

  for (const size of [0, 1, 15, 16, 17, 31, 32, 33, 257]) {
    it(`finds each of ${size} terms, and none in between`, () => {
      const list = Array.from({ length: size }, (_, at) => `t${String(at).padStart(4, '0')}`);
      const dictionary = dictionaryOf(list);
      for (const [at, text] of list.entries()) {
        assert.equal(dictionary.find(text), at);
        assert.equal(dictionary.find(`${text}x`), -1);
        assert.equal(dictionary.lowerBound(`${text}x`), at + 1);
      }
      assert.deepEqual(dictionary.prefixRange('t'), [0, size]);
      assert.equal(dictionary.find(''), -1);
    });
  }

  it('does not find a query term longer than any term, even if it begins with one', () => {
    const long = 'x'.repeat(80);
    const dictionary = dictionaryOf([long]);
    assert.equal(dictionary.find(long), 0);
    for (const more of [1, 20, 176, 177, 5000]) assert.equal(dictionary.find(long + 'x'.repeat(more)), -1);
  });
});

function sharedBytes(a: string, b: string): number {
  const [x, y] = [Buffer.from(a), Buffer.from(b)];
  let shared = 0;
  while (shared < x.length && shared < y.length && x[shared] === y[shared]) shared += 1;
  return shared;
}
