import { bearerKey, hashKey, keyVerifier } from '../../src/http/security.js';
import assert from 'node:assert/strict';
import fc from 'fast-check';

describe('API keys', () => {
  it('are accepted only if their hash is known', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 4 }), fc.string(), (keys, other) => {
        const accepts = keyVerifier(keys.map(hashKey));
        for (const key of keys) assert.equal(accepts(key), true);
        assert.equal(accepts(other), keys.includes(other));
      }),
    );
  });

  it('are never accepted if the stored hash is not a hash', () => {
    const accepts = keyVerifier(['', 'abc', hashKey('a').toUpperCase(), `${hashKey('a')}00`, 'z'.repeat(64)]);
    for (const key of ['', 'a', 'abc', hashKey('a')]) assert.equal(accepts(key), false);
    assert.equal(keyVerifier([])(''), false);
  });

  for (const [header, key] of [
    ['Bearer abc', 'abc'],
    ['bearer abc', 'abc'],
    ['Bearer   abc  ', 'abc'],
    ['Bearer a.b-c_d~e+f/g=', 'a.b-c_d~e+f/g='],
    [undefined, null],
    ['', null],
    ['Bearer', null],
    ['Bearer ', null],
    ['Bearer a b', null],
    ['Bearer a, Bearer b', null],
    ['Basic abc', null],
    ['xBearer abc', null],
  ] as const) {
    it(`are read from the header ${JSON.stringify(header)} as ${String(key)}`, () =>
      assert.equal(bearerKey(header), key));
  }
});
