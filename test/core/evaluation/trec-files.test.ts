import { readQrels, readQueries } from '../../../src/core/evaluation/trec-files.js';
import assert from 'node:assert/strict';
import { AskdexError } from '../../../src/core/errors.js';

const refuses = (read: () => unknown, line: number, says: RegExp) =>
  assert.throws(read, (error) => {
    assert.ok(error instanceof AskdexError);
    assert.equal(error.code, 'evaluation_invalid');
    assert.ok(error.message.startsWith(`"the.file", line ${line}: `), error.message);
    assert.match(error.message, says);
    assert.notEqual(error.remedy ?? '', '');
    return true;
  });

describe('qrels files', () => {
  const read = (text: string) =>
    [...readQrels({ name: 'the.file', text })].map(([query, judged]) => [query, Object.fromEntries(judged)]);
  const expected = [
    ['q1', { d1: 2, d2: 0 }],
    ['q2', { d1: -1 }],
  ];
  const forms: [name: string, text: string][] = [
    ['tabs', 'q1\td1\t2\nq1\td2\t0\nq2\td1\t-1\n'],
    ['spaces', 'q1 d1 2\nq1   d2 0\n q2 d1 -1'],
    ['four columns', 'q1 0 d1 2\nq1 Q0 d2 0\nq2\t0\td1\t-1\n'],
    ['a header', 'query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td2\t0\nq2\td1\t-1\n'],
    ['another header', 'topic iter document relevance\nq1 0 d1 2\nq1 0 d2 0\nq2 0 d1 -1\n'],
    ['what Windows writes', '\ufeffq1\td1\t+2\r\n\r\nq1\td2\t0\r\nq2\td1\t-1\r\n'],
    ['a line twice', 'q1 d1 2\nq1 d1 2\nq1 d2 0\nq2 d1 -1\n'],
  ];
  for (const [name, text] of forms) it(`read ${name}`, () => assert.deepEqual(read(text), expected));

  it('keep spaces in fields that tabs separate', () => {
    assert.deepEqual(read('q 1\td 1\t1'), [['q 1', { 'd 1': 1 }]]);
  });

  const wrong: [name: string, text: string, line: number, says: RegExp][] = [
    ['too few columns', 'q1 d1 1\n\nq1 d1', 3, /2 columns, not 3 or 4/],
    ['one column', 'q1', 1, /1 column, not/],
    ['too many columns', 'q1 0 d1 1 extra', 1, /5 columns/],
    ['a broken grade', 'q1 d1 1.5', 1, /grade "1\.5" is no whole number/],
    ['a word as grade', 'q1 d1 1\nq1 d2 good', 2, /grade "good"/],
    ['a header further down', 'q1 d1 1\nquery document grade', 2, /grade "grade"/],
    ['a word as grade on the first line', 'q1 d1 good', 1, /grade "good"/],
    ['two grades for one document', 'q1 d1 1\nq1 d1 2', 2, /has the grade 2 for query "q1", and 1 further up/],
  ];
  for (const [name, text, line, says] of wrong) it(`refuse ${name}`, () => refuses(() => read(text), line, says));
});

describe('query files', () => {
  const read = (text: string) => readQueries({ name: 'the.file', text });

  it('are read by _id or id and text, and other members and empty lines are skipped', () => {
    const text = '{"_id":"a","text":"why","orig_id":1}\n\n{"id":"b","text":""}\r\n{"_id":7,"text":"7","metadata":{}}\n';
    assert.deepEqual(read(text), [
      { id: 'a', text: 'why' },
      { id: 'b', text: '' },
      { id: '7', text: '7' },
    ]);
    assert.deepEqual(read(''), []);
  });

  const wrong: [text: string, line: number, says: RegExp][] = [
    ['{"_id":"a","text":"x"}\n{"_id":', 2, /not JSON/],
    ['\n\n[1]', 3, /not a JSON object but "\[1\]"/],
    ['null', 1, /not a JSON object but "null"/],
    ['{"text":"x"}', 1, /no _id/],
    ['{"_id":1.5,"text":"x"}', 1, /_id is "1\.5"/],
    ['{"_id":"a"}', 1, /no text/],
    ['{"_id":"a","text":["x"]}', 1, /its text is/],
    ['{"_id":"a","text":"x"}\n{"_id":"a","text":"y"}', 2, /"a" stands on line 1 already/],
  ];
  for (const [text, line, says] of wrong)
    it(`are refused with the line ${JSON.stringify(text)}`, () => refuses(() => read(text), line, says));
});
