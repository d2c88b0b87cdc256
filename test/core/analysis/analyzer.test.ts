import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createAnalyzer, type AnalyzerOptions } from '../../../src/core/analysis/analyzer.js';
import { stopWordsOf } from '../../../src/core/analysis/stop-words.js';
import { anyText, englishAnalyzer } from '../../support/texts.js';

const PLAIN: AnalyzerOptions = { language: 'en', stem: (word) => word, stopWords: null, protectedWords: [] };

describe('analyzer', () => {
  it('returns the terms of a text in order, repeated terms included', () => {
    assert.deepEqual(createAnalyzer(PLAIN).terms('a b A x-axis'), ['a', 'b', 'a', 'x', 'axis', 'xaxis']);
  });

  it('returns the same terms with and without their positions', () => {
    const analyzer = createAnalyzer(PLAIN);
    fc.assert(
      fc.property(anyText, (text) => {
        const terms: string[] = [];
        analyzer.tokenize(text, (term) => terms.push(term));
        assert.deepEqual(analyzer.terms(text), terms);
      }),
    );
  });

  it('has an id that names its language, and another version if stems depend on accents', () => {
    const id = (language: string) => createAnalyzer({ ...PLAIN, language }).id;
    const [english, british, french] = ['en', 'en-gb', 'fr'].map(id);
    assert.match(english ?? '', /^askdex-2-en-[0-9a-f]{8}$/);
    assert.match(british ?? '', /^askdex-2-en-gb-/);
    assert.match(french ?? '', /^askdex-3-fr-/);
  });

  describe('stem keys', () => {
    const options = { ...PLAIN, stem: (word: string) => word.replace(/(é|s)$/, ''), protectedWords: ['été'] };
    const cases: readonly (readonly [what: string, term: string, written: string, keys: string[]])[] = [
      ['the stem alone without accents', 'marches', 'Marches', ['marche']],
      ['both stems, folded, with an accent', 'donne', 'DONNÉ', ['donn', 'donne']],
      ['one where they are the same', 'eleves', 'élèves', ['eleve']],
      ['the stem alone of a part of what is written', 'donne', 'donné-moi', ['donne']],
      ['a protected word itself', 'ete', 'été', ['ete']],
      ['a short word itself', 'ne', 'né', ['ne']],
      ['what is written in one character', 'ﬁnie'.normalize('NFKC'), 'ﬁnié', ['fini', 'finie']],
    ];
    for (const [what, term, written, keys] of cases) {
      it(`of a term are ${what}`, () => {
        assert.deepEqual(createAnalyzer({ ...options, language: 'fr' }).stemKeys(term, written), keys);
      });
    }

    it('of a term are its stem alone in English', () => {
      assert.deepEqual(createAnalyzer(options).stemKeys('donne', 'donné'), ['donne']);
    });
  });

  describe('stems', () => {
    const together: readonly (readonly string[])[] = [
      ['vaccine', 'vaccines'],
      ['treat', 'treated', 'treating', 'treats'],
      ['bridge', 'bridges'],
      ['connects', 'connected', 'connecting'],
    ];
    for (const words of together) {
      it(`are the same for ${words.join(', ')}`, async () => {
        const analyzer = await englishAnalyzer();
        assert.equal(new Set(words.map((word) => analyzer.stem(word))).size, 1);
      });
    }

    const kept = ['c++', '255.255.240.0', 'fd008', 'h2o', 'o(nlogn)', 'is', 'n', '机器'];
    for (const term of kept) {
      it(`leave the term ${term} unchanged`, () => {
        const analyzer = createAnalyzer({ ...PLAIN, stem: () => 'stemmed' });
        assert.equal(analyzer.stem(term), term);
      });
    }

    it('leave a word unchanged if its stem would be empty', () => {
      assert.equal(createAnalyzer({ ...PLAIN, stem: () => '' }).stem('word'), 'word');
    });

    it('are computed once for each word and cached', () => {
      let calls = 0;
      const analyzer = createAnalyzer({
        ...PLAIN,
        stem(word) {
          calls += 1;
          return word;
        },
      });
      analyzer.stem('word');
      analyzer.stem('word');
      assert.equal(calls, 1);
    });

    it('leave words unchanged that are names of object members', () => {
      const analyzer = createAnalyzer(PLAIN);
      for (const word of ['constructor', 'toString', 'proto', 'valueOf']) assert.equal(analyzer.stem(word), word);
    });
  });

  describe('protected words', () => {
    const cases: readonly (readonly [listed: string, term: string])[] = [
      ['news', 'news'],
      ['Paris', 'paris'],
      ['Café', 'cafe'],
      ['Node.js', 'nodejs'],
      ['AngularJS', 'angularjs'],
    ];
    for (const [listed, term] of cases) {
      it(`protects the term ${term} from stemming if ${listed} is listed`, () => {
        const stem = (): string => 'stemmed';
        assert.equal(createAnalyzer({ ...PLAIN, stem }).stem(term), 'stemmed');
        assert.equal(createAnalyzer({ ...PLAIN, stem, protectedWords: [listed] }).stem(term), term);
      });
    }
  });

  describe('stop words', () => {
    it('are those of the language', () => {
      const analyzer = createAnalyzer(PLAIN);
      for (const word of ['what', 'is', 'the', 'of']) assert.ok(analyzer.isStopWord(word), word);
      for (const word of ['sky', 'blue', 'not']) assert.ok(!analyzer.isStopWord(word), word);
    });

    it('of a regional language are those of its primary language', () => {
      assert.deepEqual(stopWordsOf('de-at'), stopWordsOf('de'));
      assert.ok(createAnalyzer({ ...PLAIN, language: 'fr-ca' }).isStopWord('a'), 'à, folded');
    });

    for (const language of ['xx', '', '__proto__', 'constructor', 'toString-x']) {
      it(`are none for a language without a list, such as ${JSON.stringify(language)}`, () => {
        assert.deepEqual(stopWordsOf(language), []);
      });
    }

    it('are replaced by the configured list, normalized as terms are', () => {
      const analyzer = createAnalyzer({ ...PLAIN, stopWords: ["Don't", 'Été'] });
      assert.ok(analyzer.isStopWord('dont') && analyzer.isStopWord('ete'));
      assert.ok(!analyzer.isStopWord('the'));
    });

    it('are none if the configured list is empty', () => {
      assert.ok(!createAnalyzer({ ...PLAIN, stopWords: [] }).isStopWord('the'));
    });
  });

  describe('id', () => {
    const id = (changes: Partial<AnalyzerOptions>): string => createAnalyzer({ ...PLAIN, ...changes }).id;

    it('is the same for the same options', () => {
      assert.equal(id({}), id({}));
      assert.equal(id({ protectedWords: ['b', 'a'] }), id({ protectedWords: ['a', 'b'] }));
    });

    const changes: Readonly<Record<string, Partial<AnalyzerOptions>>> = {
      'another language': { language: 'de' },
      'other stop words': { stopWords: ['the'] },
      'no stop words': { stopWords: [] },
      'a protected word': { protectedWords: ['news'] },
    };
    for (const [what, change] of Object.entries(changes)) {
      it(`changes with ${what}`, () => assert.notEqual(id(change), id({})));
    }
  });
});

describe('a query and a text in another spelling', () => {
  const cases: readonly (readonly [query: string, text: string])[] = [
    ['C++', 'A reference in C++ is never null.'],
    ['c++', 'Modern C++17 code'],
    ['C++', 'A C/C++ compiler'],
    ['O(n log n)', 'Merge sort runs in $O(n \\log n)$ time.'],
    ['O(n log n)', 'It takes O(n log n).'],
    ['o(nlogn)', 'It takes O(n log n).'],
    ['255.255.240.0', 'the mask 255.255.240.0/20'],
    ['FD00::/8', 'Unique local addresses are in fd00::/8.'],
    ['ttk.Combobox', 'Bind an event to the Combobox.'],
    ['combobox', 'box = ttk.Combobox(root)'],
    ['x-axis', 'reflect it across the xaxis'],
    ['xaxis', 'reflect it across the x‑axis'],
    ['snakecase', 'snake_case'],
    ['camel case', 'camelCase'],
    ["patient's", 'patients'],
    ['don’t', "don't"],
    ['naive', 'naïve'],
    ['Strasse', 'Straße'],
    ['学习', '机器学习'],
  ];
  for (const [query, text] of cases) {
    it(`share a term: ${query} finds ${JSON.stringify(text)}`, async () => {
      const analyzer = await englishAnalyzer();
      const stems = (words: string): string[] => analyzer.terms(words).map((term) => analyzer.stem(term));
      const known = new Set(stems(text));
      const found = stems(query).filter((stem) => known.has(stem) && !analyzer.isStopWord(stem));
      assert.notDeepEqual(found, []);
    });
  }

  it('keep C, C++ and C# apart', async () => {
    const analyzer = await englishAnalyzer();
    assert.equal(new Set(['C', 'C++', 'C#'].flatMap((name) => analyzer.terms(name))).size, 3);
  });
});
