import assert from 'node:assert/strict';
import { DEFAULT_MAPPING, PRESETS } from '../../../src/adapters/markdown/source.js';
import { mappingSchema } from '../../../src/adapters/markdown/mapping-schema.js';
import { cleanUp, readOne, told } from './harness.js';

after(cleanUp);

async function documentOf(content: string, file?: string, mapping: unknown = {}) {
  const { documents, problems } = await readOne(content, file, { mapping });
  assert.deepEqual(told(problems), []);
  assert.equal(documents.length, 1);
  return documents[0]!;
}

describe('the site preset', () => {
  it('reads YAML front matter (Docusaurus, VitePress, Jekyll)', async () => {
    const document = await documentOf(
      '---\ntitle: Install\ndescription: How to *install* it\ntags: [setup, linux]\nlang: EN\n---\n# Install\n\nRun `npm i`.\n',
      'guide/install.md',
    );
    assert.deepEqual(
      { ...document, answer: document.answer.text },
      {
        key: '/guide/install',
        url: '/guide/install',
        title: 'Install',
        answer: 'Run npm i.',
        keywords: ['setup', 'linux'],
        subject: null,
        date: null,
        language: 'en',
        description: 'How to install it',
        boost: 1,
        related: [],
      },
    );
    assert.deepEqual(document.answer.blocks, [{ kind: 'paragraph', start: 0, end: 10 }]);
    assert.deepEqual(document.answer.atoms, [[4, 9]]);
  });

  it('reads TOML front matter (Hugo)', async () => {
    const document = await documentOf(
      '+++\ntitle = "A"\ndate = 2024-05-06T07:08:09Z\ncategories = ["Go", "Web"]\nkeywords = "a, b"\n+++\nBody\n',
      'post/a.md',
    );
    assert.deepEqual(
      [document.title, document.date, document.subject, document.keywords, document.answer.text],
      ['A', '2024-05-06', 'Go', ['a', 'b'], 'Body'],
    );
    assert.equal((await documentOf('+++\ntitle = "A"\ndate = 2024-05-06\n+++\nx')).date, '2024-05-06');
  });

  it('uses the first heading as title of a file without front matter', async () => {
    const document = await documentOf('Intro.\n\n## The *title*\n\nText', 'x.markdown');
    assert.deepEqual(
      [document.title, document.url, document.answer.text],
      ['The title', '/x', 'Intro.\nThe title\nText'],
    );
    const first = await documentOf('# The title\n\nText', 'x.mdx');
    assert.deepEqual([first.title, first.answer.text], ['The title', 'Text']);
  });

  it('keeps code and math intact if the title is taken out of the answer', async () => {
    const { title, answer } = await documentOf('# Use `npm` now\n\nRun `npm i` or $x$.');
    assert.deepEqual([title, answer.text], ['Use npm now', 'Run npm i or x.']);
    assert.deepEqual(
      answer.atoms.map(([start, end]) => answer.text.slice(start, end)),
      ['npm i', 'x'],
    );
  });

  it('reports files without a title or heading, or with nothing below the title', async () => {
    assert.deepEqual(told((await readOne('Only text')).problems), ['title_missing!']);
    assert.deepEqual(told((await readOne('# Title\n')).problems), ['answer_missing!']);
  });

  for (const [file, url] of [
    ['a.md', '/a'],
    ['a/b c.md', '/a/b%20c'],
    ['index.md', '/'],
    ['a/index.md', '/a/'],
    ['a/README.md', '/a/'],
    ['README.md', '/'],
    ['blog/_index.md', '/blog/'],
    ['a/reindex.md', '/a/reindex'],
    ['über.md', '/%C3%BCber'],
    ['a#b?.md', '/a%23b%3F'],
    ['100%.md', '/100%25'],
    ['_posts/2024-01-02-name.md', '/2024/01/02/name.html'],
    ['cat/_posts/2024-01-02-name.md', '/cat/2024/01/02/name.html'],
  ] as const) {
    it(`derives the url ${url} from ${file}`, async () => {
      assert.equal((await documentOf('# T\n\nx', file)).url, url);
    });
  }

  it('takes the url from url, permalink or slug', async () => {
    for (const [line, file, url] of [
      ['url: /u', 'a/b.md', '/u'],
      ['permalink: /p/', 'a/b.md', '/p/'],
      ['slug: s', 'a/b.md', '/a/s'],
      ['slug: /s', 'a/b.md', '/s'],
      ['permalink: /blog/:year/:title/', 'a/b.md', '/a/b'],
      ['slug: "2024"', 'b.md', '/2024'],
      ['url: https://h.example/x', 'b.md', 'https://h.example/x'],
    ] as const) {
      assert.equal((await documentOf(`---\n${line}\n---\n# T\n\nx`, file)).url, url, line);
    }
    for (const line of ['slug: ../../etc', 'url: javascript:alert(1)', 'permalink: x y', 'url: //h.example']) {
      const { problems } = await readOne(`---\n${line}\n---\n# T\n\nx`);
      assert.deepEqual(told(problems), ['url_invalid@2!'], line);
    }
  });

  it('reads the date from the file name of a post, unless the front matter has one', async () => {
    assert.equal((await documentOf('# T\n\nx', '_posts/2024-01-02-name.md')).date, '2024-01-02');
    assert.equal(
      (await documentOf('---\ndate: 2023-04-05\n---\n# T\n\nx', '_posts/2024-01-02-name.md')).date,
      '2023-04-05',
    );
    assert.equal((await documentOf('# T\n\nx', 'blog/2024-02-31-name.md')).date, null);
  });

  it('skips drafts without a warning, in YAML and TOML', async () => {
    for (const content of [
      '---\ndraft: true\n---\n# T\n\nx',
      '+++\ndraft = true\n+++\n# T\n\nx',
      '---\npublished: false\n---\n# T\n\nx',
    ]) {
      const { documents, problems } = await readOne(content);
      assert.deepEqual([documents, problems], [[], []]);
    }
    assert.deepEqual((await readOne('# T\n\nx', '_drafts/a.md')).documents, []);
  });

  it('does not take a thematic break at the start for front matter', async () => {
    const { problems } = await readOne('---\nSome text\n---\n\nmore');
    assert.deepEqual(told(problems), ['front_matter_not_mapping@1!']);
  });
});

describe('the front-matter mapping', () => {
  it('chooses the preset for each file by default', async () => {
    assert.equal(DEFAULT_MAPPING.preset, 'auto');
    const both = '---\ntitle: T\nanswer: A\nurl: /u\n---\nBody';
    assert.equal((await documentOf(both)).answer.text, 'A');
    assert.equal((await documentOf(both, 'a.md', { preset: 'site' })).answer.text, 'Body');
    const { problems } = await readOne('# T\n\nx', 'a.md', { mapping: { preset: 'askdex' } });
    assert.deepEqual(told(problems), ['title_missing!', 'url_missing']);
  });

  it('reads fields from other names, nested ones too', async () => {
    const document = await documentOf(
      '---\nname: N\nmeta:\n  topic: Go\n  words: [a]\nreply: R\\n\\nS\npath: /p\nsee:\n  - { title: X, url: /x }\nweight: 2\n---\nBody',
      'a.md',
      {
        title: 'name',
        subject: ['nothing', 'meta.topic'],
        keywords: 'meta.words',
        answer: 'reply',
        url: 'path',
        related: 'see',
        boost: 'weight',
      },
    );
    assert.deepEqual(
      [
        document.title,
        document.subject,
        document.keywords,
        document.answer.text,
        document.url,
        document.related,
        document.boost,
      ],
      ['N', 'Go', ['a'], 'R\nS', '/p', [{ title: 'X', url: '/x', subject: null }], 2],
    );
  });

  it('prepends a prefix to urls made from paths', async () => {
    assert.equal((await documentOf('# T\n\nx', 'a/index.md', { urlPrefix: '/docs' })).url, '/docs/a/');
    assert.equal((await documentOf('---\nslug: s\n---\n# T\n\nx', 'a/b.md', { urlPrefix: '/docs' })).url, '/docs/a/s');
    assert.equal((await documentOf('---\nurl: /u\n---\n# T\n\nx', 'a/b.md', { urlPrefix: '/docs' })).url, '/u');
  });

  it('refuses unknown members, presets and empty names', () => {
    for (const mapping of [
      { titel: 'x' },
      { preset: 'hugo' },
      { title: '' },
      { title: [] },
      { title: 3 },
      { urlPrefix: 'docs' },
      { urlPrefix: '/docs/' },
      { urlPrefix: '//h' },
    ]) {
      assert.equal(mappingSchema.safeParse(mapping).success, false, JSON.stringify(mapping));
    }
    const parsed = mappingSchema.parse({ title: 'x' });
    assert.deepEqual(mappingSchema.parse(parsed), parsed);
    assert.deepEqual(Object.keys(PRESETS), ['askdex', 'site']);
  });
});
