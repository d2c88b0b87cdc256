import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Document } from '../../../../src/core/model/document.js';
import type { SearchResponse } from '../../../../src/core/model/search-response.js';
import { openIndex } from '../../../../src/core/index/index-reader.js';
import { IndexSearcher } from '../../../../src/core/search/index-searcher.js';
import { withoutTexts } from '../../../../src/core/build/strip-answers.js';
import { queryOf, type Query } from '../../../../src/core/model/query.js';
import { DEFAULT_SETTINGS, type RankingWeights } from '../../../../src/core/model/settings.js';
import { documentOf } from '../../../support/documents.js';
import { ANALYZER, packed, smallCorpus, word } from '../../support.js';

const NONE: RankingWeights = {
  feedback: 0,
  proximity: 0,
  sameTitle: 0,
  sameWords: 0,
  sameBeginning: 0,
  date: 0,
  boost: 0,
};

function search(
  documents: readonly Document[],
  text: string,
  weights: Partial<RankingWeights>,
  choices: Partial<Query> = {},
): SearchResponse {
  const index = openIndex(packed(documents), { verify: true });
  const settings = { ...DEFAULT_SETTINGS, weights: { ...NONE, ...weights } };
  const searcher = new IndexSearcher(index, { analyzer: ANALYZER, settings, generation: 'test' });
  return searcher.search(queryOf(text, { limit: 50, ...choices }));
}

const first = (answer: SearchResponse): string | undefined => answer.hits[0]?.id;
const partsOf = ({ hits }: SearchResponse): string[] =>
  hits.flatMap(({ explain }) => (explain ?? []).map(({ part }) => part.split(':')[0] ?? ''));

/** Documents without the query's words, so that those words are rare. */
const FILLERS = Array.from({ length: 12 }, (_, at) =>
  documentOf({ title: `Filler number ${at}`, answer: `Nothing about it, item ${at}.` }),
);

describe('the second ranking stage', () => {
  it('ranks the document with the words of the best answers before one that lacks them', () => {
    const about = (url: string, answer: string) => documentOf({ url, title: 'Note', answer });
    const documents = [
      ...FILLERS,
      about('/1', 'Engine stalls when cold; the carburettor ices over.'),
      about('/2', 'Engine stalls in rain; the carburettor floods.'),
      about('/3', 'Engine stalls at idle; clean the carburettor jets.'),
      about('/x', 'Engine hums, nothing more here, an unrelated remark.'),
      about('/y', 'Engine hums, check the carburettor, an unrelated remark.'),
    ];
    const order = (feedback: number) => search(documents, 'engine stalls', { feedback }).hits.map(({ id }) => id);
    assert.ok(order(0).indexOf('/x') < order(0).indexOf('/y'), 'equal scores come in the order of keys');
    assert.ok(order(1).indexOf('/y') < order(1).indexOf('/x'));
  });

  it('uses no feedback for one-word queries', () => {
    const answer = search(FILLERS, 'filler', { feedback: 1 }, { explain: true });
    assert.ok(answer.hits.length > 0);
    assert.ok(!partsOf(answer).includes('feedback'));
  });

  const causes = documentOf({ url: '/causes', title: 'What causes rust?', answer: 'Water and air.' });
  const what = documentOf({ url: '/a-what', title: 'What is rust?', answer: 'Rust is what causes holes.' });

  it('uses stop words to distinguish questions', () => {
    const documents = [...FILLERS, what, causes];
    assert.equal(first(search(documents, 'What is rust', { sameWords: 1 })), '/a-what');
    assert.equal(first(search(documents, 'Whta is rust', { sameWords: 1 })), '/a-what');
    assert.equal(first(search(documents, 'What causes rust', { sameWords: 1 })), '/causes');
  });

  it("ranks first the title that has exactly the query's words", () => {
    const long = documentOf({
      url: '/a',
      title: 'Rust removal and paint and polish',
      answer: 'Rust removal, rust removal.',
    });
    const exact = documentOf({ url: '/b', title: 'Rust removal', answer: 'See there.' });
    assert.equal(first(search([...FILLERS, long, exact], 'rust removal', { sameTitle: 5 })), '/b');
  });

  it('ranks the title that begins with the query, even if its last word is incomplete', () => {
    const alike = Array.from({ length: 60 }, (_, at) =>
      documentOf({
        url: `/alike/${at}`,
        title: 'Who is at risk for it',
        answer: 'Who is at risk for risk, at risk.',
      }),
    );
    const wanted = documentOf({ url: '/wanted', title: 'Who is at risk for Pneumonia?', answer: 'Smokers.' });
    const typed = 'who is at risk for Pn';
    assert.equal(first(search([...alike, wanted], typed, { sameBeginning: 5 })), '/wanted');
    assert.notEqual(first(search([...alike, wanted], typed, {})), '/wanted');
  });

  it('returns every page from one order', () => {
    const alike = Array.from({ length: 70 }, (_, at) =>
      documentOf({
        url: `/alike/${at}`,
        title: `Who is at risk ${at}`,
        answer: 'Risk. '.repeat((at % 9) + 1),
      }),
    );
    const titles = Array.from({ length: 4 }, (_, at) =>
      documentOf({
        url: `/wanted/${at}`,
        title: `Who is at risk for Pneumonia ${at}`,
        answer: `${'Long '.repeat(99)} text.`,
      }),
    );
    const documents = [...alike, ...titles];
    const typed = 'who is at risk for pn';
    const all = search(documents, typed, { sameBeginning: 0.01 }, { limit: 60 }).hits;
    const scores = all.map(({ score }) => score);
    assert.deepEqual(
      scores,
      [...scores].sort((a, b) => b - a),
    );
    const paged = [0, 7, 14, 21, 28, 35, 42, 49].flatMap((offset) =>
      search(documents, typed, { sameBeginning: 0.01 }, { limit: 7, offset }).hits.map(({ id }) => id),
    );
    assert.deepEqual(
      paged,
      all.slice(0, 56).map(({ id }) => id),
    );
  });

  it('ranks adjacent words before the same words apart', () => {
    const apart = documentOf({
      url: '/a',
      title: 'A',
      answer: 'Heart one two three four five six seven eight attack.',
    });
    const close = documentOf({
      url: '/b',
      title: 'B',
      answer: 'One two three four five six seven eight heart attack.',
    });
    assert.equal(first(search([...FILLERS, apart, close], 'heart attack', {})), '/a');
    assert.equal(first(search([...FILLERS, apart, close], 'heart attack', { proximity: 1 })), '/b');
  });

  it('breaks ties slightly by date and by the document’s boost', () => {
    const same = (url: string, parts: Partial<Omit<Document, 'answer'>>) =>
      documentOf({ title: 'Rust', answer: 'Rust.', ...parts, url });
    const dated = [same('/a', { date: '2020-01-01' }), same('/b', { date: '2024-01-01' }), ...FILLERS];
    assert.equal(first(search(dated, 'rust', { date: 0.005 })), '/b');
    const boosted = [same('/a', {}), same('/b', { boost: 2 }), same('/c', { boost: 1000 }), ...FILLERS];
    const scores = search(boosted, 'rust', { boost: 0.05 }).hits;
    assert.deepEqual(
      scores.map(({ id }) => id),
      ['/c', '/b', '/a'],
    );
    assert.ok((scores[0]?.score ?? 0) < 1.11 * (scores[2]?.score ?? 0), 'however high the boost');
  });

  it('adds parts that explain the whole score, and does not reorder documents that it did not rerank', () => {
    const query = fc.array(word, { minLength: 1, maxLength: 5 }).map((words) => words.join(' '));
    fc.assert(
      fc.property(smallCorpus, query, (documents, text) => {
        const answer = search(documents, text, DEFAULT_SETTINGS.weights, { explain: true });
        for (const [at, { score, explain = [] }] of answer.hits.entries()) {
          const sum = explain.reduce((all, part) => all + part.score, 0);
          assert.ok(Math.abs(sum - score) < 1e-9 * Math.max(1, score), `${sum} is not ${score}`);
          assert.ok(score <= (answer.hits[at - 1]?.score ?? Infinity));
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('an index without texts', () => {
  const documents = [
    ...FILLERS,
    documentOf({ url: '/a', title: 'Rust', answer: 'Heart attack.', description: 'About rust.' }),
    documentOf({ url: '/b', title: 'Attack', answer: 'Heart rust attack.' }),
  ];
  const searcher = (bytes: Uint8Array, weights: RankingWeights) =>
    new IndexSearcher(openIndex(bytes, { verify: true }), {
      analyzer: ANALYZER,
      settings: { ...DEFAULT_SETTINGS, weights },
      generation: 'test',
    });

  it('is ranked by the first stage alone, and the answer says so', () => {
    const bare = searcher(withoutTexts(packed(documents)), DEFAULT_SETTINGS.weights);
    const whole = searcher(packed(documents), NONE);
    for (const text of ['rust', 'heart attack', 'filler number 3', 'rust attack']) {
      const [a, b] = [bare.search(queryOf(text)), whole.search(queryOf(text))];
      assert.deepEqual(
        a.hits.map(({ id, score }) => [id, score]),
        b.hits.map(({ id, score }) => [id, score]),
      );
      assert.equal(a.approximate, true);
      assert.equal(b.approximate, undefined);
    }
  });

  it('returns a document without its answer', () => {
    const document = searcher(withoutTexts(packed(documents)), NONE).document('/a');
    assert.deepEqual([document?.title, document?.answer, document?.blocks], ['Rust', null, null]);
  });
});
