import { loadAnalyzer } from '../../../../src/adapters/stemmers/with-stemmers.js';
import { buildInMemoryIndex, readCorpus } from '../../../../src/app/evaluate.js';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { createDocumentSource, DEFAULT_MAPPING } from '../../../../src/adapters/markdown/source.js';
import { createIndexWriter } from '../../../../src/adapters/minisearch/index-writer.js';
import { hashDocument } from '../../../../src/app/build/parsed-files.js';
import type { Analyzer } from '../../../../src/core/analysis/analyzer.js';
import type { Document } from '../../../../src/core/model/document.js';
import type { Snippet } from '../../../../src/core/model/search-response.js';
import { IndexSearcher } from '../../../../src/core/search/index-searcher.js';
import { queryOf } from '../../../../src/core/model/query.js';
import { DEFAULT_SETTINGS, type SearchSettings } from '../../../../src/core/model/settings.js';
import { documentOf } from '../../../support/documents.js';
import { SnippetCheck, snippetFaults } from '../../../support/snippet-check.js';
import { anyText, englishAnalyzer } from '../../../support/texts.js';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const QUIET = { onProgress: () => undefined, onSkipped: () => undefined };

function searcherOf(
  documents: readonly Document[],
  analyzer: Analyzer,
  settings: SearchSettings = DEFAULT_SETTINGS,
): IndexSearcher {
  const hashed = documents.map((document) => ({ document, hash: hashDocument(document) }));
  const index = buildInMemoryIndex(createIndexWriter(analyzer), hashed, QUIET);
  return new IndexSearcher(index, { analyzer, settings, generation: 'test' });
}

describe('the snippets of the sample content', function () {
  this.timeout(120_000);
  let documents: Document[];
  let check: SnippetCheck;
  before(async () => {
    const analyzer = await englishAnalyzer();
    const source = createDocumentSource({ path: path('../../../../content'), mapping: DEFAULT_MAPPING });
    documents = [...(await readCorpus(source, 'content', QUIET)).values()].map(({ document }) => document);
    check = new SnippetCheck(searcherOf(documents, analyzer), analyzer);
  });
  const ask = (text: string): void => void check.ask(queryOf(text, { limit: 100 }));
  const noFaults = (): void => assert.deepEqual(check.counts.faults, []);

  const golden = JSON.parse(readFileSync(path('../../../../golden/queries.json'), 'utf8')) as {
    query: string;
  }[];

  it('are right for the golden queries', () => {
    for (const { query } of golden) ask(query);
    noFaults();
  });

  it('are right with the Lucene analyzer', async () => {
    const settings: SearchSettings = { ...DEFAULT_SETTINGS, ranking: 'bm25' };
    const analyzer = await loadAnalyzer(settings);
    const lucene = new SnippetCheck(searcherOf(documents, analyzer, settings), analyzer);
    for (const { query } of golden) lucene.ask(queryOf(query));
    assert.deepEqual(lucene.counts.faults, []);
    assert.ok(lucene.counts.ranges > 1000);
  });

  it('are right for words of each document: whole, truncated, with a letter missing', () => {
    for (const { title, answer } of documents) {
      const words = answer.text.match(/[^\s]{2,}/g) ?? [];
      const every = Math.max(1, Math.floor(words.length / 6));
      for (let at = 0; at + 1 < words.length; at += every) {
        const [one = '', other = ''] = [words[at], words[at + 1]];
        ask(`${one} ${other.slice(0, Math.max(2, other.length - 2))}`);
        ask(`${one.slice(0, 2)}${one.slice(3)} ${title.split(' ').at(-1) ?? ''}`);
      }
    }
    noFaults();
    const { queries, snippets, ranges } = check.counts;
    assert.equal(check.counts.documents.size, documents.length);
    assert.ok(queries > 500 && snippets > 5000 && ranges > 10_000, JSON.stringify({ queries, snippets, ranges }));
  });
});

describe('the snippets of any text', () => {
  it('are right for any texts and query', async () => {
    const analyzer = await englishAnalyzer();
    const texts = fc.array(anyText, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(texts, anyText, fc.nat(), (answers, description, from) => {
        const documents = answers.map((answer, at) =>
          documentOf({ title: answer.slice(0, 20) || 'x', url: `/${at}`, answer, description }),
        );
        const check = new SnippetCheck(searcherOf(documents, analyzer), analyzer);
        const whole = answers.join(' ');
        check.ask(queryOf(whole.slice(from % (whole.length + 1))));
        check.ask(queryOf(description));
        assert.deepEqual(check.counts.faults, []);
      }),
      { numRuns: 200 },
    );
  });
});

describe('the snippets of a paragraph beyond the searched length', () => {
  it('are right at the end of the searched part, too', async () => {
    const analyzer = await englishAnalyzer();
    const answer = Array.from({ length: 3000 }, (_, at) => `w${at}`).join(' ');
    const check = new SnippetCheck(searcherOf([documentOf({ title: 'Long', answer })], analyzer), analyzer);
    let shown = 0;
    for (let at = 0; at < 3000; at += 7) {
      const [hit] = check.ask(queryOf(`w${at}`));
      shown += hit?.snippets[0]?.highlights.length ?? 0;
    }
    assert.deepEqual(check.counts.faults, []);
    assert.ok(shown > 100 && shown < 400, `${shown} of them were looked at`);
  });
});

describe('snippetFaults', () => {
  const text = 'Why? Light < heat, e\u0301t\u00e9.';
  const whole = {
    text,
    blocks: [
      { kind: 'heading', start: 0, end: 4 },
      { kind: 'paragraph', start: 5, end: text.length },
    ] as const,
    places: { starts: new Set([5, 19]), ends: new Set([10, 20]) },
  };
  const right: Snippet = {
    field: 'answer',
    heading: 'Why?',
    text: 'Light < heat',
    highlights: [[0, 5]],
    html: '<mark>Light</mark> &lt; heat …',
  };
  it('finds none in a right snippet', () => assert.deepEqual(snippetFaults(right, whole), []));

  const wrong: readonly (readonly [what: string, change: Partial<Snippet>, fault: RegExp])[] = [
    ['a text from elsewhere', { text: 'Dark' }, /no piece/],
    ['a range that is no word of the query', { highlights: [[0, 4]] }, /no word that the query explains/],
    ['a range beyond the text', { highlights: [[0, 99]] }, /no range/],
    ['html that is not escaped', { html: '<mark>Light</mark> < heat …' }, /html/],
    ['html without its ellipsis', { html: '<mark>Light</mark> &lt; heat' }, /html/],
    ['another heading', { heading: null }, /heading/],
    [
      'a split character',
      { text: 'Light < heat, e', highlights: [], html: 'Light &lt; heat, e …' },
      /splits a character/,
    ],
    [
      'a split word',
      {
        text: 'Light < heat, e\u0301t',
        highlights: [[14, 15]],
        html: 'Light &lt; heat, <mark>e</mark>\u0301t …',
      },
      /"e" splits a character/,
    ],
  ];
  for (const [what, change, fault] of wrong) {
    it(`finds ${what}`, () => assert.match(snippetFaults({ ...right, ...change }, whole).join('\n'), fault));
  }
});
