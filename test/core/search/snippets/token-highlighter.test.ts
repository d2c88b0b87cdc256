import assert from 'node:assert/strict';
import fc from 'fast-check';
import { tokenize } from '../../../../src/core/analysis/tokenizer.js';
import { MAX_SNIPPET_BYTES, type AnswerStore } from '../../../../src/core/index/documents/answer-store.js';
import type { PackedIndex } from '../../../../src/core/index/index-reader.js';
import { TokenHighlighter } from '../../../../src/core/search/snippets/token-highlighter.js';
import {
  createHighlightQuery,
  findHighlights,
  type QueryTermMatch,
} from '../../../../src/core/search/snippets/highlight.js';
import { choosePassages } from '../../../../src/core/search/snippets/passages.js';
import { answerOf, documentOf } from '../../../support/documents.js';
import { anyText } from '../../../support/texts.js';
import { asWritten, opened, wellFormedText } from '../../support.js';

/** Adjacent words, hyphens and symbols, so that terms span several tokens. */
const joinedText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.constantFrom('O', 'o', 'C', 'n', 'log', 's', 'x', 'axis', 'DNA', 'mRNA', 'pH', '10', '2', 'é', 'Ω'),
      fc.constantFrom('漢', '字', 'ไทย', '’', '‑', '—', '👍', '\u0301', '\u00a0', 'x'.repeat(63), 'y'.repeat(41)),
      fc.constantFrom(' ', ' ', ' ', '-', '.', '/', ':', '::/', "'", '_', '++', '#', '(', ')', '\n', ' '.repeat(64)),
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(''));

const text = fc.oneof(joinedText, anyText, wellFormedText).map(asWritten);

function indexOf(...paragraphs: string[]): PackedIndex {
  return opened([documentOf({ url: '/a', answer: answerOf(paragraphs.map((each) => ['paragraph', each])) })]);
}

/** Some terms of texts, each as a word of a query. */
function someTerms(of: readonly string[], picks: readonly number[]): Map<string, QueryTermMatch> {
  const terms: string[] = [];
  for (const each of of) tokenize(each, (term) => terms.push(term));
  const picked = picks.map((pick) => terms[pick % Math.max(1, terms.length)] ?? 'none');
  return new Map(picked.map((term, word) => [term, { word, weight: 1 / (word + 1) }]));
}

/** Asserts that the tokens of the only document give the same matches as its string. */
function assertSame(answers: AnswerStore, terms: ReadonlyMap<string, QueryTermMatch>): void {
  const marker = new TokenHighlighter(answers.vocabulary);
  marker.setQuery(new Map([['other', { word: 9, weight: 1 }]]));
  answers.readPrefix(0, marker.prefixes);
  marker.setQuery(terms);
  const view = answers.readPrefix(0, marker.prefixes);
  const shown = view.text.slice(0, view.text.length);
  const marks = findHighlights(shown, createHighlightQuery(terms));
  assert.deepEqual(marker.find(view.text), marks);
  const options = { length: 40, count: 3, repeatsTitle: (): number => 0 };
  assert.deepEqual(choosePassages(view, marks, options), choosePassages({ ...view, text: shown }, marks, options));
}

const picks = fc.array(fc.nat(200), { minLength: 1, maxLength: 4 });

describe('matches found by tokens', () => {
  const cases: readonly (readonly [text: string, ...terms: string[]])[] = [
    ["don't", 't'],
    ["the patient's s", 's'],
    ['\u0301++', '++'],
    ['漢\u0301pH', 'p'],
    ['O(n log n) and n', 'o(nlogn)', 'n'],
    ['C/C++17, C#', 'c++', 'c#', '17'],
    ['1.5 or 5', '1.5', '5'],
    ['the x-axis', 'xaxis', 'x'],
    [`${'x'.repeat(70)} x`, 'x'.repeat(40), 'xxxxxx'],
  ];
  for (const [written, ...terms] of cases) {
    it(`include ${JSON.stringify(written)} for ${terms.join(', ')}`, () => {
      const explained = terms.map((term, word): [string, QueryTermMatch] => [term, { word, weight: 1 }]);
      assertSame(indexOf(written).documents.answers, new Map(explained));
    });
  }

  it('are those found in the text, with the same passages, for any text and query', () => {
    fc.assert(
      fc.property(text, text, picks, (one, other, chosen) => {
        assertSame(indexOf(one, other).documents.answers, someTerms([one, other], chosen));
      }),
      { numRuns: 1500 },
    );
  });

  it('are those of the beginning if an answer is longer than the searched part', () => {
    const long = fc.tuple(joinedText, fc.constantFrom(' ', '', '. ')).map(([piece, end]) => `${piece}a${end}`);
    fc.assert(
      fc.property(long, fc.boolean(), picks, (piece, split, chosen) => {
        const repeated = asWritten(piece.repeat(Math.ceil((MAX_SNIPPET_BYTES * 1.2) / piece.length)));
        const { answers } = indexOf(...(split ? ['first', repeated] : [repeated])).documents;
        assertSame(answers, someTerms([piece], chosen));
      }),
      { numRuns: 60 },
    );
  });
});

describe('a token sequence', () => {
  it('reads as the string that it encodes, in any order', () => {
    fc.assert(
      fc.property(text, fc.array(fc.tuple(fc.nat(90), fc.nat(90)), { maxLength: 8 }), (whole, ranges) => {
        const { text: run } = indexOf(whole).documents.answers.readPrefix(0);
        assert.equal(run.length, whole.length);
        for (const [start, length] of ranges) {
          assert.equal(run.slice(start, start + length), whole.slice(start, start + length));
          assert.deepEqual(run.charCodeAt(start), whole.charCodeAt(start));
        }
      }),
      { numRuns: 500 },
    );
  });
});
