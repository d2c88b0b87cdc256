import assert from 'node:assert/strict';
import { createLog, shortLine } from '../../src/server/log.js';

describe('the log', () => {
  it('prints a short line on a terminal', () => {
    const lines: string[] = [];
    const log = createLog({ level: 'info', terminal: (text) => void lines.push(text) });
    log.debug('not shown');
    log.info({ generation: 'g', documents: 3 }, 'serving generation');
    log.error({ err: new Error('no\u001b[2J') }, 'failed');
    assert.equal(lines.length, 2);
    assert.match(lines[0]!, /^\d\d:\d\d:\d\d info serving generation generation=g documents=3\n$/);
    assert.match(lines[1]!, /^\d\d:\d\d:\d\d error failed no\\u001b\[2J\n$/);
  });

  it('redacts keys', () => {
    const lines: string[] = [];
    const log = createLog({ level: 'info', terminal: (text) => void lines.push(text) });
    log.info({ config: { adminKey: 'hunter2', searchKeys: ['hunter2'] } }, 'x');
    assert.doesNotMatch(lines[0]!, /hunter2/);
  });

  it('prints members of any type', () => {
    assert.equal(
      shortLine('{"time":"2025-01-02T03:04:05.000Z","level":"warn","msg":"m","a":[1],"b":null}'),
      '03:04:05 warn m a=[1]',
    );
  });
});
