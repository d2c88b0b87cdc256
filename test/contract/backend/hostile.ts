import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FACET_FIELDS, QUERY_LIMITS, queryOf } from '../../../src/core/model/query.js';
import { documentOf } from '../../support/documents.js';
import { anyText } from '../../support/texts.js';
import { type Subject, assertAnswer } from './subject.js';

/** Hostile or meaningless queries and documents. */
export function describeHostile(subject: Subject): void {
  const { open, ask } = subject;

  describe('hostile queries', () => {
    const long = QUERY_LIMITS.textLength;
    const hostile: Readonly<Record<string, string>> = {
      'one letter 2,000 times': 'a'.repeat(long),
      'one term 500 times': 'tre '.repeat(500),
      '500 distinct terms': Array.from({ length: 500 }, (_, n) => n.toString(36)).join(' '),
      '600 beginnings': 'ab '.repeat(600),
      'long terms, each with a typo': 'hepatitiss photosynthesys vaccinnes '.repeat(50),
      'an endless identifier': 'a-'.repeat(long / 2),
      humps: 'aB'.repeat(long / 2),
      apostrophes: "a's".repeat(600),
      Chinese: '漢'.repeat(long),
      emoji: '👍'.repeat(long / 2),
      'lone surrogates': '\ud83d'.repeat(long),
      accents: 'e\u0301'.repeat(long / 2),
      'ligatures of words': 'ﷺ'.repeat(long),
      'null characters': '\0'.repeat(long),
      brackets: 'O('.repeat(long / 2),
      quotes: '"'.repeat(long),
      'names of members': '__proto__ constructor hasOwnProperty toString valueOf',
      'a pattern': '(a+)+$ .* [ \\ ^ | {1,9}',
      markup: '<script>alert(1)</script> & <mark>virus</mark>',
    };
    for (const [what, text] of Object.entries(hostile)) {
      it(`are answered: ${what}`, async () => {
        await ask(text.slice(0, long), { facets: [...FACET_FIELDS], exactTotal: true });
        await subject.backend.suggest(text.slice(0, long), 10);
      });
    }

    it('are answered with consistent answers for any text', async () => {
      await fc.assert(
        fc.asyncProperty(anyText, fc.boolean(), async (text, flag) => {
          await ask(text, { exactTotal: flag, similar: flag, explain: flag, language: flag ? 'de' : null });
          const suggestions = await subject.backend.suggest(text, 3);
          assert.ok(suggestions.length <= 3);
        }),
        { numRuns: 300 },
      );
    });

    it('are answered for documents with any text', async () => {
      await fc.assert(
        fc.asyncProperty(fc.uniqueArray(anyText, { maxLength: 6, minLength: 1 }), anyText, async (texts, query) => {
          const documents = texts.map((text, n) =>
            documentOf({ url: `/${n}`, title: text, answer: text, keywords: [text], subject: text }),
          );
          const other = await open(documents);
          try {
            for (const words of ['', query, ...texts]) {
              const asked = queryOf(words.slice(0, QUERY_LIMITS.textLength), { facets: ['subject'] });
              assertAnswer(await other.search(asked), asked, other);
            }
            for (const { key, title } of documents)
              assert.equal((await other.document(key))?.title, title.replace(/\p{Cs}/gu, '\uFFFD'));
          } finally {
            await other.close();
          }
        }),
        { numRuns: 40 },
      );
    });
  });
}
