import assert from 'node:assert/strict';
import { closestMatch } from '../../src/core/closest-match.js';

describe('closestMatch', () => {
  const known = ['limit', 'offset', 'filter', 'facets', 'sort'];
  const cases: readonly (readonly [name: string, meant: string | null])[] = [
    ['limit', 'limit'],
    ['limt', 'limit'],
    ['limitt', 'limit'],
    ['lmiit', 'limit'],
    ['LIMIT', 'limit'],
    ['facet', 'facets'],
    ['filters', 'filter'],
    ['sotr', 'sort'],
    ['page', null],
    ['', null],
    ['x'.repeat(10_000), null],
  ];
  for (const [name, meant] of cases) {
    it(`returns ${meant ?? 'none'} for ${JSON.stringify(name.slice(0, 20))}`, () =>
      assert.equal(closestMatch(name, known), meant));
  }

  it('returns the first of two equally close names', () => assert.equal(closestMatch('cat', ['bat', 'hat']), 'bat'));
  it('returns none without candidates', () => assert.equal(closestMatch('limit', []), null));
});
