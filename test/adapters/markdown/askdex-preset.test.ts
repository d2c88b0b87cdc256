import assert from 'node:assert/strict';
import { cleanUp, folderOf, readAll, readOne, told } from './harness.js';

after(cleanUp);

const URL = 'url: /learn/m/questions/a';

async function documentOf(lines: readonly string[], body = '\n&nbsp;') {
  const { documents, problems } = await readOne(['---', ...lines, '---', body].join('\n'));
  assert.deepEqual(told(problems), []);
  assert.equal(documents.length, 1);
  return documents[0]!;
}

async function problemsOf(lines: readonly string[], body = '\n&nbsp;') {
  const { problems, documents } = await readOne(['---', ...lines, '---', body].join('\n'));
  return { codes: told(problems), problems, documents };
}

describe('the askdex preset', () => {
  it('reads a whole file of the schema', async () => {
    const document = await documentOf([
      '_schema: default',
      'id: 140091',
      'date: 2024-12-20',
      'title: >-',
      '    What is it: a test?',
      'article_title: >-',
      '    What is it: a test?',
      'seo:',
      '  title: Site | Medicine',
      '  page_description: >-',
      '    A *short* test: f(b) < 0.',
      '  page_keywords: >-',
      '    one, two,three',
      'question: >-',
      '    What is it: a test?',
      'answer: >-',
      '    First.\\n\\n- **a**\\n- $h\\nu$',
      'subject: Medicine',
      URL,
      'score: -1.0',
      'related_article2:',
      '    id: 2',
      '    title: Second',
      '    subject: Health',
      '    url: /b',
      'related_article1:',
      '    title: First',
      '    url: /c',
      '',
    ]);
    assert.deepEqual(document, {
      key: '/learn/m/questions/a',
      url: '/learn/m/questions/a',
      title: 'What is it: a test?',
      answer: {
        text: 'First.\na\nh\\nu',
        blocks: [
          { kind: 'paragraph', start: 0, end: 6 },
          { kind: 'item', start: 7, end: 8 },
          { kind: 'item', start: 9, end: 13 },
        ],
        atoms: [[9, 13]],
      },
      keywords: ['one', 'two', 'three'],
      subject: 'Medicine',
      date: '2024-12-20',
      language: null,
      description: 'A short test: f(b) < 0.',
      boost: 1,
      related: [
        { title: 'First', url: '/c', subject: null },
        { title: 'Second', url: '/b', subject: 'Health' },
      ],
    });
  });

  it('uses the url as key, so that two files may have the same id', async () => {
    const file = (url: string) => `---\nid: 7\ntitle: T\nanswer: A\nurl: ${url}\n---\n`;
    const { documents, problems } = await readAll(folderOf({ 'a.md': file('/a'), 'b.md': file('/b') }));
    assert.deepEqual(
      documents.map((document) => document.key),
      ['/a', '/b'],
    );
    assert.deepEqual(problems, []);
  });

  it('reads the title from title, article_title or question', async () => {
    for (const name of ['title', 'question', 'article_title']) {
      const document = await documentOf([`${name}: A title`, 'answer: x', URL]);
      assert.equal(document.title, 'A title');
      assert.equal(document.answer.text, 'x');
    }
  });

  it('reads keywords from a comma-separated text or a list, without duplicates', async () => {
    for (const keywords of [
      'keywords: "a, b,c , A"',
      'keywords: [a, b, c, a]',
      'seo:\n  page_keywords: >-\n    a,b, c',
    ]) {
      const document = await documentOf(['title: T', 'answer: x', URL, keywords]);
      assert.deepEqual(document.keywords, ['a', 'b', 'c']);
    }
  });

  it('keeps the spelling of subjects; a build unifies those that differ in case', async () => {
    const file = (subject: string, url: string) => `---\ntitle: T\nanswer: A\nurl: ${url}\nsubject: ${subject}\n---\n`;
    const { documents } = await readAll(
      folderOf({
        'b.md': file('Computer science', '/b'),
        'a.md': file('Computer Science', '/a'),
        'c.md': file('Physics', '/c'),
      }),
    );
    assert.deepEqual(
      documents.map((document) => document.subject),
      ['Computer Science', 'Computer science', 'Physics'],
    );
  });

  it('keeps the order of related links, and drops duplicates, self-links and those beyond five', async () => {
    const link = (number: number, url: string, title = `T${url}`) =>
      `related_article${String(number)}:\n    id: 1\n    title: ${title}\n    url: ${url}`;
    const document = await documentOf([
      'title: T',
      'answer: x',
      URL,
      ...[
        link(10, '/i'),
        link(1, '/b'),
        link(2, '/b', 'Twin'),
        link(3, '/learn/m/questions/a'),
        link(4, '/c'),
        link(5, '/d'),
        link(6, '/e'),
        link(7, '/f'),
      ],
    ]);
    assert.deepEqual(
      document.related.map(({ url }) => url),
      ['/b', '/c', '/d', '/e', '/f'],
    );
    assert.equal(document.related[0]?.title, 'T/b');
  });

  it('reports related links that cannot be followed, and keeps the others', async () => {
    const { codes, documents, problems } = await problemsOf([
      'title: T',
      'answer: x',
      URL,
      'related_article1: text',
      'related_article2:',
      '  title: x',
      'related_article3:',
      '  url: "javascript:alert(1)"',
      '  title: x',
      'related_article4:',
      '  url: /ok',
      'related_article5:',
      '  url: /fine',
      '  title: Fine',
    ]);
    assert.deepEqual(codes, ['related_invalid@5', 'related_invalid@6', 'related_invalid@8', 'related_invalid@11']);
    assert.match(problems[2]?.reason ?? '', /javascript:alert/);
    assert.deepEqual(documents[0]?.related, [{ title: 'Fine', url: '/fine', subject: null }]);
  });

  it('reads boost within its bounds, and ignores score', async () => {
    assert.equal((await documentOf(['title: T', 'answer: x', URL, 'score: -1.0'])).boost, 1);
    assert.equal((await documentOf(['title: T', 'answer: x', URL])).boost, 1);
    assert.equal((await documentOf(['title: T', 'answer: x', URL, 'boost: 1.5'])).boost, 1.5);
    for (const boost of ['-1', '0', '11', 'much', '.nan', '.inf']) {
      const { codes, documents } = await problemsOf(['title: T', 'answer: x', URL, `boost: ${boost}`]);
      assert.deepEqual([codes, documents[0]?.boost], [['boost_invalid@5'], 1], boost);
    }
  });

  it('treats a body of &nbsp; as empty, and uses the body if there is no answer', async () => {
    const { codes, documents } = await problemsOf(['question: T', URL]);
    assert.deepEqual([codes, documents], [['answer_missing!'], []]);
    const document = await documentOf(['question: T', URL], '\nThe **body**.\n\nMore.');
    assert.equal(document.answer.text, 'The body.\nMore.');
    assert.equal((await documentOf(['title: T', 'answer: x', URL], 'not this')).answer.text, 'x');
  });

  it('keeps quotes as written', async () => {
    const document = await documentOf(["title: Le Chatelier’s and Newton's", "answer: a’s and b's", URL]);
    assert.equal(document.title, "Le Chatelier’s and Newton's");
    assert.equal(document.answer.text, "a’s and b's");
  });

  it('decodes literal line breaks and keeps real ones', async () => {
    assert.equal((await documentOf(['title: T', 'answer: >-', '  a\\n\\nb', URL])).answer.text, 'a\nb');
    assert.equal((await documentOf(['title: T', 'answer: |', '  a', '', '  - b', URL])).answer.text, 'a\nb');
  });

  it('accepts only dates that exist, with or without a time', async () => {
    for (const [written, date] of [
      ['2024-02-29', '2024-02-29'],
      ['"2023-01-02T23:59:00-05:00"', '2023-01-02'],
      ['2024-01-02 10:00:00 +0800', '2024-01-02'],
      ['2024-01-02T10:00:00.123Z', '2024-01-02'],
    ] as const) {
      assert.equal((await documentOf(['title: T', 'answer: x', URL, `date: ${written}`])).date, date);
    }
    for (const written of [
      '2024-02-31',
      '2023-02-29',
      '2024-13-01',
      '2024',
      '12 May 2024',
      '2024-1-2',
      '2024-01-02x',
      '0000-00-00',
    ]) {
      const { codes, documents } = await problemsOf(['title: T', 'answer: x', URL, `date: ${written}`]);
      assert.deepEqual([codes, documents[0]?.date], [['date_invalid@5'], null], written);
    }
  });

  it('lower-cases language tags', async () => {
    assert.equal((await documentOf(['title: T', 'answer: x', URL, 'language: pt_BR'])).language, 'pt-br');
    const { codes, documents } = await problemsOf(['title: T', 'answer: x', URL, 'lang: English!']);
    assert.deepEqual([codes, documents[0]?.language], [['language_invalid@5'], null]);
  });

  it('reports a wrong type with field and type, and skips the file only if the field is required', async () => {
    for (const [line, codes, kept] of [
      ['title: [a]', ['field_type@2!'], false],
      ['title: { a: b }', ['field_type@2!'], false],
      ['title: true', ['field_type@2!'], false],
      ['title: 1984', ['field_type@2'], true],
    ] as const) {
      const found = await problemsOf([line, 'answer: x', URL]);
      assert.deepEqual([found.codes, found.documents.length === 1], [codes, kept], line);
      assert.match(found.problems[0]?.reason ?? '', /"title" is a/);
    }
    for (const [line, codes, kept] of [
      ['answer: [a]', ['field_type@3!'], false],
      ['answer: { a: b }', ['field_type@3!'], false],
      ['subject: { a: b }', ['field_type@3'], true],
      ['keywords: { a: b }', ['field_type@3'], true],
      ['keywords: [a, [b]]', ['field_type@3'], true],
      ['description: [a]', ['field_type@3'], true],
      ['date: [a]', ['field_type@3'], true],
      ['boost: [a]', ['field_type@3'], true],
      ['language: true', ['field_type@3'], true],
    ] as const) {
      const body = line.startsWith('answer') ? '' : 'text';
      const found = await problemsOf(['question: T', line, URL], body);
      assert.deepEqual([found.codes, found.documents.length === 1], [codes, kept], line);
    }
  });

  it('accepts only paths and http(s) addresses as urls', async () => {
    for (const url of ['/a', '/a?b=c#d', '/a/%C3%BC', 'https://h.example/a', 'http://h.example', '/ü']) {
      assert.equal((await documentOf(['title: T', 'answer: x', `url: "${url}"`])).url, url);
    }
    for (const url of [
      'javascript:alert(1)',
      'JavaScript:alert(1)',
      'data:text/html,x',
      '//evil.example/a',
      '/\\\\evil.example',
      'ftp://h.example/a',
      '/a b',
      'learn/a',
      'https://',
      'https://u:p@h.example/',
      '/a\\u0000b',
      `/${'a'.repeat(2100)}`,
    ]) {
      const { codes, documents } = await problemsOf(['title: T', 'answer: x', `url: "${url}"`]);
      assert.deepEqual([codes, documents], [['url_invalid@4!'], []], url);
    }
    assert.deepEqual((await problemsOf(['title: T', 'answer: x', 'url: [a]'])).codes, ['field_type@4!']);
    const missing = await problemsOf(['title: T', 'answer: x']);
    assert.deepEqual([missing.codes, missing.documents[0]?.url], [['url_missing'], '/a']);
  });

  it('reports a missing title, and titles and answers that are too long', async () => {
    assert.deepEqual((await problemsOf(['answer: x', URL])).codes, ['title_missing!']);
    assert.deepEqual((await problemsOf(['title: "  "', 'answer: x', URL])).codes, ['title_missing!']);
    assert.deepEqual((await problemsOf([`title: ${'a'.repeat(1001)}`, 'answer: x', URL])).codes, ['title_too_long@2!']);
    assert.deepEqual((await problemsOf(['title: T', `answer: ${'ab '.repeat(400_000)}`, URL])).codes, [
      'answer_too_long@3!',
    ]);
    const { codes } = await problemsOf(['question: ""', URL], '');
    assert.deepEqual(codes, ['title_missing!']);
  });

  it('skips drafts without a warning', async () => {
    for (const line of ['draft: true', 'published: false', 'unlisted: true', 'search: false', 'draft: "true"']) {
      assert.deepEqual(await problemsOf(['title: T', 'answer: x', URL, line]), {
        codes: [],
        problems: [],
        documents: [],
      });
    }
    assert.equal(
      (await problemsOf(['title: T', 'answer: x', URL, 'draft: false', 'published: true'])).documents.length,
      1,
    );
  });
});
