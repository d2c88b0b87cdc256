import assert from 'node:assert/strict';
import { closestMatch } from '../../src/core/closest-match.js';

describe('nearest', () => {
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
    it(`${JSON.stringify(name.slice(0, 20))} means ${meant ?? 'none'}`, () =>
      assert.equal(closestMatch(name, known), meant));
  }

  it('gives the first of two that are as near', () => assert.equal(closestMatch('cat', ['bat', 'hat']), 'bat'));
  it('gives none of none', () => assert.equal(closestMatch('limit', []), null));
});
