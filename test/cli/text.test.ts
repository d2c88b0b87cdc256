import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createProgressDisplay } from '../../src/cli/progress.js';
import { byteSize, pluralize, duration, highlighted, createStyles, problemLines } from '../../src/cli/format.js';
import { BUILD_STAGES, type BuildProgress } from '../../src/core/model/build-report.js';
import { safeForTerminal, safeLines } from '../../src/terminal.js';

describe('text for a terminal', () => {
  const cases: [name: string, text: string, safe: string][] = [
    ['plain text', 'naïve Ω 日本 👍🏽', 'naïve Ω 日本 👍🏽'],
    ['an escape sequence', 'a\u001b[31mred', 'a\\u001b[31mred'],
    ['a window title', '\u001b]0;pwned\u0007', '\\u001b]0;pwned\\u0007'],
    ['a C1 control', 'a\u009b31m', 'a\\u009b31m'],
    ['line feeds and tabs', 'a\r\n\tb', 'a b'],
    ['a next line and a line separator', 'a\u0085b\u2028c', 'a b c'],
    ['a backspace and a delete', 'a\bb\u007f', 'a\\u0008b\\u007f'],
    ['a right-to-left override', 'txt.\u202egnp', 'txt.\\u202egnp'],
    ['isolates', '\u2066x\u2069', '\\u2066x\\u2069'],
    ['a lone surrogate', 'a\ud800b', 'a\\ud800b'],
  ];
  for (const [name, text, safe] of cases) it(`makes ${name} safe`, () => assert.equal(safeForTerminal(text), safe));

  it('never contains a control character from outside', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.doesNotMatch(safeForTerminal(text), /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
        assert.doesNotMatch(safeLines(text).replaceAll('\n', ''), /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
      }),
    );
  });

  it('keeps the line breaks and indents of our own messages', () => {
    assert.equal(safeLines('two:\n  - a\u001b\n  - b'), 'two:\n  - a\\u001b\n  - b');
  });

  it('marks highlights by UTF-16 offsets of the original text', () => {
    const mark = (text: string) => `<${text}>`;
    assert.equal(
      highlighted(
        'a\u001b 👍 sky',
        [
          [0, 1],
          [6, 9],
        ],
        mark,
      ),
      '<a>\\u001b 👍 <sky>',
    );
    assert.equal(highlighted('none', [], mark), 'none');
  });

  it('is styled only if colours are enabled', () => {
    assert.equal(createStyles(false).mark('x'), 'x');
    assert.equal(createStyles(true).bold('x'), '\u001b[1mx\u001b[22m');
  });

  it('formats numbers for people', () => {
    assert.deepEqual(
      [pluralize(1, 'hit'), pluralize(0, 'hit'), pluralize(16_402, 'hit')],
      ['1 hit', '0 hits', '16,402 hits'],
    );
    assert.deepEqual([duration(12.3), duration(1234), duration(125_000)], ['12 ms', '1.2 s', '2 min 5 s']);
    assert.deepEqual(
      [byteSize(999), byteSize(1200), byteSize(999_990), byteSize(3.2e9)],
      ['999 B', '1.2 kB', '1.0 MB', '3.2 GB'],
    );
  });
});

describe('the problem list', () => {
  const problem = (file: string, line: number | null) => ({
    file,
    line,
    code: 'title_missing',
    reason: 'No\u001b title.',
    remedy: 'Add one.',
  });

  it('contains file, line, reason, code and remedy, without control characters', () => {
    assert.deepEqual(problemLines([problem('a\u001b.md', 3), problem('b.md', null)]), [
      '  a\\u001b.md:3  No\\u001b title. [title_missing]',
      '      Add one.',
      '  b.md  No\\u001b title. [title_missing]',
      '      Add one.',
    ]);
  });

  it('contains the first problems and counts the rest', () => {
    const lines = problemLines(
      Array.from({ length: 1022 }, (_, at) => problem(`${at}.md`, 1)),
      20,
    );
    assert.equal(lines.length, 41);
    assert.match(lines[40]!, /and 1,002 more/);
  });
});

describe('progress', () => {
  function display(mode: 'live' | 'lines' | 'none', columns = 80) {
    let written = '';
    let time = 0;
    const made = createProgressDisplay({
      write: (text) => (written += text),
      mode,
      columns: () => columns,
      now: () => (time += 100),
    });
    return { made, written: () => written };
  }
  const reports: BuildProgress[] = BUILD_STAGES.flatMap((stage, at) =>
    [0, 50, 100].map((part) => ({ stage, percent: at * 25 + part / 4, done: part, total: 100 })),
  );

  it('redraws one line on a terminal, no wider than it, and clears it at the end', () => {
    const { made, written } = display('live', 48);
    for (const report of reports) made.update(report);
    made.end();
    assert.ok(written().endsWith('\r\u001b[K'));
    assert.ok(!written().includes('\n'));
    for (const line of written().split('\r\u001b[K')) assert.ok(line.length < 48, line);
    assert.match(written(), / 50 %/);
    assert.match(written(), /indexing {2}50 /);
  });

  it('prints one plain line for each stage elsewhere, without control characters', () => {
    const { made, written } = display('lines');
    for (const report of reports) made.update(report);
    made.end();
    assert.equal(written(), 'scanning …\nparsing …\nindexing …\npublishing …\n');
  });

  it('can be silent', () => {
    const { made, written } = display('none');
    for (const report of reports) made.update(report);
    made.end();
    assert.equal(written(), '');
  });
});
