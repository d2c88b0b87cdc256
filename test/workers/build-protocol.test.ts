import { ContentEmptyError } from '../../src/app/build/parsed-files.js';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { AskdexError } from '../../src/core/errors.js';
import { deserializeBuildError, serializeBuildError, parseBuildMessage } from '../../src/workers/build-protocol.js';
import { problem } from '../app/support.js';

const ERROR = { ...serializeBuildError(new AskdexError('content_empty', 'x')), stack: null };

describe('messages between threads', () => {
  const GOOD: unknown[] = [
    { kind: 'progress', progress: { stage: 'parsing', percent: 3, done: 1, total: 2 } },
    { kind: 'error', error: ERROR },
  ];
  for (const message of GOOD) {
    it(`are parsed: ${JSON.stringify(message).slice(0, 60)}`, () =>
      assert.deepEqual(parseBuildMessage(message), message));
  }

  const BAD: unknown[] = [
    ...[
      null,
      undefined,
      1,
      'progress',
      [],
      {},
      { kind: 'other' },
      { kind: 'progress' },
      { kind: 'report', report: null },
    ],
    { kind: 'progress', progress: { stage: 'baking', percent: 3, done: 1, total: 2 } },
    { kind: 'progress', progress: { stage: 'parsing', percent: 101, done: 1, total: 2 } },
    { kind: 'progress', progress: { stage: 'parsing', percent: NaN, done: 1, total: 2 } },
    { kind: 'error', error: { ...ERROR, code: 'toString' } },
    { kind: 'error', error: { ...ERROR, message: 1 } },
    { kind: 'error', error: { ...ERROR, problems: [1] } },
  ];
  for (const message of BAD) {
    it(`are refused: ${JSON.stringify(message)}`, () => assert.equal(parseBuildMessage(message), null));
  }

  it('are refused without an exception whatever they contain', () => {
    fc.assert(fc.property(fc.anything(), (value) => assert.equal(parseBuildMessage(value), null)));
    fc.assert(
      fc.property(fc.anything(), (value) => assert.equal(parseBuildMessage({ kind: 'report', report: value }), null)),
    );
  });

  it('transfer an error with everything that users see', () => {
    const error = new AskdexError('index_locked', 'Held.', { parameter: 'p', remedy: 'Wait.' });
    const received = deserializeBuildError(structuredClone(serializeBuildError(error)));
    assert.ok(received instanceof AskdexError);
    const { code, message, parameter, remedy } = received;
    assert.deepEqual(
      { code, message, parameter, remedy },
      { code: 'index_locked', message: 'Held.', parameter: 'p', remedy: 'Wait.' },
    );
    const empty = deserializeBuildError(structuredClone(serializeBuildError(new ContentEmptyError([problem('a.md')]))));
    assert.ok(empty instanceof ContentEmptyError);
    assert.deepEqual(empty.problems, [problem('a.md')]);
  });
});
