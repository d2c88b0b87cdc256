import assert from 'node:assert/strict';
import fc from 'fast-check';
import { fold } from '../../../src/core/analysis/character-classes.js';
import {
  MAX_TERM_LENGTH,
  tokenize,
  tokenizeMatching,
  buildTermPrefilter,
} from '../../../src/core/analysis/tokenizer.js';
import { anyText, isWellFormed, splitsPair } from '../../support/texts.js';

interface Found {
  readonly term: string;
  readonly start: number;
  readonly end: number;
  readonly position: number;
  readonly isCompound: boolean;
}

function tokens(text: string): Found[] {
  const found: Found[] = [];
  // The same position object is reused for each term, so it is copied.
  tokenize(text, (term, start, end, place) => found.push({ term, start, end, ...place }));
  return found;
}

/** The terms in order, compounds in brackets. */
function written(text: string): string {
  return tokens(text)
    .map(({ term, isCompound }) => (isCompound ? `[${term}]` : term))
    .join(' ');
}

describe('tokenize', () => {
  const cases: readonly (readonly [what: string, text: string, terms: string])[] = [
    ['nothing', '', ''],
    ['punctuation alone', '?! … — «»', ''],
    ['words of any case', 'Why is THE sky Blue?', 'why is the sky blue'],
    ['tab, backquote, bar and line feed apart', 'a\tb`c|d\ne', 'a b c d e'],

    ['C++', 'C++', 'c++'],
    ['C++ before a full stop', 'in C++.', 'in c++'],
    ['C++ with its year', 'C++17', 'c++ 17'],
    ['C++ after a slash', 'C/C++', 'c c++'],
    ['C++ after a hyphen', 'Objective-C++', 'objective c++'],
    ['C#', 'C# and F#', 'c# and f#'],
    ['C# after a slash', 'C/C#', 'c c#'],
    ['g++', 'g++ -o a', 'g++ o a'],
    ['a sum is no name', 'a++b', 'a b'],
    ['a number is no name', '1++ 2#', '1 2'],
    ['a tag is no name', 'abc#def', 'abc def'],

    ['an order of growth', 'O(n log n)', 'o(nlogn) n log n'],
    ['an order of growth without spaces', 'O(nlogn)', 'o(nlogn) nlogn'],
    ['an order of growth in LaTeX', 'O(n \\log n)', 'o(nlogn) n log n'],
    ['brackets in an order', 'O(log(n))', 'o(log(n)) log n'],
    ['a lower bound', 'Ω(n)', 'ω(n) n'],
    ['a lower bound with the ohm sign', '\u2126(n)', 'ω(n) n'],
    ['a tight bound', 'Θ(n²)', 'θ(n2) n2'],
    ['an order that does not close', 'O(n log n', 'o n log n'],
    ['an order over two lines', 'O(n\nlog n)', 'o n log n'],
    ['an empty order', 'O()', 'o'],
    ['a function is no order', 'f(x)', 'f x'],

    ['an address', '255.255.240.0', '255 255 240 0 [255.255.240.0]'],
    ['a prefix', 'FD00::/8', 'fd00 8 [fd008]'],
    ['a decimal', '3.14', '3 14 [3.14]'],
    ['a date', '2024-01-02', '2024 01 02 [2024-01-02]'],
    ['a date with hyphens that do not break', '2024\u201101\u201102', '2024 01 02 [2024-01-02]'],
    ['thousands', "1'000", '1000'],
    ['a time', '12:30', '12 30 [12:30]'],
    ['letters and digits', 'H2O x86', 'h2o x86'],

    ['a dotted name', 'ttk.Combobox', 'ttk combobox [ttkcombobox]'],
    ['a hyphen', 'x-axis', 'x axis [xaxis]'],
    ['the same without', 'xaxis', 'xaxis'],
    ['a hyphen that does not break', 'x\u2011axis', 'x axis [xaxis]'],
    ['underscores', 'snake_case', 'snake case [snakecase]'],
    ['underscores around', '__init__', 'init'],
    ['humps', 'camelCase', 'camel case [camelcase]'],
    ['humps and capitals', 'getHTTPResponse', 'get httpresponse [gethttpresponse]'],
    ['humps within a dotted name', 'foo.barBaz', 'foo bar baz [barbaz] [foobarbaz]'],
    ['one letter is no hump', 'xAxis', 'xaxis'],
    ['two words with a slash', 'and/or', 'and or'],
    ['a long path', 'a/b/c/d/e/f/g/h/1', 'a b c d e f g h 1'],
    ['a minus', '-5', '5'],
    ['__proto__', '__proto__ constructor', 'proto constructor'],

    ['a contraction', "don't", 'dont'],
    ['a contraction, curled', 'don’t', 'dont'],
    ['a possessive', "patient's", 'patient'],
    ['a possessive, curled', 'patient’s', 'patient'],
    ['a possessive in capitals', 'PATIENT’S', 'patient'],
    ['a possessive of a name with humps', "JavaScript's", 'java script [javascript]'],
    ['an article', "l'amour", 'amour'],
    ['a name with an apostrophe', "O'Reilly", 'reilly'],
    ['its possessive', "O'Reilly's", 'reilly'],
    ['a quoted word', "'word'", 'word'],

    ['accents', 'café naïve Ünïcödé', 'cafe naive unicode'],
    ['accents apart', 'cafe\u0301', 'cafe'],
    ['letters with a mark of their own', 'Straße STRASSE Łódź Ærø', 'strasse strasse lodz aero'],
    ['the Turkish dots', 'İı', 'ii'],
    ['both small sigmas', 'ΟΔΟΣ οδός', 'οδοσ οδοσ'],
    ['compatibility forms', 'ﬁne x² ①', 'fine x2 1'],
    ['a ligature of words', 'ﷺ', 'صلىاللهعليهوسلم'],
    ['marks alone', '\u0301-\u0301 \u0301', ''],

    ['Chinese', '机器学习', '机器 器学 学习'],
    ['one Chinese character', '猫', '猫'],
    ['Japanese', 'データを', 'デー ータ タを'],
    ['voiced sounds stay', 'かが', 'かが'],
    ['Korean', '한국어', '한국 국어'],
    ['Chinese beside Latin', 'GPU加速x', 'gpu 加速 x'],
    ['Thai', 'ภาษาไทย', 'ภาษ าษา ษาไ าไท ไทย'],
    ['short Thai', 'ไป', 'ไป'],
    ['Chinese outside the basic plane', '𠀀𠀁𠀂', '𠀀𠀁 𠀁𠀂'],

    ['letters outside the basic plane', '𝐀𝐁c', 'abc'],
    ['an emoji between words', 'thumbs👍up', 'thumbs up'],
    ['an emoji with a variation', '❤️ ok', 'ok'],
    ['lone surrogates', '\ud83da\udc4d b\ud83d', 'a b'],
    ['LaTeX', '\\frac{a_i}{2} \\neq \\alpha', 'frac a i [ai] 2 neq alpha'],
  ];
  for (const [what, text, terms] of cases) {
    it(`splits ${what}: ${JSON.stringify(text)}`, () => assert.equal(written(text), terms));
  }

  it('reports the offsets and the word position of each term', () => {
    assert.deepEqual(tokens('A ttk.Box in C++'), [
      { term: 'a', start: 0, end: 1, position: 0, isCompound: false },
      { term: 'ttk', start: 2, end: 5, position: 1, isCompound: false },
      { term: 'box', start: 6, end: 9, position: 2, isCompound: false },
      { term: 'ttkbox', start: 2, end: 9, position: 1, isCompound: true },
      { term: 'in', start: 10, end: 12, position: 3, isCompound: false },
      { term: 'c++', start: 13, end: 16, position: 4, isCompound: false },
    ]);
  });

  it('truncates a long word to the longest term, never inside a surrogate pair', () => {
    assert.equal(tokens('a'.repeat(500))[0]?.term, 'a'.repeat(MAX_TERM_LENGTH));
    assert.equal(tokens(`a${'𐐨'.repeat(50)}`)[0]?.term, `a${'𐐨'.repeat(19)}`);
  });
});

describe('tokenize on arbitrary text', () => {
  const check = (holds: (text: string, found: readonly Found[]) => void): void =>
    fc.assert(
      fc.property(anyText, (text) => holds(text, tokens(text))),
      { numRuns: 500 },
    );

  it('reports offsets inside the text, words in order and positions that never decrease', () => {
    check((text, found) => {
      let start = 0;
      let position = 0;
      for (const token of found) {
        assert.ok(0 <= token.start && token.start < token.end && token.end <= text.length);
        if (token.isCompound) continue;
        assert.ok(token.start >= start && token.position >= position);
        ({ start, position } = token);
      }
    });
  });

  it('reports a compound directly after the words that it spans', () => {
    check((_text, found) => {
      found.forEach((token, index) => {
        if (!token.isCompound) return;
        const before = found[index - 1];
        assert.ok(before !== undefined && before.start >= token.start && before.end <= token.end);
      });
    });
  });

  it('never splits a surrogate pair, in the text or in a term', () => {
    check((text, found) => {
      for (const { term, start, end } of found) {
        assert.ok(!splitsPair(text, start) && !splitsPair(text, end));
        assert.ok(isWellFormed(term));
      }
    });
  });

  it('returns terms of 1 to 40 units, without white space, normalized as queries are', () => {
    check((_text, found) => {
      for (const { term } of found) {
        assert.ok(term.length > 0 && term.length <= MAX_TERM_LENGTH);
        assert.doesNotMatch(term, /\s/);
        assert.equal(fold(term), term);
      }
    });
  });

  it('returns for each term the letters and digits of the text that it covers', () => {
    const letters = (text: string): string => fold(text).replace(/[^\p{L}\p{M}\p{N}]/gu, '');
    check((text, found) => {
      for (const { term, start, end } of found) {
        const source = letters(text.slice(start, end));
        if (term.length < MAX_TERM_LENGTH - 1) assert.equal(letters(term), source);
        else assert.ok(source.startsWith(letters(term)));
      }
    });
  });

  it('returns a plain word in its folded form', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-zéüñ]{1,60}$/), (text) => {
        assert.deepEqual(
          tokens(text).map(({ term }) => term),
          [fold(text).slice(0, MAX_TERM_LENGTH)],
        );
      }),
    );
  });

  it('returns the same terms for upper and lower case', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9 .'_+#-]{0,60}$/), (text) => {
        assert.equal(written(text.toUpperCase().replace(/'S\b/g, "'s")), written(text));
      }),
    );
  });
});

describe('tokenizeMatching', () => {
  const terms = (text: string, wanted: readonly string[]): string[] => {
    const found: string[] = [];
    tokenizeMatching(text, buildTermPrefilter(wanted), (term) => found.push(term));
    return found;
  };

  const cases: readonly (readonly [what: string, text: string, wanted: readonly string[], terms: readonly string[]])[] =
    [
      ['plain words that begin otherwise', 'the sky is blue', ['blue'], ['blue']],
      ['none where none is wanted', 'The sky, 12 times', [], []],
      ['words of either case', 'Blue blue BLUE', ['blue'], ['blue', 'blue', 'blue']],
      ['words that share one letter alone', 'bat blue bee', ['blue'], ['blue']],
      ['words of one letter', 'a b, an', ['a'], ['a']],
      ['numbers', '12 and 34', ['12'], ['12']],
      ['a name', 'in C++ or g++', ['c++'], ['c++']],
      ['an order of growth', 'in O(n log n)', ['o(nlogn)'], ['o(nlogn)']],
      ['words inside an order of growth', 'in O(n log n)', ['log'], ['o(nlogn)', 'log']],
      ['an identifier, which may be anything', 'an x-axis', ['xaxis'], ['x', 'axis', 'xaxis']],
    ];
  for (const [what, text, wanted, expected] of cases) {
    it(`finds the requested terms in ${what}`, () => assert.deepEqual(terms(text, wanted), expected));
  }

  it('returns words that begin beyond ASCII, requested or not', () =>
    assert.deepEqual(terms('élan vital 漢字', []), ['elan', '漢字']));

  it('returns, with their positions, only terms that tokenize returns, and every requested one', () => {
    fc.assert(
      fc.property(anyText, fc.nat(), fc.integer({ min: 1, max: 5 }), (text, from, step) => {
        const present = tokens(text).map(({ term }) => term);
        const wanted = new Set(present.filter((_, at) => (at + from) % step === 0));
        const found: string[] = [];
        tokenizeMatching(text, buildTermPrefilter(wanted), (term, start, end, { isCompound }) => {
          found.push(JSON.stringify([term, start, end, isCompound]));
        });
        const all = tokens(text).map(({ term, start, end, isCompound }) => {
          const due = term.charCodeAt(0) >= 128 || wanted.has(term);
          return { line: JSON.stringify([term, start, end, isCompound]), due };
        });
        let next = 0;
        for (const { line, due } of all) {
          if (found[next] === line) next += 1;
          else assert.ok(!due, `${line} is missing`);
        }
        assert.equal(next, found.length, `${found[next]} is no term`);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('tokenize on hostile texts of 100 KB', () => {
  const size = 100_000;
  const fill = (piece: string): string => piece.repeat(size / piece.length);
  const hostile: Readonly<Record<string, string>> = {
    'one word': fill('a'),
    'one identifier': fill('a-'),
    'one address': fill('1:'),
    colons: fill(':'),
    apostrophes: fill("a's"),
    humps: fill('aaB'),
    'plus signs': fill('+'),
    names: fill('C/C++'),
    'open orders': fill('O('),
    'nested orders': fill('O(o('),
    Chinese: fill('漢'),
    Thai: fill('ไ'),
    marks: fill('\u0301'),
    'ligatures of words': fill('ﷺ'),
    'high surrogates': fill('\ud83d'),
    emoji: fill('👍'),
    spaces: fill(' '),
  };
  for (const [what, text] of Object.entries(hostile)) {
    it(`reads each character a few times and returns at most one term for each: ${what}`, () => {
      let terms = 0;
      let units = 0;
      const sink = (term: string): void => {
        terms += 1;
        units += term.length;
      };
      const reads = countReads(() => tokenize(text, sink));
      assert.ok(terms <= text.length, `${terms} terms`);
      assert.ok(units <= text.length * 4, `${units} units of terms`);
      assert.ok(reads <= text.length * 40, `${reads} reads of ${text.length} characters`);
      const readsOfWanted = countReads(() => tokenizeMatching(text, buildTermPrefilter([]), sink));
      assert.ok(readsOfWanted <= text.length * 60, `${readsOfWanted} reads of ${text.length} characters`);
    });
  }

  /** Counts how often `work` reads a character, because a clock would depend on the machine. */
  function countReads(work: () => void): number {
    const original = Object.getOwnPropertyDescriptor(String.prototype, 'charCodeAt');
    assert.ok(original !== undefined);
    let reads = 0;
    Object.defineProperty(String.prototype, 'charCodeAt', {
      ...original,
      value(this: string, at: number): number {
        reads += 1;
        const point = this.codePointAt(at) ?? NaN;
        return point > 0xffff ? 0xd800 + ((point - 0x10000) >> 10) : point;
      },
    });
    try {
      work();
    } finally {
      Object.defineProperty(String.prototype, 'charCodeAt', original);
    }
    return reads;
  }
});
