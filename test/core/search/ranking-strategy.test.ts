import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createIndexWriter } from '../../../src/adapters/minisearch/index-writer.js';
import { hashDocument } from '../../../src/app/build/parsed-files.js';
import { createLuceneAnalyzer } from '../../../src/core/analysis/lucene-analyzer.js';
import type { Analyzer } from '../../../src/core/analysis/analyzer.js';
import { FIELDS, fieldText, type Document } from '../../../src/core/model/document.js';
import { mergeSegments } from '../../../src/core/build/segment-merger.js';
import { MINISEARCH_DEFAULTS } from '../../../src/core/search/scoring/minisearch-ranker.js';
import { writeIndex } from '../../../src/core/build/index-writer.js';
import { openIndex } from '../../../src/core/index/index-reader.js';
import { IndexSearcher } from '../../../src/core/search/index-searcher.js';
import { queryOf } from '../../../src/core/model/query.js';
import { DEFAULT_SETTINGS, RANKINGS, type Ranking } from '../../../src/core/model/settings.js';
import { documentOf } from '../../support/documents.js';
import { ANALYZER, smallCorpus, word } from '../support.js';

const PLAIN = createLuceneAnalyzer({
  language: 'en',
  stem: (term) => term.replace(/s$/, ''),
  stopWords: null,
  protectedWords: [],
});

function searcherOf(
  documents: readonly Document[],
  ranking: Ranking,
  weights = DEFAULT_SETTINGS.weights,
): IndexSearcher {
  const analyzer: Analyzer = ranking === 'bm25' ? PLAIN : ANALYZER;
  const hashed = documents.map((document) => ({ document, hash: hashDocument(document) }));
  const bytes = createIndexWriter(analyzer).segment(hashed);
  const index = openIndex(writeIndex(mergeSegments([{ bytes, live: null }]), analyzer.id), { verify: true });
  const settings = { ...DEFAULT_SETTINGS, ranking, weights };
  return new IndexSearcher(index, { analyzer, settings, generation: 'test' });
}

/** Textbook BM25: one field, each query term once (Lucene's idf; a factor k1 + 1 does not change the order). */
function bm25(documents: readonly Document[], query: string): Map<string, number> {
  const texts = documents.map((document) => PLAIN.terms(FIELDS.map((field) => fieldText(document, field)).join('\n')));
  const average = texts.reduce((sum, { length }) => sum + length, 0) / texts.length;
  const scores = new Map<string, number>();
  for (const term of new Set(PLAIN.terms(query))) {
    const holding = texts.filter((terms) => terms.includes(term)).length;
    const idf = Math.log(1 + (texts.length - holding + 0.5) / (holding + 0.5));
    for (const [at, terms] of texts.entries()) {
      const frequency = terms.filter((other) => other === term).length;
      if (frequency === 0) continue;
      const norm = 0.9 * (1 - 0.4 + (0.4 * terms.length) / average);
      const key = documents[at]?.key ?? '';
      scores.set(key, (scores.get(key) ?? 0) + (idf * 1.9 * frequency) / (frequency + norm));
    }
  }
  return scores;
}

const query = fc.array(fc.oneof(word, fc.constantFrom('the', 'and')), { maxLength: 8 }).map((words) => words.join(' '));
const near = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) <= 1e-5 * Math.max(1, expected), `${actual} is not ${expected}`);

describe('the setting "ranking"', () => {
  it('scores every document that contains a query term by BM25, if it is bm25', () => {
    fc.assert(
      fc.property(
        smallCorpus,
        query.filter((text) => text !== ''),
        (documents, text) => {
          const { hits, totalHits } = searcherOf(documents, 'bm25').search(queryOf(text, { limit: 100 }));
          const expected = bm25(documents, text);
          assert.deepEqual(new Set(hits.map(({ id }) => id)), new Set(expected.keys()));
          assert.equal(totalHits, expected.size);
          for (const { id, score } of hits) near(score, expected.get(id) ?? NaN);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("returns MiniSearch's hits with its defaults, for repeated terms too, if it is minisearch", () => {
    fc.assert(
      fc.property(
        smallCorpus,
        query.filter((text) => text !== ''),
        (documents, text) => {
          const { engine } = searcherOf(documents, 'minisearch');
          const { documents: found, total } = engine.find(queryOf(text, { limit: 100 }));
          const expected = engine.searchLikeMiniSearch(ANALYZER.terms(text), MINISEARCH_DEFAULTS, 100);
          assert.equal(total, expected.length);
          const scores = new Map(expected.map(({ document, score }) => [document, score]));
          for (const { document, score } of found) near(score, scores.get(document) ?? NaN);
          assert.equal(found.length, expected.length);
        },
      ),
      { numRuns: 60 },
    );
  });

  for (const ranking of RANKINGS) {
    describe(ranking, () => {
      it('returns explanations that add up to the score', () => {
        fc.assert(
          fc.property(smallCorpus, query, (documents, text) => {
            const { hits } = searcherOf(documents, ranking).search(queryOf(text, { limit: 20, explain: true }));
            for (const { score, explain } of hits)
              near(explain?.reduce((sum, part) => sum + part.score, 0) ?? NaN, score);
          }),
          { numRuns: 40 },
        );
      });

      it('applies filters, pages, facets and sorting', () => {
        fc.assert(
          fc.property(smallCorpus, query, fc.nat(5), (documents, text, offset) => {
            // Feedback learns from the filtered documents, so its scores depend on the filters.
            const searcher = searcherOf(documents, ranking, { ...DEFAULT_SETTINGS.weights, feedback: 0 });
            const filters = [{ kind: 'values', field: 'subject', values: ['Medicine'] }] as const;
            const all = searcher.search(queryOf(text, { limit: 100 })).hits;
            const medicine = all.filter(({ subject }) => subject === 'Medicine').map(({ id }) => id);
            const answer = searcher.search(
              queryOf(text, { limit: 3, offset, filters, facets: ['subject'], exactTotal: true }),
            );
            assert.deepEqual(
              answer.hits.map(({ id }) => id),
              medicine.slice(offset, offset + 3),
            );
            assert.equal(answer.totalHits, medicine.length);
            assert.equal(answer.facets?.subject?.['Medicine'] ?? 0, medicine.length);
            const sorted = searcher.search(queryOf(text, { limit: 100, sort: { field: 'date', order: 'asc' } }));
            assert.deepEqual(new Set(sorted.hits.map(({ id }) => id)), new Set(all.map(({ id }) => id)));
          }),
          { numRuns: 30 },
        );
      });
    });
  }

  const SKY = documentOf({
    url: '/sky',
    title: 'Why is the sky blue?',
    answer: 'Air scatters short waves. The ﬁne rays scatter most: Rayleigh’s law.',
    keywords: ['optics'],
  });
  const SEA = documentOf({ url: '/sea', title: 'What causes tides?', answer: 'The moon pulls the sea.' });

  it('highlights words in title and answer with bm25', () => {
    const { hits } = searcherOf([SKY, SEA], 'bm25').search(queryOf('blues of fine scatter'));
    assert.deepEqual(
      hits.map(({ id }) => id),
      ['/sky'],
    );
    const [hit] = hits;
    assert.deepEqual(
      hit?.titleHighlights.map(([start, end]) => hit.title.slice(start, end)),
      ['blue'],
    );
    const marked = hit?.snippets.flatMap(({ text, highlights }) =>
      highlights.map(([start, end]) => text.slice(start, end)),
    );
    assert.deepEqual(marked, ['scatters', 'ﬁne', 'scatter']);
  });

  it('searches titles and keywords with bm25, and finds nothing for stop words', () => {
    const searcher = searcherOf([SKY, SEA], 'bm25');
    const found = (text: string) => searcher.search(queryOf(text)).hits.map(({ id }) => id);
    assert.deepEqual([found('optics'), found('tides'), found('the')], [['/sky'], ['/sea'], []]);
    assert.deepEqual(searcher.search(queryOf('moon xyzzy')).droppedTerms, ['xyzzy']);
    assert.deepEqual(
      searcher.suggest('tides', 5).map(({ text }) => text),
      ['What causes tides?'],
    );
  });

  it('completes and corrects words with default, but not with bm25 and minisearch', () => {
    for (const [ranking, count] of [
      ['default', 1],
      ['bm25', 0],
      ['minisearch', 0],
    ] as const) {
      const searcher = searcherOf([SKY, SEA], ranking);
      for (const text of ['opti', 'scater', 'rayliegh']) {
        const { totalHits } = searcher.search(queryOf(text));
        assert.ok(count === 0 ? totalHits === 0 : totalHits <= 1, `${ranking}: ${text}`);
      }
      assert.equal(searcher.search(queryOf('opti')).totalHits, count);
    }
  });

  for (const ranking of ['bm25', 'minisearch'] as const) {
    it(`uses the 64 rarest terms at most with ${ranking}`, () => {
      const words = Array.from({ length: 70 }, (_, at) => `w${at}`);
      const common = words.slice(0, 6);
      const searcher = searcherOf(
        [documentOf({ url: '/a', answer: words.join(' ') }), documentOf({ url: '/b', answer: common.join(' ') })],
        ranking,
      );
      const { clauses, dropped } = searcher.engine.find(queryOf(words.join(' ')));
      assert.equal(clauses.length, 64);
      assert.deepEqual(dropped, common);
    });
  }
});
