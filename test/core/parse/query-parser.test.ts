import assert from 'node:assert/strict';
import fc from 'fast-check';
import { hasOperators, parseQuery, plainQuery } from '../../../src/core/parse/query-parser.js';
import { anyText } from '../../support/texts.js';

/** A compact form of a parsed query. */
function read(text: string): Record<string, unknown> {
  const { words, phrases, excludedWords, excludedPhrases, filters, excludedFilters, lastWordIncomplete } =
    parseQuery(text);
  const all = {
    phrases,
    notWords: excludedWords,
    notPhrases: excludedPhrases,
    filters: filters.map(short),
    notFilters: excludedFilters.map(short),
  };
  const said = Object.fromEntries(Object.entries(all).filter(([, list]) => list.length > 0));
  return {
    words: words.trim().replace(/\s+/g, ' '),
    ...said,
    ...(lastWordIncomplete ? {} : { open: lastWordIncomplete }),
  };
}

function short(filter: ReturnType<typeof parseQuery>['filters'][number]): string {
  return filter.kind === 'date' ? `date${filter.op}${filter.value}` : `${filter.field}:${filter.values.join('|')}`;
}

const closed = { open: false };

describe('query syntax', () => {
  const cases: Readonly<Record<string, Record<string, unknown>>> = {
    'hepatitis b treatment': { words: 'hepatitis b treatment' },
    '"heart attack"': { words: '"heart attack"', phrases: ['heart attack'], ...closed },
    '“heart attack” signs': { words: '“heart attack” signs', phrases: ['heart attack'] },
    'a "b c" ("d e"), f': { words: 'a "b c" ("d e"), f', phrases: ['b c', 'd e'] },
    'virus -vaccine': { words: 'virus', notWords: ['vaccine'], ...closed },
    '-vaccine virus': { words: 'virus', notWords: ['vaccine'] },
    'virus -"cell wall" -x-axis': {
      words: 'virus',
      notWords: ['x-axis'],
      notPhrases: ['cell wall'],
      ...closed,
    },
    'virus Subject:Medicine': { words: 'virus', filters: ['subject:Medicine'], ...closed },
    'subject:"Computer Science" c++': { words: 'c++', filters: ['subject:Computer Science'] },
    'subject:Medicine,"Computer Science", x': {
      words: ', x',
      filters: ['subject:Medicine|Computer Science'],
    },
    'keywords:C++ language:EN': { words: '', filters: ['keywords:C++', 'language:EN'], ...closed },
    'date>=2024-01-01 date<2025-01-01 sky': {
      words: 'sky',
      filters: ['date>=2024-01-01', 'date<2025-01-01'],
    },
    'DATE:2024-02-29': { words: '', filters: ['date=2024-02-29'], ...closed },
    'virus -subject:Medicine -date<2020-01-01': {
      words: 'virus',
      notFilters: ['subject:Medicine', 'date<2020-01-01'],
      ...closed,
    },
    'subject:"back\\slash"': { words: '', filters: ['subject:back\\slash'], ...closed },
  };
  for (const [text, expected] of Object.entries(cases))
    it(`is parsed in ${text}`, () => assert.deepEqual(read(text), expected));

  const plain: Readonly<Record<string, string>> = {
    'a broken quote': 'what is "heart attack',
    'a quote inside a word': '5" and 6" pipes',
    'a quote that is followed by a letter': '"heart"attack',
    'quotes around nothing': 'a "" b "!?" c',
    'a hyphen inside a word': 'x-axis well-being',
    'a hyphen by itself': 'a - b',
    'a hyphen at the end': 'virus -',
    'two hyphens': 'git commit --amend',
    'a number below zero': 'water at -40 degrees',
    'an option of one letter': 'rm -r folder',
    'an unknown name': 'title:virus std::vector http://example.org',
    'a name without a value': 'subject: Medicine',
    'an open quote in a filter': 'subject:"Medicine',
    'a date that is none': 'date:2024-02-30 date>yesterday',
    'a longer name': 'mysubject:Medicine',
    'a comparison of another field': 'subject>Medicine',
    'a text in prose':
      'Is there a way to disable the "did you mean" feature and have it -search- for my words just as typed',
  };
  for (const [what, text] of Object.entries(plain)) {
    it(`is plain text in ${what}`, () => assert.deepEqual(parseQuery(text), plainQuery(text)));
  }

  it('includes filters inside prose', () => {
    const { filters, phrases } = parseQuery(`${'word '.repeat(20)}"a b" subject:Medicine`);
    assert.deepEqual([filters.length, phrases], [1, []]);
  });

  it('is limited to eight operators', () => {
    const { phrases, excludedWords } = parseQuery('"a b" '.repeat(6) + '-cd '.repeat(6));
    assert.deepEqual([phrases.length, excludedWords.length], [6, 2]);
  });

  const pieces = [
    '"',
    '“',
    '-',
    ' ',
    'word',
    'subject:',
    'date>=',
    '2024-01-01',
    ',',
    'x',
    '1',
    '\\',
    ':',
    '\n',
    '(',
    ')',
  ];
  const typed = fc.oneof(
    anyText,
    fc.array(fc.constantFrom(...pieces), { maxLength: 30 }).map((list) => list.join('')),
  );

  it('accounts for every character of any query', () => {
    fc.assert(
      fc.property(typed, (text) => {
        const { parts, words, unquotedText } = parseQuery(text);
        assert.equal(parts.map(({ start, end }) => text.slice(start, end)).join(''), text);
        let at = 0;
        for (const part of parts) {
          assert.ok(part.start === at && part.end > at);
          at = part.end;
        }
        assert.equal(at, text.length);
        assert.deepEqual([words.length, unquotedText.length], [text.length, text.length]);
      }),
      { numRuns: 1000 },
    );
  });

  it('leaves plain text unchanged, and the remaining text contains no operators', () => {
    fc.assert(
      fc.property(typed, (text) => {
        const once = parseQuery(text);
        if (!hasOperators(once)) assert.deepEqual(once, plainQuery(text));
        const { words, phrases } = parseQuery(once.words);
        if (once.phrases.length === 0) assert.equal(words.length, text.length);
        else assert.deepEqual(phrases, once.phrases);
      }),
      { numRuns: 1000 },
    );
  });
});
