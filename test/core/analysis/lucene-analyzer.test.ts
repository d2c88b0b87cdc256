import assert from 'node:assert/strict';
import fc from 'fast-check';
import { stemmer } from 'stemmer';
import { createAnalyzerForSettings } from '../../../src/core/analysis/create-analyzer.js';
import { createLuceneAnalyzer, LUCENE_STOP_WORDS } from '../../../src/core/analysis/lucene-analyzer.js';
import { DEFAULT_SETTINGS, type Ranking } from '../../../src/core/model/settings.js';

const OPTIONS = { language: 'en', stem: stemmer, stopWords: null, protectedWords: [] };
const analyzer = createLuceneAnalyzer(OPTIONS);

function placed(text: string): [term: string, stretch: string, position: number][] {
  const found: [string, string, number][] = [];
  analyzer.tokenize(text, (term, start, end, { position }) => found.push([term, text.slice(start, end), position]));
  return found;
}

describe('the Lucene analyzer', () => {
  const cases: [text: string, terms: string[]][] = [
    ['', []],
    ['The relational databases', ['relat', 'databas']],
    ['x-axis, snake_case and camelCase', ['x', 'axi', 'snake', 'case', 'camelcas']],
    ["don't 255.255.0.0 C++", ['don', 't', '255', '255', '0', '0', 'c']],
    ['ﬁne ＡＢＣ ½', ['fine', 'abc', '1', '2']],
    ['Café café', ['café', 'café']],
    ['to be or not to be', []],
    ['what is this about', ['what', 'about']],
    ['running runs run', ['run', 'run', 'run']],
    ['漢字 한국', ['漢字', '한국']],
    ['a'.repeat(100), ['a'.repeat(40)]],
  ];
  for (const [text, terms] of cases) {
    it(`splits ${JSON.stringify(text.slice(0, 40))}`, () => assert.deepEqual(analyzer.terms(text), terms));
  }

  it('reports the offsets of each term, and positions that do not count stop words', () => {
    assert.deepEqual(placed('The ﬁve Runners, (e\u0301te\u0301) ½x'), [
      ['five', 'ﬁve', 0],
      ['runner', 'Runners', 1],
      ['été', 'e\u0301te\u0301', 2],
      ['1', '½', 3],
      ['2x', '½x', 4],
    ]);
    assert.deepEqual(placed('\u1100\u1161x'), [['가x', '\u1100\u1161x', 0]]);
  });

  it('returns the terms of the normalized text, each with a range of the original text', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({
        unit: fc.constantFrom('Σ', 'ς', 'İ', 'ﬁ', 'e\u0301', '\u0301', 'ᄀ', 'ᅡ', ' ', 'a', '½', '，'),
      }),
    );
    fc.assert(
      fc.property(text, (given) => {
        const runs =
          given
            .normalize('NFKC')
            .toLowerCase()
            .match(/[\p{L}\p{N}]+/gu) ?? [];
        const kept = runs.filter((run) => !LUCENE_STOP_WORDS.includes(run));
        assert.deepEqual(
          analyzer.terms(given).map((term) => term.slice(0, 20)),
          kept.map((run) => stemmer(run).slice(0, 20)),
        );
        let last = 0;
        analyzer.tokenize(given, (_term, start, end) => {
          assert.ok(start >= 0 && end > start && end <= given.length && end >= last);
          last = end;
        });
      }),
    );
  });

  it("has Lucene's 33 stop words, a configured list if there is one, or the list of another language", () => {
    assert.equal(new Set(LUCENE_STOP_WORDS).size, 33);
    assert.deepEqual(createLuceneAnalyzer({ ...OPTIONS, stopWords: ['Foo'] }).terms('the foo bar'), ['the', 'bar']);
    assert.deepEqual(createLuceneAnalyzer({ ...OPTIONS, language: 'de', stem: (word) => word }).terms('das Haus'), [
      'haus',
    ]);
  });

  it('does not stem protected words', () => {
    assert.deepEqual(createLuceneAnalyzer({ ...OPTIONS, protectedWords: ['Runs'] }).terms('runs running'), [
      'runs',
      'run',
    ]);
  });

  it('takes linear time, also for text without white space', () => {
    for (const unit of ['a', 'é', 'ﬁ-', '\u0301', '가'])
      assert.ok(analyzer.terms(unit.repeat(200_000)).length > -1, unit);
  });

  it('is used by the ranking bm25 alone, whose indexes are not mixed with others', () => {
    const id = (ranking: Ranking) => createAnalyzerForSettings({ ...DEFAULT_SETTINGS, ranking }, stemmer).id;
    assert.equal(id('bm25'), analyzer.id);
    assert.equal(id('default'), id('minisearch'));
    assert.notEqual(id('default'), id('bm25'));
    const others = [{ stopWords: [] }, { language: 'de' }, { protectedWords: ['x'] }];
    const ids = others.map((choices) => createLuceneAnalyzer({ ...OPTIONS, ...choices }).id);
    assert.equal(new Set([...ids, analyzer.id]).size, 4);
  });
});
