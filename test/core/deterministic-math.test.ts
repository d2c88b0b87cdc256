import assert from 'node:assert/strict';
import fc from 'fast-check';
import { binaryLogarithm, naturalLogarithm } from '../../src/core/deterministic-math.js';

describe('naturalLogarithm', () => {
  it('is the logarithm to the last digits', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-300, max: 1e300, noNaN: true }), (x) => {
        const expected = Math.log(x);
        assert.ok(Math.abs(naturalLogarithm(x) - expected) <= 4e-16 * Math.max(1, Math.abs(expected)), `of ${x}`);
      }),
      { numRuns: 5000 },
    );
  });

  const bits: readonly (readonly [x: number, bits: string])[] = [
    [1, '0000000000000000'],
    [2, '3fe62e42fefa39ef'],
  ];
  for (const [x, expected] of bits) {
    it(`has the bits ${expected} for ${x}`, () => {
      const view = new DataView(new ArrayBuffer(8));
      view.setFloat64(0, naturalLogarithm(x));
      assert.equal(view.getBigUint64(0).toString(16).padStart(16, '0'), expected);
    });
  }

  it('increases with its argument', () => {
    const pair = fc.tuple(fc.integer({ min: 1, max: 1_000_000 }), fc.integer({ min: 1, max: 1_000_000 }));
    fc.assert(
      fc.property(pair, ([a, b]) =>
        assert.equal(Math.sign(naturalLogarithm(a) - naturalLogarithm(b)), Math.sign(a - b)),
      ),
    );
  });
});

describe('binaryLogarithm', () => {
  for (const [x, expected] of [
    [2, 1],
    [4, 2],
    [0.25, -2],
    [1, 0],
  ] as const)
    it(`is ${expected} for ${x}`, () => assert.equal(binaryLogarithm(x), expected));
});
