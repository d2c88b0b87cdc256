import assert from 'node:assert/strict';
import { queryOf } from '../../../src/core/model/query.js';
import { DEFAULT_SETTINGS } from '../../../src/core/model/settings.js';
import { liesOnTerms } from '../../support/snippets.js';
import { englishAnalyzer } from '../../support/texts.js';
import { DOCUMENTS } from '../backend-documents.js';
import { type Subject, documentAt } from './subject.js';

/** The snippets of a hit. */
export function describeSnippets(subject: Subject): void {
  const { open, ask } = subject;

  describe('snippets', () => {
    it("are parts of the answer with the query's words highlighted", async () => {
      const analyzer = await englishAnalyzer();
      for (const query of ['virus years', 'light water', 'combobox', 'f(x)', '机器']) {
        const wanted = new Set(analyzer.terms(query).map((term) => analyzer.stem(term)));
        const { hits } = await ask(query);
        assert.ok(hits.length > 0);
        for (const { id, title, titleHighlights, snippets } of hits) {
          const accepts = (term: string): boolean => wanted.has(analyzer.stem(term));
          assert.ok(liesOnTerms(title, titleHighlights, { analyzer, accepts }));
          assert.ok(snippets.length >= 1 && snippets.length <= 3);
          for (const snippet of snippets) {
            assert.equal(snippet.field, 'answer');
            assert.ok(documentAt(id).answer.text.includes(snippet.text));
            assert.ok(liesOnTerms(snippet.text, snippet.highlights, { analyzer, accepts }));
          }
          const shown = titleHighlights.length + snippets.flatMap(({ highlights }) => highlights).length;
          const inKeywords = documentAt(id).keywords.some((word) => analyzer.terms(word).some(accepts));
          assert.ok(shown > 0 || inKeywords, `${query} in ${id}`);
        }
      }
    });

    it('show the passage that contains the words, under its heading', async () => {
      const [hit] = (await ask('tenofovir tablets')).hits;
      assert.equal(hit?.snippets[0]?.heading, 'Treatment');
      assert.match(hit?.snippets[0]?.html ?? '', /<mark>tablets<\/mark> such as <mark>tenofovir<\/mark>/);
    });

    it('number one for a single word, and more if each shows a word that the others lack', async () => {
      const analyzer = await englishAnalyzer();
      for (const query of ['virus', 'light', 'treatment'])
        for (const { snippets } of (await ask(query)).hits) assert.equal(snippets.length, 1, query);
      let several = 0;
      for (const query of ['virus liver years tablets', 'light water combobox sort', 'what is light made of']) {
        for (const { id, snippets } of (await ask(query)).hits) {
          const seen = new Set<string>();
          for (const [at, { text, highlights }] of snippets.entries()) {
            const words = highlights.map(([start, end]) => analyzer.stem(text.slice(start, end).toLowerCase()));
            assert.ok(at === 0 || words.some((word) => !seen.has(word)), `${query} in ${id}: ${text}`);
            for (const word of words) seen.add(word);
          }
          several += snippets.length > 1 ? 1 : 0;
        }
      }
      assert.ok(several > 0);
    });

    it('are escaped in html', async () => {
      const [hit] = (await ask('negate')).hits;
      assert.match(hit?.snippets[0]?.html ?? '', /<mark>Negate<\/mark>.*&lt;f\(x\)&gt; becomes &quot;-f\(x\)&quot;/);
    });

    it('show the description if there is no answer', async () => {
      const [hit] = (await ask('empty')).hits;
      assert.equal(hit?.id, 'row-17');
      assert.deepEqual(
        hit?.snippets.map(({ field, text }) => [field, text]),
        [['description', documentAt('row-17').description]],
      );
    });

    it('have the configured length, with formulas intact', async () => {
      const short = await open(DOCUMENTS, { ...DEFAULT_SETTINGS, snippetLength: 40 });
      try {
        for (const query of ['light', 'virus', '机器学习']) {
          for (const { id, snippets } of (await short.search(queryOf(query))).hits) {
            for (const { text } of snippets) {
              assert.ok(text.length <= 60, `${id}: ${text}`);
              assert.ok(!text.includes('CO_2'), 'a formula that is too long is left out');
            }
          }
        }
      } finally {
        await short.close();
      }
    });
  });
}
