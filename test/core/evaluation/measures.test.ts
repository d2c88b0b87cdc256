import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  hasRelevant,
  mean,
  measuresOf,
  ndcg,
  percentile,
  recall,
  reciprocalRank,
} from '../../../src/core/evaluation/measures.js';

const grades = (judged: Readonly<Record<string, number>>) => new Map(Object.entries(judged));
const near = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) < 1e-9, `${actual} is not ${expected}`);

describe('ranking measures', () => {
  it('match a case worked out by hand', () => {
    // Grades: a 3, b 2, c 1, d 0, e -1. Ranked: d, b, x (nobody judged it), a.
    //   DCG  = 0/log2(2) + 2/log2(3) + 0/log2(4) + 3/log2(5) = 2/1.5849625 + 3/2.3219281 = 1.2618595 + 1.2920297 = 2.5538892
    //   IDCG = 3/log2(2) + 2/log2(3) + 1/log2(4)             = 3 + 1.2618595 + 0.5       = 4.7618595
    //   nDCG = 2.5538892 / 4.7618595                         = 0.5363218
    // The first relevant document has rank 2; two of the three relevant ones are found.
    const judged = grades({ a: 3, b: 2, c: 1, d: 0, e: -1 });
    const { ndcg10, mrr10, recall100 } = measuresOf(['d', 'b', 'x', 'a'], judged);
    assert.equal(ndcg10.toFixed(7), '0.5363218');
    assert.equal(mrr10, 1 / 2);
    assert.equal(recall100, 2 / 3);
  });

  const keys = (count: number, name = 'x') => Array.from({ length: count }, (_, at) => `${name}${at}`);
  const two = 1 / Math.log2(3);
  const cases: [name: string, ranked: string[], judged: Record<string, number>, expected: number[]][] = [
    ['the best order', ['a', 'b'], { a: 2, b: 1 }, [1, 1, 1]],
    ['equal grades in either order', ['b', 'a'], { a: 1, b: 1 }, [1, 1, 1]],
    ['no hits', [], { a: 1 }, [0, 0, 0]],
    ['nothing relevant found', ['x', 'y'], { a: 1 }, [0, 0, 0]],
    ['one relevant, at rank 2', ['x', 'a'], { a: 1 }, [two, 1 / 2, 1]],
    ['one relevant, its grade is of no account alone', ['x', 'a'], { a: 4 }, [two, 1 / 2, 1]],
    ['a negative grade gains nothing and takes nothing', ['b', 'a'], { a: 1, b: -2 }, [two, 1 / 2, 1]],
    ['grade 0 is not relevant', ['b', 'a'], { a: 1, b: 0 }, [two, 1 / 2, 1]],
    ['half of the relevant ones', ['a'], { a: 1, b: 1 }, [1 / (1 + two), 1, 1 / 2]],
    ['relevant ones that the corpus lacks count', ['a'], { a: 1, lost: 1 }, [1 / (1 + two), 1, 1 / 2]],
    ['rank 10 counts', [...keys(9), 'a'], { a: 1 }, [1 / Math.log2(11), 1 / 10, 1]],
    ['rank 11 counts for recall alone', [...keys(10), 'a'], { a: 1 }, [0, 0, 1]],
    ['rank 100 counts for recall', [...keys(99), 'a'], { a: 1 }, [0, 0, 1]],
    ['rank 101 does not', [...keys(100), 'a'], { a: 1 }, [0, 0, 0]],
    [
      'the ideal has ten places too',
      keys(10, 'r'),
      Object.fromEntries(keys(20, 'r').map((key) => [key, 1])),
      [1, 1, 1 / 2],
    ],
    ['without a relevant document all are 0', ['a'], { a: 0, b: -1 }, [0, 0, 0]],
  ];
  for (const [name, ranked, judged, expected] of cases) {
    it(name, () => {
      const { ndcg10, mrr10, recall100 } = measuresOf(ranked, grades(judged));
      near(ndcg10, expected[0] ?? NaN);
      near(mrr10, expected[1] ?? NaN);
      near(recall100, expected[2] ?? NaN);
    });
  }

  it('are between 0 and 1, and the best order has nDCG 1', () => {
    const judged = fc.dictionary(fc.constantFrom(...'abcdefghijkl'), fc.integer({ min: -2, max: 4 }));
    const ranked = fc.uniqueArray(fc.constantFrom(...'abcdefghijklmnop'));
    fc.assert(
      fc.property(judged, ranked, (found, order) => {
        const judgements = grades(found);
        for (const value of [
          ndcg(order, judgements, 10),
          reciprocalRank(order, judgements, 10),
          recall(order, judgements, 100),
        ])
          assert.ok(value >= 0 && value <= 1 + 1e-12);
        const best = [...judgements].sort((a, b) => b[1] - a[1]).map(([key]) => key);
        near(ndcg(best, judgements, 10), hasRelevant(judgements) ? 1 : 0);
      }),
    );
  });

  it('include the mean and percentiles by nearest rank', () => {
    assert.equal(mean([]), 0);
    assert.equal(mean([1, 2, 6]), 3);
    assert.equal(percentile([], 0.95), 0);
    assert.equal(percentile([5], 0.95), 5);
    const hundred = Array.from({ length: 100 }, (_, at) => 100 - at);
    assert.equal(percentile(hundred, 0.95), 95);
    assert.equal(percentile([3, 1, 2], 1), 3);
    assert.equal(percentile([3, 1, 2], 0), 1);
  });
});
