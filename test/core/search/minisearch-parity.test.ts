import { miniSearchOptions } from '../../../src/adapters/minisearch/segment-builder.js';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import MiniSearch from 'minisearch';
import type { Document } from '../../../src/core/model/document.js';
import { QueryEngine, type ScoredDocument } from '../../../src/core/search/query-engine.js';
import { DEFAULT_SETTINGS } from '../../../src/core/model/settings.js';
import { documentOf } from '../../support/documents.js';
import { ANALYZER, opened, smallCorpus, WORDS } from '../support.js';
import { runs } from '../../support/runs.js';

interface Asked {
  readonly terms: readonly {
    readonly term: string;
    readonly prefix: boolean;
    readonly fuzzy: number | false;
  }[];
  readonly combineWith: 'OR' | 'AND';
  readonly boost: { readonly title: number; readonly answer: number; readonly keywords: number };
}

class Pair {
  readonly #documents: readonly Document[];
  readonly #peer: MiniSearch<Document>;
  readonly #engine: QueryEngine;

  constructor(documents: readonly Document[]) {
    this.#documents = [...documents].sort((a, b) => (a.key < b.key ? -1 : 1));
    this.#peer = new MiniSearch(miniSearchOptions(ANALYZER));
    this.#peer.addAll(this.#documents);
    this.#engine = new QueryEngine(opened(documents), ANALYZER, DEFAULT_SETTINGS);
  }

  ours({ terms, combineWith, boost }: Asked, k = this.#documents.length): ScoredDocument[] {
    const texts = terms.map(({ term }) => term);
    return this.#engine.searchLikeMiniSearch(
      texts,
      {
        boost,
        combineWith,
        prefix: (_term, at) => terms[at]?.prefix ?? false,
        fuzzy: (_term, at) => terms[at]?.fuzzy ?? false,
      },
      k,
    );
  }

  theirs({ terms, combineWith, boost }: Asked): { key: string; score: number }[] {
    const found = this.#peer.search('query', {
      tokenize: () => terms.map(({ term }) => term),
      processTerm: (term) => term,
      boost,
      combineWith,
      prefix: (_term, at) => terms[at]?.prefix ?? false,
      fuzzy: (_term, at) => terms[at]?.fuzzy ?? false,
    });
    return found.map(({ id, score }) => ({ key: String(id), score }));
  }

  /** Same hits, same scores except the last digits, same order except ties, which are by document. */
  assertSame(asked: Asked): number {
    const ours = this.ours(asked).map((hit) => ({ ...hit, key: this.#documents[hit.document]?.key ?? '' }));
    const theirs = this.theirs(asked);
    const scores = new Map(theirs.map(({ key, score }) => [key, score]));
    assert.deepEqual(ours.map(({ key }) => key).sort(), [...scores.keys()].sort(), 'the same hits');
    for (const [place, { key, score }] of ours.entries()) {
      close(score, scores.get(key) ?? NaN, `the score of ${key}`);
      close(score, theirs[place]?.score ?? NaN, `the score at place ${place}`);
      const before = ours[place - 1];
      if (before === undefined) continue;
      assert.ok(before.score >= score, 'the best first');
      if (before.score === score) assert.ok(before.document < this.#documentOf(key), 'ties by document');
    }
    return ours.length;
  }

  #documentOf(key: string): number {
    return this.#documents.findIndex((document) => document.key === key);
  }
}

function close(ours: number, theirs: number, what: string): void {
  assert.ok(Math.abs(ours - theirs) <= 1e-6 * Math.abs(theirs), `${what}: ${ours} here, ${theirs} there`);
}

const PLAIN = { title: 1, answer: 1, keywords: 1 };
const oneTerm = fc.record({
  term: fc.constantFrom(...WORDS, 'abx', 'hepatitsi', 'treatm', 'xyz', 'et', '字'),
  prefix: fc.boolean(),
  fuzzy: fc.constantFrom(false as const, 0.1, 0.2, 0.3, 0.4, 1, 2),
});
const asked: fc.Arbitrary<Asked> = fc.record({
  // With repeated terms and different options at each position.
  terms: fc
    .tuple(fc.array(oneTerm, { minLength: 1, maxLength: 5 }), fc.array(fc.nat(4), { maxLength: 2 }), fc.boolean())
    .map(([terms, again, turned]) => [
      ...terms,
      ...again.flatMap((at) => {
        const term = terms[at];
        return term === undefined ? [] : [turned ? { ...term, prefix: !term.prefix, fuzzy: false as const } : term];
      }),
    ]),
  combineWith: fc.constantFrom('OR', 'AND'),
  boost: fc.oneof(
    fc.constant(PLAIN),
    fc.record({
      title: fc.constantFrom(0.5, 1, 2, 10),
      answer: fc.constantFrom(0.1, 1, 3),
      keywords: fc.constantFrom(1, 1.5, 7),
    }),
  ),
});

describe('parity with MiniSearch', () => {
  it('holds for hits, order and scores of any query over any corpus', () => {
    let hits = 0;
    fc.assert(
      fc.property(smallCorpus, fc.array(asked, { minLength: 1, maxLength: 10 }), (documents, queries) => {
        const pair = new Pair(documents);
        for (const query of queries) hits += pair.assertSame(query);
      }),
      { numRuns: runs(300) },
    );
    assert.ok(hits > runs(1000), `the comparison has something to compare: ${hits} hits`);
  });

  it('holds for the first k of all hits', () => {
    fc.assert(
      fc.property(smallCorpus, asked, fc.nat(12), (documents, query, k) => {
        const pair = new Pair(documents);
        assert.deepEqual(pair.ours(query, k), pair.ours(query).slice(0, k));
      }),
    );
  });

  it('holds again after any other query', () => {
    fc.assert(
      fc.property(smallCorpus, asked, asked, (documents, query, other) => {
        const pair = new Pair(documents);
        const first = pair.ours(query);
        assert.deepEqual(pair.ours(query), first);
        pair.ours(other);
        assert.deepEqual(pair.ours(query), first);
      }),
    );
  });

  const corpus = [
    documentOf({ url: '/1', title: 'diabetes', answer: 'diabetes types' }),
    documentOf({ url: '/2', title: 'diabetic diet' }),
    documentOf({ url: '/3', title: 'diet' }),
  ];
  const term = (text: string, prefix = false, fuzzy: number | false = false) => ({
    term: text,
    prefix,
    fuzzy,
  });
  const cases: readonly (readonly [name: string, terms: Asked['terms'], or: number, and: number])[] = [
    ['a term that is repeated, as a beginning the second time', [term('diab'), term('diab', true)], 2, 0],
    ['the same with another between', [term('diab', true), term('diet'), term('diab')], 3, 0],
    ['repeated alike', [term('diet'), term('diet')], 2, 2],
    ['unknown alone', [term('aardvark')], 0, 0],
    ['known and unknown', [term('diet'), term('aardvark')], 2, 0],
    ['a typo', [term('diabetis', false, 0.2)], 2, 2],
    ['no term at all', [], 0, 0],
  ];
  for (const [name, terms, or, and] of cases) {
    it(`holds for ${name}: ${or} with OR, ${and} with AND`, () => {
      const pair = new Pair(corpus);
      assert.equal(pair.assertSame({ terms, combineWith: 'OR', boost: PLAIN }), or);
      assert.equal(pair.assertSame({ terms, combineWith: 'AND', boost: PLAIN }), and);
    });
  }

  it('holds for hundreds of terms in one query', () => {
    const names = Array.from({ length: 600 }, (_, at) => `w${at}`);
    const pair = new Pair([
      documentOf({ url: '/all', title: names.slice(0, 300).join(' '), answer: names.join(' ') }),
      documentOf({ url: '/half', answer: names.slice(0, 300).join(' ') }),
    ]);
    const terms = names.map((name) => term(name));
    assert.equal(pair.assertSame({ terms, combineWith: 'OR', boost: PLAIN }), 2);
    assert.equal(pair.assertSame({ terms, combineWith: 'AND', boost: PLAIN }), 1);
  });

  it('holds for postings lists of several blocks', () => {
    const documents = Array.from({ length: 700 }, (_, at) =>
      documentOf({
        url: `/${at}`,
        title: at % 2 === 0 ? 'common word' : 'common thing',
        answer: `${'rare '.repeat(at % 5)} ${'word '.repeat(at % 17)} n${at % 90}`,
      }),
    );
    const pair = new Pair(documents);
    for (const combineWith of ['OR', 'AND'] as const)
      pair.assertSame({
        terms: [term('common'), term('wor', true), term('rere', false, 1)],
        combineWith,
        boost: PLAIN,
      });
  });
});
