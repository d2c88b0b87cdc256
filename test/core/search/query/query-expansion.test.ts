import assert from 'node:assert/strict';
import type { PackedIndex } from '../../../../src/core/index/index-reader.js';
import { queryTerms, type QueryTermsOptions } from '../../../../src/core/search/query/query-expansion.js';
import { documentOf } from '../../../support/documents.js';
import { ANALYZER, opened } from '../../support.js';

describe('query expansion', () => {
  const VOCABULARY = 'hepatitis treatment website heart attack form from water waters x25 antibiotic';
  let index: PackedIndex;

  before(() => {
    const documents = Array.from({ length: 5 }, (_, n) => documentOf({ url: `/${n}`, title: VOCABULARY }));
    index = opened([...documents, documentOf({ url: '/snake', title: 'get_name antibiotik' })]);
  });

  /** Each clause's term with its variants. */
  function variantsOf(text: string, options: QueryTermsOptions = {}): Record<string, string[]> {
    const { clauses } = queryTerms(text, index, ANALYZER, options);
    return Object.fromEntries(
      clauses.map(({ term, variants }) => [
        term,
        variants.map(({ word, phrase }) =>
          phrase === undefined
            ? index.words.get(word)
            : phrase.map((slot) => slot.map((one) => index.words.get(one)).join('|')).join('+'),
        ),
      ]),
    );
  }

  const cases: readonly (readonly [what: string, text: string, expected: Record<string, string[]>])[] = [
    ['one edit from five letters', 'treatmen .', { treatmen: ['treatment'] }],
    ['two edits from nine', 'treatmnnt hepatutus .', { treatmnnt: ['treatment'], hepatutus: ['hepatitis'] }],
    ['a change of places as one edit', 'watre .', { watre: ['water'] }],
    ['no edit below five letters', 'frmo .', {}],
    ['no second edit below nine', 'weibsit .', {}],
    ['no other first letter', 'ebsite .', {}],
    ['no number', 'x26 12345 .', {}],
    ['no whole of an identifier', 'get_nam .', { get: ['get'] }],
    ['rare words too', 'antibiotik .', { antibiotik: ['antibiotik', 'antibiotic'] }],
    ['no word that is frequent enough', 'form .', { form: ['form'] }],
    ['neighbours as one word', 'web site .', { web: ['website'], site: ['website'] }],
  ];
  for (const [what, text, expected] of cases) {
    it(`corrects and joins ${what}`, () => assert.deepEqual(variantsOf(text), expected));
  }

  it('splits a word into two adjacent words', () => {
    const asked: string[] = [];
    const answer = (together: boolean): QueryTermsOptions => ({
      coOccurs: (...halves) => asked.push(halves.join(' ')) > 0 && together,
    });
    assert.deepEqual(variantsOf('heartattack .', answer(true)), { heartattack: ['heart+attack'] });
    assert.deepEqual(variantsOf('heartattack .', answer(false)), {});
    assert.deepEqual(variantsOf('heart .', answer(true)), { heart: ['heart'] });
    assert.deepEqual(asked, ['heart attack', 'heart attack']);
  });

  it('keeps the 64 rarest words that exist in the index, and reports the others', () => {
    const common = Array.from({ length: 70 }, (_, n) => `common${n}x`);
    const rare = Array.from({ length: 60 }, (_, n) => `rare${n}x`);
    const documents = [
      documentOf({ url: '/a', title: common.join(' ') }),
      documentOf({ url: '/b', title: common.join(' ') }),
      documentOf({ url: '/c', title: rare.join(' ') }),
    ];
    const { clauses, dropped } = queryTerms(
      [...common, 'unknownone', ...rare, '.'].join(' '),
      opened(documents),
      ANALYZER,
    );
    assert.deepEqual(
      clauses.map(({ term }) => term),
      [...common.slice(0, 4), ...rare],
    );
    assert.deepEqual(dropped, [...common.slice(4), 'unknownone']);
  });

  it('expands ten words at most', () => {
    const typos = ['treatmen', 'hepatits', 'websit', 'watre', 'attak', 'hearts', 'antibiotis', 'treament', 'tretment'];
    const { clauses, dropped } = queryTerms(
      [...typos, 'treatmnt', 'hepattis', 'wesbite', '.'].join(' '),
      index,
      ANALYZER,
    );
    const expanded = clauses.filter(({ term, variants }) =>
      variants.some(({ word }) => index.words.get(word) !== term),
    );
    assert.equal(expanded.length, 11, 'ten, and an inflection');
    assert.deepEqual(dropped, ['wesbite']);
  });
});
