import assert from 'node:assert/strict';
import fc from 'fast-check';
import { AskdexError, ERROR_CODES, quoteForMessage, statusOf, titleOf } from '../../src/core/errors.js';
import { anyText, isWellFormed } from '../support/texts.js';

describe('shown', () => {
  const circle: Record<string, unknown> = {};
  circle['self'] = circle;
  const cases: readonly (readonly [what: string, value: unknown, text: string])[] = [
    ['a text', 'abc', '"abc"'],
    ['an empty text', '', '""'],
    ['quotes', 'a"b', '"a\\"b"'],
    ['line breaks', 'a\r\nb', '"a\\r\\nb"'],
    ['an escape sequence', '\u001b[31mred', '"\\u001b[31mred"'],
    ['an escape sequence of one byte', '\u009b31m', '"\\u009b31m"'],
    ['the delete character', '\u007f', '"\\u007f"'],
    ['a change of direction', 'a\u202eb', '"a\\u202eb"'],
    ['a line separator', 'a\u2028b', '"a\\u2028b"'],
    ['a hidden tag character', '\u{e0041}', '"\\udb40\\udc41"'],
    ['a lone surrogate', '\ud83d', '"\\ud83d"'],
    ['an emoji', '👍', '"👍"'],
    ['a number', 12, '"12"'],
    ['not a number', NaN, '"null"'],
    ['nothing', undefined, '"undefined"'],
    ['null', null, '"null"'],
    ['a list', ['a'], '"[\\"a\\"]"'],
    ['a function', Math.max, '"function max() { [native code] }"'],
    ['a symbol', Symbol('s'), '"Symbol(s)"'],
    ['a large integer', 10n, '"10"'],
    ['a circle', circle, '"[object Object]"'],
    ['80 characters', 'a'.repeat(80), `"${'a'.repeat(80)}"`],
    ['81 characters', 'a'.repeat(81), `"${'a'.repeat(79)}…"`],
    ['a pair at the cut', `${'a'.repeat(78)}👍👍`, `"${'a'.repeat(78)}…"`],
  ];
  for (const [what, value, text] of cases) it(`quotes ${what}`, () => assert.equal(quoteForMessage(value), text));

  it('prints any value on one line, quoted, without control characters', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, fc.anything({ withBigInt: true, withNullPrototype: true })), (value) => {
        const text = quoteForMessage(value);
        assert.match(text, /^".*"$/s);
        assert.doesNotMatch(text, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        assert.ok(isWellFormed(text));
        assert.equal(typeof JSON.parse(text), 'string');
      }),
    );
  });
});

describe('AskdexError', () => {
  it('gets status and title from its code, and the remedy from its details', () => {
    const cause = new Error('below');
    const error = new AskdexError('invalid_filter', 'Wrong.', {
      parameter: 'filter',
      remedy: 'Mend it.',
      cause,
    });
    assert.deepEqual(
      [error.name, statusOf(error), titleOf(error), error.message],
      ['AskdexError', 400, 'Invalid filter', 'Wrong.'],
    );
    assert.deepEqual([error.parameter, error.remedy, error.cause], ['filter', 'Mend it.', cause]);
    assert.ok(error instanceof Error);
  });

  it('is recognized by every copy of its class, since browsers load it in several bundles', async () => {
    const copy: string = '../../src/core/errors.js?copy';
    const module: unknown = await import(copy);
    assert.ok(typeof module === 'object' && module !== null);
    const Other: unknown = Reflect.get(module, 'AskdexError');
    assert.ok(typeof Other === 'function' && Other !== AskdexError);
    const error: unknown = Reflect.construct(Other, ['internal', 'Wrong.']);
    assert.ok(error instanceof AskdexError);
    assert.equal(error.code, 'internal');
    for (const none of [new Error('x'), null, undefined, 'AskdexError', { name: 'AskdexError' }])
      assert.ok(!(none instanceof AskdexError));
  });

  it('is distinguished from classes that extend it', () => {
    class Special extends AskdexError {}
    class Other extends AskdexError {}
    assert.ok(new Special('internal', 'Wrong.') instanceof Special);
    assert.ok(new Special('internal', 'Wrong.') instanceof AskdexError);
    assert.ok(!(new AskdexError('internal', 'Wrong.') instanceof Special));
    assert.ok(!(new Other('internal', 'Wrong.') instanceof Special));
  });

  it('has status 500 if its code never crosses HTTP', () => {
    assert.equal(statusOf(new AskdexError('build_failed', 'Failed.')), 500);
  });

  for (const [code, entry] of Object.entries(ERROR_CODES)) {
    it(`has an HTTP status or none, and a title, for ${code}`, () => {
      assert.match(code, /^[a-z]+(_[a-z]+)*$/);
      assert.match(entry.title, /^[A-Z][^.]+$/);
      const { status } = entry;
      assert.ok(status === null || (status >= 400 && status <= 599));
      if (status !== null && status < 500) assert.ok(entry.kind === 'user' || code === 'index_locked');
    });
  }
});
