import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createAnalyzer } from '../../../../src/core/analysis/analyzer.js';
import type { Answer, BlockKind } from '../../../../src/core/model/document.js';
import type { Snippet } from '../../../../src/core/model/search-response.js';
import { isBoundary } from '../../../../src/core/search/snippets/text-boundaries.js';
import {
  createHighlightQuery,
  findHighlights,
  type QueryTermMatch,
  type Highlight,
} from '../../../../src/core/search/snippets/highlight.js';
import { choosePassages } from '../../../../src/core/search/snippets/passages.js';
import { answerOf, type BlockParts, type Piece } from '../../../support/documents.js';
import { assertSnippet, liesOnTerms, placesOf } from '../../../support/snippets.js';
import { splitsPair } from '../../../support/texts.js';

const analyzer = createAnalyzer({
  language: 'en',
  stem: (word) => word,
  stopWords: null,
  protectedWords: [],
});

function marksOf(answer: Answer, query: string): readonly Highlight[] {
  const words = analyzer.terms(query);
  const explained = words.map((term, word): [string, QueryTermMatch] => [term, { word, weight: 1 }]);
  return findHighlights(answer.text, createHighlightQuery(new Map(explained)));
}

interface Choices {
  readonly length?: number;
  readonly count?: number;
  readonly repeatsTitle?: (start: number, end: number) => number;
}

function passages(answer: Answer, query: string, choices: Choices = {}): Snippet[] {
  const options = { length: 80, count: 1, repeatsTitle: () => 0, ...choices };
  return choosePassages(answer, marksOf(answer, query), options);
}

function passage(answer: Answer, query: string, choices: Choices = {}): Snippet {
  const [first] = passages(answer, query, choices);
  assert.ok(first !== undefined);
  return first;
}

const filler = (words: number): string => Array.from({ length: words }, (_, n) => `word${n % 10}x`).join(' ');

describe('choosePassages', () => {
  it("shows the block that contains the query's words", () => {
    const answer = answerOf([
      ['paragraph', filler(10)],
      ['item', 'Blue light is scattered most.'],
      ['paragraph', filler(10)],
    ]);
    const found = passage(answer, 'scattered light', { length: 40 });
    assert.deepEqual(found, {
      field: 'answer',
      heading: null,
      text: 'Blue light is scattered most.',
      highlights: [
        [5, 10],
        [14, 23],
      ],
      html: 'Blue <mark>light</mark> is <mark>scattered</mark> most.',
    });
  });

  it('prefers a block with two words of the query to one that repeats a word', () => {
    const answer = answerOf([
      ['paragraph', 'light light light light light'],
      ['paragraph', 'light is scattered'],
    ]);
    assert.equal(passage(answer, 'scattered light', { length: 40 }).text, 'light is scattered');
  });

  it('prefers a passage that answers to one that repeats the title', () => {
    const title = 'Why is the sky blue?';
    const answer = answerOf([
      ['paragraph', 'Why is the sky blue?'],
      ['code', 'x'],
      ['paragraph', 'The sky looks blue since air scatters short waves.'],
    ]);
    const repeatsTitle = (start: number, end: number): number => (answer.text.slice(start, end) === title ? 1 : 0);
    assert.match(passage(answer, 'sky blue').text, /^Why/);
    assert.match(passage(answer, 'sky blue', { repeatsTitle }).text, /^The sky looks/);
  });

  it('prefers prose to code, and an earlier passage to a later one', () => {
    const code = answerOf([
      ['code', 'sort(list)'],
      ['paragraph', 'To sort is to order.'],
    ]);
    assert.match(passage(code, 'sort').text, /^To sort/);
    const twice = answerOf([
      ['paragraph', 'A sort.'],
      ['heading', 'Next'],
      ['paragraph', 'B sort.'],
    ]);
    assert.equal(passage(twice, 'sort').text, 'A sort.');
  });

  it('continues into the following short blocks, up to a heading or code', () => {
    const answer = answerOf([
      ['item', 'First find it.'],
      ['item', 'Then mend it.'],
      ['heading', 'After'],
      ['item', 'Rest.'],
    ]);
    assert.equal(passage(answer, 'find').text, 'First find it.\nThen mend it.');
  });

  it('returns the heading above the passage', () => {
    const answer = answerOf([
      ['paragraph', 'Intro.'],
      ['heading', 'Causes'],
      ['paragraph', 'Heat.'],
      ['heading', 'Cures'],
      ['paragraph', 'Cold.'],
    ]);
    const headings = ['intro', 'heat', 'cold'].map((query) => passage(answer, query).heading);
    assert.deepEqual(headings, [null, 'Causes', 'Cures']);
  });

  it('truncates a long block between words, with an ellipsis only in the html', () => {
    const answer = answerOf([['paragraph', `${filler(40)} needle ${filler(40)}`]]);
    const found = passage(answer, 'needle');
    assert.match(found.text, /^word\dx .*\bneedle\b.* word\dx$/);
    assert.ok(found.text.length <= 80 && found.text.length > 60);
    assert.match(found.html, /^… word.*<mark>needle<\/mark>.*x …$/);
  });

  it('begins at the start of a block if the word is near it, and likewise at its end', () => {
    const start = answerOf([['paragraph', `A needle ${filler(40)}`]]);
    assert.match(passage(start, 'needle').html, /^A <mark>.* …$/);
    const end = answerOf([['paragraph', `${filler(40)} needle.`]]);
    assert.match(passage(end, 'needle').html, /^… .*<mark>needle<\/mark>\.$/);
  });

  it('shows the beginning if the answer contains none of the words', () => {
    const answer = answerOf([
      ['heading', 'Intro'],
      ['code', 'let x'],
      ['paragraph', `Start ${filler(40)}`],
    ]);
    const found = passage(answer, 'needle');
    assert.match(found.text, /^Start /);
    assert.deepEqual([found.heading, found.highlights], ['Intro', []]);
  });

  const beginnings: readonly (readonly [what: string, blocks: readonly BlockParts[], text: string | undefined])[] = [
    ['a table alone', [['row', 'a | b']], 'a | b'],
    ['code alone', [['code', 'let x = 1']], 'let x = 1'],
    ['a formula alone', [['math', 'x^2']], 'x^2'],
    ['code too long to show', [['code', filler(100)]], undefined],
    [
      'a formula too long to show, then prose',
      [
        ['paragraph', { atom: 'y'.repeat(400) }],
        ['paragraph', 'Then.'],
      ],
      'Then.',
    ],
    ['a heading alone', [['heading', 'Only this']], undefined],
    ['nothing', [], undefined],
  ];
  for (const [what, blocks, text] of beginnings) {
    it(`shows ${text === undefined ? 'nothing' : JSON.stringify(text)} of ${what}`, () =>
      assert.equal(passages(answerOf(blocks), 'needle')[0]?.text, text));
  }

  it('shows code with its lines if it fits, and longer code not at all', () => {
    const fits = answerOf([['code', 'const needle =\n  1;']]);
    assert.equal(passage(fits, 'needle').text, 'const needle =\n  1;');
    const long = answerOf([
      ['paragraph', 'Prose.'],
      ['code', `needle ${filler(100)}`],
    ]);
    assert.equal(passage(long, 'needle').text, 'Prose.');
  });

  it('omits a formula instead of truncating it', () => {
    const formula = { atom: 'a^2 + b^2 = c^2 and more' };
    const answer = answerOf([['paragraph', `needle ${filler(8)} so `, formula, ` ${filler(40)}`]]);
    const { text } = passage(answer, 'needle');
    assert.ok(text.endsWith('so'), text);
  });

  it('shows a whole formula that contains the word, even slightly over the length', () => {
    const formula = { atom: `needle ${'+ x '.repeat(20)}end` };
    const answer = answerOf([['paragraph', `${filler(20)} so `, formula, ` ${filler(20)}`]]);
    const { text } = passage(answer, 'needle');
    assert.ok(text.includes(formula.atom), text);
    assert.ok(text.length <= 120);
  });

  it('skips a formula that is longer than a snippet may be, even if it contains the word', () => {
    const answer = answerOf([
      ['paragraph', `${filler(20)} `, { atom: `needle ${'+ x '.repeat(100)}` }, ' then needle too'],
    ]);
    const { text } = passage(answer, 'needle');
    assert.ok(text.endsWith('then needle too') && text.length <= 120, text);
  });

  it("contains the query's word in a text without spaces", () => {
    const answer = answerOf([['paragraph', `abc def ${'漢'.repeat(100)}机器学习${'漢'.repeat(300)}`]]);
    const early = passage(answer, '漢漢');
    assert.match(early.text, /^abc def 漢{50,}/);
    const late = passage(answer, '机器');
    assert.match(late.html, /^… 漢+<mark>机器<\/mark>学习漢+ …$/);
  });

  it('truncates a very long word between characters, not inside one', () => {
    const pairs = answerOf([['paragraph', '𐐨'.repeat(300)]]);
    assert.equal(passage(pairs, 'x', { length: 81 }).text, '𐐨'.repeat(40));
    const accents = answerOf([['paragraph', 'e\u0301'.repeat(300)]]);
    assert.equal(passage(accents, 'x', { length: 81 }).text, 'e\u0301'.repeat(40));
  });

  it('drops a highlight that would be truncated', () => {
    const answer = answerOf([['paragraph', `机器学习${'漢'.repeat(37)}机器学习${'漢'.repeat(60)}`]]);
    const found = passage(answer, '机器学习', { length: 42 });
    assert.equal(found.text.slice(-2), '漢机');
    assert.deepEqual(found.highlights, [[0, 4]]);
  });

  it('returns at most the requested number of passages, each with a word that the previous ones lack', () => {
    const answer = answerOf([
      ['paragraph', 'alpha beta'],
      ['heading', 'One'],
      ['paragraph', 'alpha alpha'],
      ['heading', 'Two'],
      ['paragraph', 'gamma'],
    ]);
    const texts = passages(answer, 'alpha beta gamma', { count: 3 }).map(({ text }) => text);
    assert.deepEqual(texts, ['alpha beta', 'gamma']);
  });

  it('returns no overlapping passages', () => {
    const answer = answerOf([['paragraph', `${filler(20)} alpha ${filler(6)} beta ${filler(6)} gamma ${filler(20)}`]]);
    const found = passages(answer, 'alpha beta gamma', { count: 3 });
    assert.ok(found.length >= 2);
    const places = found.map(({ text }) => placesOf(answer, text)[0]!).sort((a, b) => a[0] - b[0]);
    places.forEach(([start], index) => assert.ok(index === 0 || start >= places[index - 1]![1]));
  });

  it('shows no passage twice', () => {
    const answer = answerOf([['paragraph', 'alpha beta alpha']]);
    assert.equal(passages(answer, 'alpha beta', { count: 3 }).length, 1);
  });
});

describe('choosePassages for any answer', () => {
  const WORDS = [
    'alpha',
    'beta',
    'gamma',
    'x-axis',
    'C++',
    '<b>',
    '&amp;',
    '"q"',
    '漢字漢字',
    'ภาษาไทย',
    '👍',
    '𐐨𐐨',
    'long'.repeat(30),
    '漢'.repeat(90),
  ];
  const word = fc.constantFrom(...WORDS);
  const atom = fc
    .array(fc.constantFrom('alpha', 'x^2', '\\frac{a}{b}', '漢字', '👍'), { minLength: 1, maxLength: 12 })
    .map((parts): Piece => ({ atom: parts.join(' ') }));
  const piece = fc.oneof({ weight: 8, arbitrary: word }, { weight: 1, arbitrary: atom });
  const kind = fc.constantFrom<BlockKind>('heading', 'paragraph', 'paragraph', 'item', 'row', 'code', 'math');
  const glue = fc.constantFrom(' ', ' ', ' ', '', '-');
  const block = fc
    .tuple(kind, fc.array(fc.tuple(piece, glue), { minLength: 1, maxLength: 60, size: 'max' }))
    .map(([of, pieces]): BlockParts => [
      of,
      ...pieces.flatMap(([each, after], index): Piece[] => {
        const plain =
          (of === 'code' || of === 'math' || of === 'heading') && typeof each !== 'string' ? each.atom : each;
        return index + 1 < pieces.length ? [plain, after] : [plain];
      }),
    ]);
  const anyAnswer = fc.array(block, { maxLength: 5, size: 'max' }).map(answerOf);
  const query = fc.array(fc.constantFrom('alpha', 'beta', 'gamma', 'xaxis', 'c++', '漢字', '𐐨𐐨', 'ภาษ'), {
    maxLength: 3,
  });

  const check = (holds: (found: Snippet, answer: Answer, context: { length: number; words: string[] }) => void): void =>
    fc.assert(
      fc.property(
        anyAnswer,
        query,
        fc.integer({ min: 40, max: 300 }),
        fc.integer({ min: 1, max: 3 }),
        (answer, words, length, count) => {
          const found = passages(answer, words.join(' '), { length, count });
          assert.ok(found.length <= count);
          for (const snippet of found) holds(snippet, answer, { length, words: analyzer.terms(words.join(' ')) });
        },
      ),
      { numRuns: 400 },
    );

  it('returns html that matches the text and the highlights', () => check((found) => assertSnippet(found)));

  it('returns a part of the answer, of bounded length', () => {
    check(({ text }, answer, { length }) => {
      assert.ok(text.length > 0 && answer.text.includes(text));
      assert.ok(text.length <= length * 1.5, `${text.length} of ${length}`);
    });
  });

  it('highlights exactly the terms that the query explains', () => {
    check(({ text, highlights }, _answer, { words }) => {
      assert.ok(liesOnTerms(text, highlights, { analyzer, accepts: (term) => words.includes(term) }));
    });
  });

  it('shows each formula and each piece of code whole or not at all', () => {
    check(({ text }, answer) => {
      const whole = answer.blocks.filter(({ kind }) => kind === 'code' || kind === 'math');
      const kept = [...answer.atoms, ...whole.map(({ start, end }) => [start, end] as const)];
      const uncut = placesOf(answer, text).some(([start, end]) =>
        kept.every(([from, to]) => !splits(from, start, to) && !splits(from, end, to)),
      );
      assert.ok(uncut, JSON.stringify(text));
    });
  });

  it('truncates at word boundaries, or at a term, a formula or between characters if there is none nearby', () => {
    check(({ text, highlights }, answer) => {
      const usable = (from: number, to: number): boolean => {
        for (let at = Math.max(0, from); at < to; at += 1)
          if (isBoundary(answer.text, at) && !answer.atoms.some(([first, last]) => splits(first, at, last)))
            return true;
        return false;
      };
      const fits = placesOf(answer, text).some(([start, end]) => {
        const begins = isBoundary(answer.text, start) || answer.atoms.some(([from]) => from === start);
        const ends = isBoundary(answer.text, end) || answer.atoms.some(([, to]) => to === end);
        const shown = start + (highlights.at(-1)?.[0] ?? 0);
        assert.ok(!splitsPair(answer.text, start) && !splitsPair(answer.text, end));
        // The first boundary within a quarter of the length before the word, and the last one after it.
        return (begins || !usable(start - 10, start)) && (ends || !usable(shown + 1, end));
      });
      assert.ok(fits, JSON.stringify(text));
      assert.equal(text, text.trim());
    });
  });

  it('returns the heading above, or none', () => {
    check(({ heading, text }, answer) => {
      const fits = placesOf(answer, text).some(([start]) => {
        const above = answer.blocks.filter((each) => each.kind === 'heading' && each.start <= start).at(-1);
        return heading === (above === undefined ? null : answer.text.slice(above.start, above.end));
      });
      assert.ok(fits);
    });
  });
});

function splits(from: number, at: number, to: number): boolean {
  return from < at && at < to;
}

describe('isBoundary', () => {
  const cases: readonly (readonly [what: string, text: string, at: number, edge: boolean])[] = [
    ['the beginning', 'ab', 0, true],
    ['the end', 'ab', 2, true],
    ['inside a word', 'ab', 1, false],
    ['before a space', 'a b', 1, true],
    ['after a space', 'a b', 2, true],
    ['at a hyphen', 'a-b', 1, false],
    ['between Chinese characters', '漢字', 1, true],
    ['between Latin and Chinese', 'a字', 1, true],
    ['between Thai characters', 'ไทย', 1, true],
    ['before a Thai vowel above', 'กำกี', 3, false],
    ['inside a surrogate pair', '👍', 1, false],
    ['before a combining accent', 'e\u0301', 1, false],
    ['before the variation of an ideograph', '葛\u{e0100}', 1, false],
  ];
  for (const [what, text, at, edge] of cases) {
    it(`is ${edge ? 'true' : 'false'} ${what}`, () => assert.equal(isBoundary(text, at), edge));
  }
});
