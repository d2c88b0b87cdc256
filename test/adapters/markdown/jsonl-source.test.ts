import assert from 'node:assert/strict';
import { appendFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { createDocumentSource, DEFAULT_MAPPING } from '../../../src/adapters/markdown/source.js';
import { cleanUp, folderOf, readAll, told, type ReadChoices, type Reading } from './harness.js';

after(cleanUp);

function place(content: string | Uint8Array, name = 'd.jsonl'): string {
  return join(folderOf({ [name]: content }), name);
}

async function readLines(lines: readonly unknown[], choices: ReadChoices = {}): Promise<Reading> {
  return readAll(
    place(lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n')),
    choices,
  );
}

describe('a JSONL file', () => {
  it('yields a document for each line, with its line number', async () => {
    const path = place('{"id":"1","title":"A","answer":"a **b**\\n\\nc"}\n\n{"_id":2,"title":"B","text":"x"}\r\n');
    const source = createDocumentSource({ path, mapping: DEFAULT_MAPPING });
    const scan = await source.scan();
    assert.deepEqual(
      scan.entries.map((entry) => entry.path),
      ['d.jsonl'],
    );
    const found = [];
    for await (const item of source.read(scan.entries[0]!)) {
      assert.ok(item.kind === 'document');
      found.push([item.document.key, item.document.url, item.document.title, item.document.answer.text, item.line]);
    }
    assert.deepEqual(found, [
      ['1', '1', 'A', 'a b\nc', 1],
      ['2', '2', 'B', 'x', 3],
    ]);
  });

  it('is read with every member', async () => {
    const { documents, problems } = await readLines([
      {
        id: '1',
        title: ' A ',
        answer: 'x',
        keywords: 'a, b',
        subject: 'S',
        url: '/u',
        date: '2024-01-02',
        language: 'EN',
        related: [
          { id: 3, title: 'R', url: '/r', subject: 'T' },
          { title: 'Self', url: '/u' },
        ],
      },
      { id: '2', title: 'B', answer: 'y', keywords: ['a', 'b'], url: null, related: [] },
    ]);
    assert.deepEqual(problems, []);
    assert.deepEqual(
      { ...documents[0], answer: null },
      {
        key: '/u',
        url: '/u',
        title: 'A',
        answer: null,
        keywords: ['a', 'b'],
        subject: 'S',
        date: '2024-01-02',
        language: 'en',
        description: null,
        boost: 1,
        related: [{ title: 'R', url: '/r', subject: 'T' }],
      },
    );
    assert.deepEqual([documents[1]?.key, documents[1]?.keywords], ['2', ['a', 'b']]);
  });

  it('keeps backslashes, since JSON has its own line breaks', async () => {
    const { documents } = await readLines(['{"id":"1","title":"A","text":"`a\\\\nb` $h\\\\nu$\\nc"}']);
    assert.equal(documents[0]?.answer.text, 'a\\nb h\\nu c');
  });

  it('has lone surrogates replaced and accents composed, which only escapes can produce', async () => {
    const { documents } = await readLines(['{"id":"k","title":"Cafe\\u0301","answer":"\\udc00 and \\ud83d\\ude00"}']);
    assert.deepEqual(
      documents.map(({ key, title, answer }) => [key, title, answer.text]),
      [['k', 'Caf\u00e9', '\ufffd and \u{1f600}']],
    );
  });

  it('is read past a bad line, which is reported with its number', async () => {
    const { documents, problems } = await readLines([
      '{"id":',
      '[1]',
      '"x"',
      'null',
      { title: 'A', text: 'x' },
      { id: '1', text: 'x' },
      { id: '1', title: 'A' },
      { id: '1', title: ['A'], text: 'x' },
      { id: { a: 1 }, title: 'A', text: 'x' },
      '{"id":12345678901234567890,"title":"A","text":"x"}',
      { id: '1', url: 'javascript:x', title: 'A', text: 'x' },
      { id: ' javascript:alert(1)', title: 'A', text: 'x' },
      { id: 'a\u0000', title: 'A', text: 'x' },
      '{"id":"\\ud800","title":"A","text":"x"}',
      { id: 'a'.repeat(501), title: 'A', text: 'x' },
      { id: 'good', title: 'A', text: 'x', date: '2024-02-31', keywords: { a: 1 } },
    ]);
    assert.deepEqual(told(problems), [
      'json_invalid@1!',
      'json_invalid@2!',
      'json_invalid@3!',
      'json_invalid@4!',
      'key_missing@5!',
      'title_missing@6!',
      'answer_missing@7!',
      'field_type@8!',
      'field_type@9!',
      'field_type@10!',
      'url_invalid@11!',
      'url_invalid@12!',
      'url_invalid@13!',
      'url_invalid@14!',
      'url_invalid@15!',
      'field_type@16',
      'date_invalid@16',
    ]);
    assert.deepEqual(
      documents.map(({ key }) => key),
      ['good'],
    );
  });

  it('is accepted with an empty title or text only if that is allowed', async () => {
    const lines = [
      { id: '1', title: '', text: 'x' },
      { id: '2', title: 'A', text: '' },
    ];
    assert.deepEqual(told((await readLines(lines)).problems), ['title_missing@1!', 'answer_missing@2!']);
    const { documents, problems } = await readLines(lines, { allowEmptyText: true });
    assert.deepEqual(problems, []);
    assert.deepEqual(
      documents.map(({ title, answer }) => [title, answer.text]),
      [
        ['', 'x'],
        ['A', ''],
      ],
    );
  });

  it('may be compressed, as one gzip member or several', async () => {
    const path = place(gzipSync('{"id":"1","title":"A","text":"x"}\n'), 'd.jsonl.gz');
    appendFileSync(path, gzipSync('{"id":"2","title":"B","text":"y"}'));
    const { documents, problems } = await readAll(path);
    assert.deepEqual([documents.map(({ key }) => key), problems], [['1', '2'], []]);
  });

  it('yields the documents before the damage if it is damaged', async () => {
    const lines = Array.from({ length: 5000 }, (_, at) =>
      JSON.stringify({ id: String(at), title: `A${String(at * 7919)}`, text: String(Math.sin(at)) }),
    );
    const whole = gzipSync(lines.join('\n'));
    for (const [bytes, atLeast] of [
      [whole.subarray(0, whole.length - 2000), 100],
      [Buffer.from('{"id":"1"}'), 0],
    ] as const) {
      const { documents, problems } = await readAll(place(bytes, 'd.jsonl.gz'));
      assert.ok(documents.length >= atLeast);
      assert.equal(problems.at(-1)?.code, 'gzip_damaged');
    }
  });

  it('is bounded: long lines are skipped and reading stops at the limit', async () => {
    const good = '{"id":"1","title":"A","text":"x"}';
    const long = await readLines([`{"id":"${'a'.repeat(2_100_000)}"}`, good, 'b'.repeat(5_000_000)]);
    assert.deepEqual([told(long.problems), long.documents.length], [['line_too_long@1!', 'line_too_long@3!'], 1]);
    const bomb = await readAll(place(gzipSync(`${good}\n${' '.repeat(3_000_000)}`), 'd.jsonl.gz'), {
      maxBytes: 1_000_000,
    });
    assert.equal(bomb.problems.at(-1)?.code, 'jsonl_too_large');
    const { problems } = await readLines([`${'['.repeat(1_000_000)}`]);
    assert.deepEqual(told(problems), ['json_invalid@1!']);
  });

  it('is reported line by line if its encoding is wrong', async () => {
    const { problems, documents } = await readAll(
      place(
        Buffer.concat([
          Buffer.from('{"id":"1","title":"Caf\u00e9","text":"x"}\n', 'latin1'),
          Buffer.from('{"id":"2","title":"A","text":"x"}'),
        ]),
      ),
    );
    assert.deepEqual([told(problems), documents.length], [['file_encoding@1!'], 1]);
    const bom = await readAll(place('\uFEFF{"id":"2","title":"A","text":"x"}'));
    assert.deepEqual([bom.documents.length, bom.problems], [1, []]);
  });

  it('is reported if it vanishes after the listing', async () => {
    const path = place('{}');
    const source = createDocumentSource({ path, mapping: DEFAULT_MAPPING });
    const { entries } = await source.scan();
    rmSync(path);
    for await (const item of source.read(entries[0]!)) {
      assert.ok(item.kind === 'problem');
      assert.equal(item.problem.code, 'file_vanished');
    }
    await assert.rejects(source.scan(), { code: 'content_unreadable' });
  });
});
