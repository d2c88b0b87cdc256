import assert from 'node:assert/strict';
import fc from 'fast-check';
import { plainDescription } from '../../../src/adapters/markdown/description.js';
import { visibleWords, wordsOf } from './visible.js';

describe('a description', () => {
  for (const [name, text, expected] of [
    ['plain text as it is', 'Plain text, with "quotes" and ’.', 'Plain text, with "quotes" and ’.'],
    ['without markup', 'A **bold** [link](http://x.example) and `code`.', 'A bold link and code.'],
    ['one paragraph', 'a\n\nb\n- c', 'a b c'],
    ['trap: <25 … >30 keeps the text between', 'if BMI <25 is low and >30 high', 'if BMI <25 is low and >30 high'],
    ['trap: f(b) < 0', '*so* f(b) < 0', 'so f(b) < 0'],
    ['trap: [sic]: keeps its line', '[sic]: the text goes on', '[sic]: the text goes on'],
    ['trap: ~5 mg', 'take ~5 mg or ~10 mg', 'take ~5 mg or ~10 mg'],
    ['HTML tags', 'a <b>c</b> d', 'a c d'],
    ['entities', 'a &amp; b&nbsp;c', 'a & b c'],
    ['nothing', '&nbsp;', null],
    ['blanks', ' \n ', null],
  ] as const) {
    it(`handles ${name}: ${JSON.stringify(text)}`, () => {
      assert.equal(plainDescription(text), expected);
    });
  }

  it('has at most 1,000 characters and ends at a word', () => {
    const text = plainDescription('word '.repeat(1000));
    assert.ok(text !== null && text.length <= 1000 && text.endsWith('word'));
    assert.equal(plainDescription('😀'.repeat(1000))?.length, 1000);
    assert.doesNotMatch(plainDescription(`a${'😀'.repeat(1000)}`) ?? '', /\p{Cs}/u);
  });

  it('contains every word of the visible text', () => {
    const word = fc.constantFrom(
      'a',
      'b c',
      '**d**',
      '[e](f)',
      '`g_h`',
      '<25',
      '>30',
      '~5',
      '__i__',
      'j*k*l',
      '<b>m</b>',
      '[sic]: n',
      '$o_p$',
      '&amp;',
      '#',
      '- q',
      '\n\n',
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), (words) => {
        const text = words.join(' ');
        assert.deepEqual(wordsOf(plainDescription(text) ?? ''), visibleWords(text));
      }),
      { numRuns: 500 },
    );
  });

  it('takes linear time for hostile texts of 100 KB', () => {
    for (const unit of ['\n', '`', '*', '[', '<', '[a](', '~', '_']) {
      const before = process.cpuUsage();
      plainDescription(unit.repeat(100_000));
      assert.ok(process.cpuUsage(before).user / 1000 < 1500, JSON.stringify(unit));
    }
  });
});
