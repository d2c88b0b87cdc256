import { findPhraseNearMarks, findPhrase, parsePhrase } from '../../../../src/core/search/filters/phrase-matcher.js';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { fieldText, FIELDS, type Document } from '../../../../src/core/model/document.js';
import { QueryEngine } from '../../../../src/core/search/query-engine.js';
import { queryOf } from '../../../../src/core/model/query.js';
import { DEFAULT_SETTINGS } from '../../../../src/core/model/settings.js';
import { documentOf } from '../../../support/documents.js';
import { ANALYZER, opened, smallCorpus, word } from '../../support.js';
import { runs } from '../../../support/runs.js';

/** Whether the words of a phrase are adjacent in a field, or within one keyword. */
function hasPhrase(document: Document, phrase: string): boolean {
  const sought = ` ${ANALYZER.terms(phrase).join(' ')} `;
  return FIELDS.some((field) =>
    (field === 'keywords' ? document.keywords : [fieldText(document, field)]).some((text) =>
      ` ${ANALYZER.terms(text).join(' ')} `.includes(sought),
    ),
  );
}

describe('phrase filters', () => {
  const phrase = fc
    .array(
      word.filter((text) => !/\p{sc=Han}/u.test(text)),
      { minLength: 1, maxLength: 3 },
    )
    .map((list) => list.join(' '));

  it('keep and exclude the same documents as a plain scan of the texts', () => {
    fc.assert(
      fc.property(smallCorpus, phrase, phrase, (documents, one, other) => {
        const engine = new QueryEngine(opened(documents), ANALYZER, DEFAULT_SETTINGS);
        const keys = (text: string): string[] =>
          engine
            .find(queryOf(text, { limit: 100 }))
            .documents.map(({ document }) => engine.index.documents.key(document))
            .sort();
        const expected = (keep: (document: Document) => boolean): string[] =>
          documents
            .filter(keep)
            .map(({ key }) => key)
            .sort();
        assert.deepEqual(
          keys(`"${one}"`),
          expected((document) => hasPhrase(document, one)),
        );
        assert.deepEqual(
          keys(`-"${other}"`),
          expected((document) => !hasPhrase(document, other)),
        );
        assert.deepEqual(
          keys(`"${one}" -"${other}"`),
          expected((document) => hasPhrase(document, one) && !hasPhrase(document, other)),
        );
      }),
      { numRuns: runs(200) },
    );
  });

  const stands: readonly (readonly [phrase: string, text: string, found: readonly string[]])[] = [
    [
      'heart attack',
      'A heart attack, Heart-Attack or heart. Attack!',
      ['heart attack', 'Heart-Attack', 'heart. Attack'],
    ],
    ['heart attack', 'heartattack heart of attack attack heart', []],
    ['x-axis', 'the x-axis, the xaxis, the x axis', ['x-axis', 'xaxis', 'x axis']],
    ['the xaxis stays', 'the x-axis stays, the x-axis is stays', ['the x-axis stays']],
    ["patient's liver", 'patient’s liver, patients liver, patient liver', ['patient’s liver', 'patient liver']],
    ['camel case word', 'camelCase word', ['camelCase word']],
    ['C++ pointer', 'a C++ pointer, a C pointer', ['C++ pointer']],
    ['学习是', '机器学习是人工', ['学习是']],
    ['a a', 'a a a', ['a a', 'a a']],
  ];
  for (const [sought, text, found] of stands) {
    it(`match ${sought} in "${text}" ${found.length} times`, () => {
      const pattern = parsePhrase(sought, ANALYZER);
      const all = findPhrase(text, pattern, ANALYZER).map(([start, end]) => text.slice(start, end));
      assert.deepEqual([...new Set(all)], [...new Set(found)]);
      assert.equal(new Set(findPhrase(text, pattern, ANALYZER).map(([start]) => start)).size, found.length);
      const whole = [{ start: 0, end: text.length }];
      assert.deepEqual(
        findPhraseNearMarks(text, whole, { pattern, analyzer: ANALYZER }),
        findPhrase(text, pattern, ANALYZER),
      );
    });
  }

  it('are checked only in the best documents if very many contain their words', () => {
    const documents = Array.from({ length: 2500 }, (_, n) =>
      documentOf({
        url: `/${String(n).padStart(4, '0')}`,
        title: n === 2400 ? 'red fox red fox' : `number ${n}`,
        answer: n % 2 === 0 ? 'a fox that is red' : 'a red fox',
      }),
    );
    const engine = new QueryEngine(opened(documents), ANALYZER, DEFAULT_SETTINGS);
    const kept = engine.find(queryOf('"red fox"'));
    assert.equal(kept.exact, false);
    assert.ok(kept.total > 500 && kept.total <= 1251, String(kept.total));
    assert.equal(engine.index.documents.key(kept.documents[0]?.document ?? 0), '/2400', 'the best first');
    const left = engine.find(queryOf('fox -"red fox"', { limit: 100, exactTotal: true }));
    assert.equal(left.exact, false);
    assert.ok(left.total > 500 && left.total < 1000, String(left.total));
    for (const { document } of left.documents) assert.ok(document % 2 === 0, 'none that has it, read or not');
  });

  it('match in more documents than one block of postings holds', () => {
    const documents = Array.from({ length: 700 }, (_, n) =>
      documentOf({ url: `/${String(n).padStart(4, '0')}`, answer: n % 2 === 0 ? 'renal failure' : 'renal' }),
    );
    documents.push(documentOf({ url: '/kidney', answer: 'kidney' }));
    const settings = { ...DEFAULT_SETTINGS, synonyms: [['kidney', 'renal failure']] };
    const engine = new QueryEngine(opened(documents), ANALYZER, settings);
    const { documents: found, total } = engine.find(queryOf('kidney .', { limit: 400, exactTotal: true }));
    assert.deepEqual([total, new Set(found.map(({ document }) => document)).size], [351, 351]);
    assert.equal(engine.index.documents.key(found[0]?.document ?? 0), '/kidney');
    const masked = engine.find(queryOf('renal kidney', { limit: 100 }));
    for (const hit of masked.documents) {
      const sum = engine.explain(hit, masked.clauses).reduce((all, part) => all + part.score, 0);
      assert.ok(Math.abs(sum - hit.score) < 1e-9 * hit.score);
    }
  });
});
