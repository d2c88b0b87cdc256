import assert from 'node:assert/strict';
import { readFrontMatter } from '../../../src/adapters/markdown/front-matter.js';

interface Mark {
  ran?: boolean;
}
const mark = globalThis as typeof globalThis & Mark;

function data(text: string): unknown {
  const front = readFrontMatter(text);
  assert.ok(front.ok, front.ok ? '' : `${front.code}: ${front.reason}`);
  return JSON.parse(
    JSON.stringify(front.data, (_key, value: unknown) =>
      value instanceof Object && 'text' in value && Object.keys(value).length === 1 ? `#${String(value.text)}` : value,
    ),
  );
}

function failure(text: string): { code: string; line: number | null; reason: string } {
  const front = readFrontMatter(text);
  assert.ok(!front.ok, 'it should not be read');
  return { code: front.code, line: front.line, reason: front.reason };
}

describe('front matter', () => {
  it('is YAML between --- lines, followed by the body', () => {
    const front = readFrontMatter('---\ntitle: A\n---\nBody\n---\nmore');
    assert.ok(front.ok);
    assert.deepEqual({ ...front.data }, { title: 'A' });
    assert.equal(front.body, 'Body\n---\nmore');
    assert.equal(front.lineOf('title'), 2);
    assert.equal(front.lineOf('titl'), null);
  });

  it('may name YAML, be empty, end with the file, or have a blank line before its end', () => {
    assert.deepEqual(data('---yaml\na: b\n---'), { a: 'b' });
    assert.deepEqual(data('--- yml \na: b\n---  \n'), { a: 'b' });
    assert.deepEqual(data('---\n---\nx'), {});
    assert.deepEqual(data('---\n# only a comment\n---\nx'), {});
    assert.deepEqual(data('---\na: b\n\n---\nx'), { a: 'b' });
  });

  it('is TOML between +++ lines', () => {
    assert.deepEqual(data('+++\ntitle = "A"\ntags = ["x", "y"]\n[seo]\na = "b"\n+++\nBody'), {
      title: 'A',
      tags: ['x', 'y'],
      seo: { a: 'b' },
    });
    assert.deepEqual(failure('+++\na = "b"\nc = \n+++\n'), {
      code: 'front_matter_invalid',
      line: 3,
      reason: failure('+++\na = "b"\nc = \n+++\n').reason,
    });
    assert.equal(failure('+++\na = 1\n').code, 'front_matter_unclosed');
  });

  it('is absent if the file starts otherwise', () => {
    for (const text of ['# A', '----\na', 'x\n---\na: b\n---', '++++\n', '+++x\n']) {
      const front = readFrontMatter(text);
      assert.ok(front.ok);
      assert.deepEqual(front.data, {});
      assert.equal(front.body, text);
    }
  });

  // Known defects of gray-matter 4.
  for (const language of [
    'js',
    'javascript',
    'JS',
    'coffee',
    'cson',
    'json',
    'toml',
    'js ',
    '__proto__',
    'constructor',
  ]) {
    it(`is refused, and never executed, in the language ---${language}`, () => {
      delete mark.ran;
      const { code, line } = failure(`---${language}\n{ title: (globalThis.ran = true, 'x') }\n---\n`);
      assert.deepEqual([code, line, mark.ran], ['front_matter_unsafe', 1, undefined]);
    });
  }

  it('fails every time if the YAML is bad, not only the first time', () => {
    const text = '---\na: [b\n---\n';
    assert.deepEqual(failure(text), failure(text));
  });

  it('is not shared between equal files', () => {
    const [first, second] = [readFrontMatter('---\na: [b]\n---\n'), readFrontMatter('---\na: [b]\n---\n')];
    assert.ok(first.ok && second.ok);
    assert.notEqual(first.data['a'], second.data['a']);
  });

  it('is refused before an alias bomb grows', () => {
    const rows = Array.from(
      { length: 9 },
      (_, i) =>
        `${'bcdefghij'[i] ?? ''}: &${'bcdefghij'[i] ?? ''} [${Array.from({ length: 9 }, () => `*${'abcdefghi'[i] ?? ''}`).join(',')}]`,
    );
    const { code, line, reason } = failure(`---\na: &a [lol]\n${rows.join('\n')}\n---\n`);
    assert.deepEqual([code, line], ['front_matter_invalid', 3]);
    assert.match(reason, /alias/);
  });

  it('keeps the digits of ids, times and dates', () => {
    assert.deepEqual(data('---\nid: 0000010\ntime: 12:30:45\ndate: 2024-02-31\nv: 1.0\nhex: 0x1F\n---\n'), {
      id: '#0000010',
      time: '12:30:45',
      date: '2024-02-31',
      v: '#1.0',
      hex: '#0x1F',
    });
  });

  it('is refused if it is not a mapping', () => {
    for (const [yaml, what] of [
      ['just text', /just text/],
      ['- a', /a list/],
      ['42', /42/],
      ['"x"', /x/],
    ] as const) {
      const { code, reason } = failure(`---\n${yaml}\n---\n`);
      assert.equal(code, 'front_matter_not_mapping');
      assert.match(reason, what);
    }
  });

  it('does not swallow the file if its fence is not closed', () => {
    assert.deepEqual(failure('---\ntitle: A\n\ntext').code, 'front_matter_unclosed');
    assert.deepEqual(failure('---').code, 'front_matter_unclosed');
    const { code, line } = failure('---\ntitle: A\n--- b\ntext\n---\n');
    assert.deepEqual([code, line], ['front_matter_unclosed', 3]);
  });

  it('reports the line of the file on which the YAML is invalid', () => {
    for (const [text, line] of [
      ['---\na: b\nc: d: e\n---\n', 3],
      ['---\na: "b\n---\n', null],
      ['---\na: b\na: c\n---\n', 3],
      ['---\n\ta: b\n---\n', 2],
      ['---\na: b\n  c: d\n---\n', 3],
    ] as const) {
      const found = failure(text);
      assert.equal(found.code, 'front_matter_invalid', text);
      if (line !== null) assert.equal(found.line, line, `${text}: ${found.reason}`);
    }
  });

  it('is parsed in bounded time if the YAML is hostile', () => {
    const deep = failure(`---\na: ${'['.repeat(100_000)}\n---\n`);
    assert.match(deep.reason, /maxDepth/);
    const before = process.cpuUsage();
    assert.equal(failure(`---\na: b\n${'\n'.repeat(1_000_000)}---\n`).code, 'front_matter_invalid');
    assert.ok(process.cpuUsage(before).user / 1000 < 2000);
    assert.match(failure(`+++\na = ${'['.repeat(100_000)}\n+++\n`).code, /invalid/);
  });

  it('cannot pollute prototypes by its names', () => {
    for (const text of [
      '---\n__proto__:\n  ran: true\nconstructor: x\n---\n',
      '+++\n__proto__ = { ran = true }\n+++\n',
    ]) {
      const front = readFrontMatter(text);
      assert.equal(Object.hasOwn(Object.prototype, 'ran'), false);
      assert.equal(front.ok && 'ran' in front.data, false);
    }
  });
});
