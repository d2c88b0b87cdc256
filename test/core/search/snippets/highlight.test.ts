import assert from 'node:assert/strict';
import fc from 'fast-check';
import { tokenize } from '../../../../src/core/analysis/tokenizer.js';
import type { TextRange } from '../../../../src/core/model/document.js';
import {
  escapeHtml,
  createHighlightQuery,
  findHighlights,
  markHtml,
  rangesOf,
  type QueryTermMatch,
  type HighlightQuery,
} from '../../../../src/core/search/snippets/highlight.js';
import { anyText, splitsPair } from '../../../support/texts.js';

/** Explains the terms of a list, each by its index. */
function explainedBy(...terms: string[]): HighlightQuery {
  return createHighlightQuery(
    new Map(terms.map((term, word): [string, QueryTermMatch] => [term, { word, weight: 1 }])),
  );
}

/** The same, with a look-up for every term. */
function askingAll(explanation: HighlightQuery): HighlightQuery {
  return { ...explanation, prefilter: null };
}

describe('findHighlights', () => {
  const cases: readonly (readonly [what: string, text: string, terms: readonly string[], marked: string])[] = [
    ['nothing of the query', 'a b', ['x'], 'a b'],
    ['every word of the query', 'the sky is blue, blue', ['blue', 'sky'], 'the [sky] is [blue], [blue]'],
    ['words of any case and accent', 'Café CAFE', ['cafe'], '[Café] [CAFE]'],
    ['a name', 'in C++17', ['c++'], 'in [C++]17'],
    ['a part of an identifier', 'use ttk.Combobox', ['combobox'], 'use ttk.[Combobox]'],
    ['an identifier as a whole', 'the x-axis', ['xaxis'], 'the [x-axis]'],
    ['a whole rather than its parts', 'the x-axis', ['x', 'axis', 'xaxis'], 'the [x-axis]'],
    ['parts of a whole that does not match', 'the x-axis', ['x', 'axis'], 'the [x]-[axis]'],
    ['a whole of humps rather than its parts', 'camelCase', ['camel', 'case', 'camelcase'], '[camelCase]'],
    ['an order of growth rather than its words', 'O(n log n)!', ['o(nlogn)', 'n', 'log'], '[O(n log n)]!'],
    ['n-grams that overlap as one stretch', '机器学习', ['机器', '器学', '学习'], '[机器学习]'],
    ['n-grams apart', '机器学习', ['机器', '学习'], '[机器][学习]'],
    ['a possessive without its ending', 'the patient’s', ['patient'], 'the [patient]’s'],
  ];
  for (const [what, text, terms, marked] of cases) {
    it(`marks ${what}`, () => {
      const ranges = rangesOf(findHighlights(text, explainedBy(...terms)));
      assert.equal(bracketed(text, ranges), marked);
    });
  }

  it('reports which query word each match belongs to, and its kind', () => {
    const explanation = createHighlightQuery(new Map([['blue', { word: 1, weight: 0.8 }]]));
    assert.deepEqual(findHighlights('a blue', explanation), [{ start: 2, end: 6, word: 1, weight: 0.8 }]);
  });

  it('reports a compound with the match of the whole, not of its parts', () => {
    const found = findHighlights('a camelCase', explainedBy('camel', 'case', 'camelcase'));
    assert.deepEqual(found, [{ start: 2, end: 11, word: 2, weight: 1 }]);
  });

  it('returns matches in order, without overlap, on whole characters, for exactly the explained terms', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 4 }), (text, divisor) => {
        const accepts = (term: string): boolean => term.length % divisor === 0;
        const marks = findHighlights(text, {
          match: (term) => (accepts(term) ? { word: 0, weight: 1 } : undefined),
          prefilter: null,
        });
        const places: TextRange[] = [];
        tokenize(text, (term, start, end) => {
          if (accepts(term)) places.push([start, end]);
        });
        let last = 0;
        for (const { start, end } of marks) {
          assert.ok(last <= start && start < end && end <= text.length);
          assert.ok(!splitsPair(text, start) && !splitsPair(text, end));
          assert.ok(places.some((place) => place[0] === start) && places.some((place) => place[1] === end));
          last = end;
        }
        for (const [start, end] of places) assert.ok(marks.some((mark) => mark.start <= start && end <= mark.end));
      }),
      { numRuns: 500 },
    );
  });

  it('returns the same matches whether it skips other words or looks up each', () => {
    const TERMS = [
      'a',
      'b',
      'ab',
      '0',
      '1',
      'c++',
      'o(nlogn)',
      'n',
      'camel',
      'case',
      'ss',
      'e',
      '漢字',
      'ไทย',
      '1⁄2',
      'σ',
    ];
    fc.assert(
      fc.property(anyText, fc.subarray(TERMS), (text, terms) => {
        const own: string[] = [];
        tokenize(text, (term) => own.push(term));
        const explanation = explainedBy(...terms, ...own.filter((_, index) => index % 3 === 0));
        assert.deepEqual(findHighlights(text, explanation), findHighlights(text, askingAll(explanation)));
      }),
      { numRuns: 500 },
    );
  });
});

describe('markHtml', () => {
  it('escapes everything and marks the ranges', () => {
    assert.equal(
      markHtml(`a <b> & "c" 'd'`, [
        [2, 5],
        [8, 11],
      ]),
      'a <mark>&lt;b&gt;</mark> &amp; <mark>&quot;c&quot;</mark> &#39;d&#39;',
    );
    assert.equal(markHtml('', []), '');
    assert.equal(markHtml('<script>', []), '&lt;script&gt;');
  });

  it('returns the text again once tags are stripped and entities decoded', () => {
    fc.assert(
      fc.property(anyText, fc.array(fc.nat(60), { maxLength: 8 }), (text, cuts) => {
        const points = [...new Set(cuts.map((cut) => Math.min(cut, text.length)))].sort((a, b) => a - b);
        const ranges: TextRange[] = [];
        for (let at = 0; at + 1 < points.length; at += 2) ranges.push([points[at]!, points[at + 1]!]);
        const html = markHtml(text, ranges);
        assert.equal(plainOf(html), text);
        assert.doesNotMatch(html.replace(/<\/?mark>/g, ''), /[<>"']/);
        assert.equal(html.split('<mark>').length - 1, ranges.length);
      }),
    );
  });
});

describe('escapeHtml', () => {
  it('leaves nothing that opens a tag or an entity, or ends an attribute', () => {
    assert.equal(escapeHtml(`<a href="x" title='y'>&amp;`), '&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;amp;');
  });
});

function bracketed(text: string, ranges: readonly TextRange[]): string {
  let out = '';
  let at = 0;
  for (const [start, end] of ranges) {
    out += `${text.slice(at, start)}[${text.slice(start, end)}]`;
    at = end;
  }
  return out + text.slice(at);
}

function plainOf(html: string): string {
  const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', '#39': "'", amp: '&' };
  return html.replace(/<\/?mark>/g, '').replace(/&(lt|gt|quot|#39|amp);/g, (_, name: string) => entities[name]!);
}
