import assert from 'node:assert/strict';
import fc from 'fast-check';
import { AskdexError } from '../../../src/core/errors.js';
import { parseFilter, parseFilters } from '../../../src/core/parse/filter-parser.js';
import { FACET_FIELDS, type Filter } from '../../../src/core/model/query.js';

const values = (field: 'subject' | 'language' | 'keywords', ...list: string[]): Filter => ({
  kind: 'values',
  field,
  values: list,
});
const date = (op: '=' | '>' | '>=' | '<' | '<=', value: string): Filter => ({ kind: 'date', op, value });

const GOOD: readonly (readonly [text: string, filter: Filter])[] = [
  ['subject:"Medicine"', values('subject', 'Medicine')],
  ['subject:Medicine', values('subject', 'Medicine')],
  ['subject:Computer Science', values('subject', 'Computer Science')],
  [' subject : "A" , "B" ', values('subject', 'A', 'B')],
  ['subject:A,B', values('subject', 'A', 'B')],
  ['subject:"A",subject:"B"', values('subject', 'A', 'B')],
  ['subject:A, subject:"B, C",D', values('subject', 'A', 'B, C', 'D')],
  ['language:pt-BR', values('language', 'pt-BR')],
  ['keywords:C++', values('keywords', 'C++')],
  ['keywords:FD00::/8', values('keywords', 'FD00::/8')],
  ['keywords:255.255.240.0', values('keywords', '255.255.240.0')],
  [String.raw`subject:"say \"hi\""`, values('subject', 'say "hi"')],
  [String.raw`subject:"back\\slash \n"`, values('subject', String.raw`back\slash \n`)],
  ['subject:"AND"', values('subject', 'AND')],
  ['subject:Band and Brand', values('subject', 'Band and Brand')],
  ['date>=2024-01-01', date('>=', '2024-01-01')],
  ['date <= 2024-02-29', date('<=', '2024-02-29')],
  ['date>2024-01-01', date('>', '2024-01-01')],
  ['date<2024-01-01', date('<', '2024-01-01')],
  ['date:2024-01-01', date('=', '2024-01-01')],
  ['date="2024-01-01"', date('=', '2024-01-01')],
];

const BAD: readonly (readonly [text: string, says: RegExp, position: number])[] = [
  ['', /does not begin with a field/, 1],
  ['   ', /does not begin with a field/, 4],
  ['"A"', /does not begin with a field/, 1],
  ['colour:red', /"colour"/, 1],
  ['subjects:A', /"subjects"/, 1],
  ['Subject:A', /"Subject"/, 1],
  ['__proto__:A', /"__proto__"/, 1],
  ['subject', /colon/, 8],
  ['subject=A', /colon/, 8],
  ['subject>A', /colon/, 8],
  ['subject:', /empty value/, 9],
  ['subject:""', /empty value/, 9],
  ['subject:" "', /empty value/, 9],
  ['subject:A,', /empty value/, 11],
  ['subject:,A', /empty value/, 9],
  ['subject:"A', /not closed/, 9],
  ['subject:"A\\"', /not closed/, 9],
  ['subject:A"B', /quote inside/, 10],
  ['subject:"A"B', /more text after its value: "B"/, 12],
  ['subject:"A" AND date>2024-01-01', /more text after its value/, 13],
  ['subject:A AND date>2024-01-01', /with a word/, 9],
  ['subject:A OR B', /with a word/, 9],
  ['subject:A,keywords:B', /"subject" and "keywords"/, 11],
  ['subject:A,date>2024-01-01', /"subject" and "date"/, 11],
  ['-subject:A', /negation/, 1],
  ['!subject:A', /negation/, 1],
  ['NOT subject:A', /negation/, 1],
  ['subject:!A', /negation/, 8],
  ['subject!=A', /negation/, 8],
  ['date', /one of : = > >= < <=/, 5],
  ['date!2024-01-01', /one of/, 5],
  ['date>=', /empty value/, 7],
  ['date>=2024', /"2024"/, 7],
  ['date>=2024-1-1', /"2024-1-1"/, 7],
  ['date>=2024-13-01', /"2024-13-01"/, 7],
  ['date>=2024-00-10', /"2024-00-10"/, 7],
  ['date:2024-02-30', /"2024-02-30"/, 6],
  ['date:2023-02-29', /"2023-02-29"/, 6],
  ['date:1900-02-29', /"1900-02-29"/, 6],
  ['date:2024-01-01,2024-01-02', /more than one date/, 17],
  [`subject:${'x'.repeat(501)}`, /longer than 500/, 9],
];

function failure(read: () => unknown): AskdexError {
  try {
    read();
  } catch (error) {
    assert.ok(error instanceof AskdexError);
    assert.equal(error.code, 'invalid_filter');
    assert.equal(error.parameter, 'filter');
    assert.ok(error.message.length < 500 && (error.remedy ?? '') !== '');
    return error;
  }
  return assert.fail('nothing was thrown');
}

describe('parseFilter', () => {
  for (const [text, filter] of GOOD) {
    it(`parses ${text}`, () => assert.deepEqual(parseFilter(text), filter));
  }

  for (const [text, says, position] of BAD) {
    it(`refuses ${text.slice(0, 40) || 'an empty text'} at character ${position}`, () => {
      const { message } = failure(() => parseFilter(text));
      assert.match(message, says);
      assert.match(message, new RegExp(`\\(at character ${position}\\)\\.$`));
    });
  }

  it('parses quoted values back', () => {
    const value = fc.string({ unit: 'binary', minLength: 1, maxLength: 100 }).filter((text) => text.trim() !== '');
    const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;
    fc.assert(
      fc.property(fc.constantFrom(...FACET_FIELDS), fc.array(value, { minLength: 1, maxLength: 50 }), (field, list) => {
        assert.deepEqual(parseFilter(`${field}:${list.map(quoted).join(',')}`), values(field, ...list));
      }),
    );
  });

  it('parses or refuses any text in linear time', () => {
    const pieces = fc.constantFrom(
      'subject',
      'date',
      ':',
      '>=',
      '"',
      '\\',
      ',',
      ' ',
      'A',
      '2024-01-01',
      '!',
      '😀',
      '\n',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(pieces, { maxLength: 20 }).map((list) => list.join('')),
    );
    fc.assert(
      fc.property(text, (one) => {
        try {
          parseFilter(one);
        } catch {
          failure(() => parseFilter(one));
        }
      }),
      { numRuns: 1000 },
    );
    for (const part of ['"', '\\', ',', '"A",', 'subject:', ' AND '])
      failure(() => parseFilter(`subject:"A"${part.repeat(8000)}`));
  });
});

describe('parseFilters', () => {
  it('keeps the order and refuses more than 20', () => {
    assert.deepEqual(parseFilters(['subject:A', 'date>2024-01-01']), [values('subject', 'A'), date('>', '2024-01-01')]);
    assert.deepEqual(parseFilters([]), []);
    assert.equal(parseFilters(Array.from({ length: 20 }, () => 'subject:A')).length, 20);
    assert.match(failure(() => parseFilters(Array.from({ length: 21 }, () => 'subject:A'))).message, /21 filters.*20/);
  });

  it('refuses more than 50 values', () => {
    const list = (count: number): string => `subject:${Array.from({ length: count }, (_, n) => n).join(',')}`;
    assert.equal(parseFilters([list(50)]).length, 1);
    assert.match(failure(() => parseFilters([list(51)])).message, /51 values.*50/);
  });
});
