import assert from 'node:assert/strict';
import { AskdexError } from '../../src/core/errors.js';
import { parseSchedule, startSchedule } from '../../src/server/schedule.js';

const fail = (): never => assert.fail('not to be called');

describe('a schedule', () => {
  const GOOD: [string, string | null][] = [
    ['*/15 * * * *', '*/15 * * * *'],
    ['  0   3 * * 1-5 ', '0 3 * * 1-5'],
    ['0,30 8-18/2 1,15 */3 *', '0,30 8-18/2 1,15 */3 *'],
    ['0 0 29 2 *', '0 0 29 2 *'],
    ['0 0 * jan sun', '0 0 * jan sun'],
    ['*/59 * * * *', '*/59 * * * *'],
    ['off', null],
    [' OFF ', null],
  ];
  for (const [text, parsed] of GOOD) {
    it(`is parsed from ${JSON.stringify(text)}`, () => assert.equal(parseSchedule(text), parsed));
  }

  const BAD: [string, RegExp][] = [
    ['', /no fields/],
    ['*', /1 field instead of 5/],
    ['* * * *', /4 fields/],
    ['0 */15 * * * *', /6 fields.*seconds/],
    ['@hourly', /1 field/],
    ['*/90 * * * *', /step 90 of its minute is longer than the field/],
    ['*/60 * * * *', /step 60 of its minute/],
    ['0 */24 * * *', /step 24 of its hour/],
    ['0 0 */32 * *', /day of the month/],
    ['0 0 1 */12 *', /month/],
    ['*/0 * * * *', /above 0/],
    ['*/x * * * *', /above 0/],
    ['*/-5 * * * *', /above 0/],
    ['*/ * * * *', /above 0/],
    ['60 * * * *', /minute|60/],
    ['* 24 * * *', /hour|24/],
    ['* * 0 * *', /./],
    ['* * * 13 *', /./],
    ['* * * * 8', /./],
    ['0 0 31 2 *', /impossible/],
    ['every 15 minutes please now', /./],
    ['\u0000 * * * *', /./],
    ['1'.repeat(5000) + ' * * * *', /more than 200/],
  ];
  for (const [text, reason] of BAD) {
    it(`is refused for ${JSON.stringify(text.slice(0, 40))}`, () => {
      assert.throws(
        () => startSchedule({ expression: text, enqueue: () => undefined, onError: () => undefined }),
        (error) => {
          assert.ok(error instanceof AskdexError);
          assert.equal(error.code, 'invalid_configuration');
          assert.match(error.message, reason);
          assert.ok(error.message.length < 400);
          assert.match(error.remedy ?? '', /\*\/15/);
          return true;
        },
      );
    });
  }

  it('requests a build at each tick until it is stopped, even after an error', () => {
    let tick = (): void => undefined;
    let stopped = false;
    let asked = 0;
    const errors: unknown[] = [];
    const schedule = startSchedule({
      expression: '*/5  * * * *',
      enqueue: () => {
        asked += 1;
        if (asked === 2) throw new Error('closed');
      },
      onError: (error) => errors.push(error),
      scheduler: (expression, call) => {
        assert.equal(expression, '*/5 * * * *');
        tick = call;
        return { stop: () => void (stopped = true), next: () => null };
      },
    });
    for (let count = 0; count < 3; count += 1) tick();
    schedule.stop();
    assert.deepEqual([asked, errors.length, stopped], [3, 1, true]);
  });

  it('reports its next tick in UTC', () => {
    const schedule = startSchedule({
      expression: '30 4 * * *',
      enqueue: () => undefined,
      onError: fail,
    });
    const next = schedule.next();
    schedule.stop();
    assert.deepEqual([next?.getUTCHours(), next?.getUTCMinutes()], [4, 30]);
  });

  it('requests no build if it is off', () => {
    const schedule = startSchedule({
      expression: 'off',
      enqueue: fail,
      onError: fail,
      scheduler: fail,
    });
    assert.equal(schedule.next(), null);
    schedule.stop();
  });
});
