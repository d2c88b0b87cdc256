import { RELATED_COUNT } from '../../../src/core/model/search-response.js';
import assert from 'node:assert/strict';
import { DOCUMENTS, manyDocuments } from '../backend-documents.js';
import { type Subject, documentAt } from './subject.js';

/** Requests other than searches. */
export function describeLookUps(subject: Subject): void {
  const { open, ask } = subject;

  describe('related links', () => {
    it("are the document's own first, in order, without duplicates and itself, then computed ones", async () => {
      const related = (await subject.backend.related('/medicine/hepatitis', RELATED_COUNT)) ?? [];
      assert.deepEqual(
        related.slice(0, 2).map(({ url, indexed, computed }) => [url, indexed, computed]),
        [
          ['/medicine/vaccines', true, false],
          ['/medicine/gone', false, false],
        ],
      );
      assert.ok(related.length > 2, 'filled up');
      for (const { url, title, subject, computed } of related.slice(2)) {
        assert.ok(computed);
        const document = documentAt(url);
        assert.deepEqual([title, subject], [document.title, document.subject]);
      }
    });

    it('are the same in a hit', async () => {
      for (const { id, related } of (await ask('', { limit: 100 })).hits)
        assert.deepEqual(related, await subject.backend.related(id, RELATED_COUNT));
    });

    for (const limit of [0, 1, 2, 5]) {
      it(`are at most ${limit} if ${limit} are requested`, async () => {
        const related = (await subject.backend.related('/medicine/hepatitis', limit)) ?? [];
        const more = (await subject.backend.related('/medicine/hepatitis', RELATED_COUNT)) ?? [];
        assert.deepEqual(related, more.slice(0, limit));
      });
    }

    it('are filled up in an index of many documents', async () => {
      const many = await open(manyDocuments(30));
      try {
        const related = (await many.related('/many/3', RELATED_COUNT)) ?? [];
        assert.equal(related.length, RELATED_COUNT);
        assert.equal(new Set(related.map(({ url }) => url)).size, RELATED_COUNT);
        assert.ok(related.every(({ url, computed, indexed }) => url !== '/many/3' && computed && indexed));
      } finally {
        await many.close();
      }
    });
  });

  describe('suggestions', () => {
    for (const typed of ['photosyn', 'Photosynthesis sto', 'how does photo']) {
      it(`complete ${JSON.stringify(typed)}`, async () => {
        const suggestions = await subject.backend.suggest(typed, 5);
        assert.match(suggestions[0]?.text ?? '', /photosynthesis/i);
      });
    }

    it('start with titles that begin with the text, before titles that contain its words', async () => {
      const [first, ...others] = await subject.backend.suggest('Why are anti', 5);
      assert.equal(first?.text, 'Why are antibiotics useless against a virus?');
      assert.ok(others.length > 0);
    });

    it('complete the last word, without a document', async () => {
      const suggestions = await subject.backend.suggest('cure by antib', 9);
      assert.ok(suggestions.some(({ text, url }) => text === 'cure by antibiotics' && url === undefined));
    });

    it('are at most as many as requested, without duplicates, each with an existing document', async () => {
      for (const limit of [0, 1, 3, 10]) {
        const suggestions = await subject.backend.suggest('why', limit);
        assert.ok(suggestions.length <= limit);
        assert.equal(new Set(suggestions.map(({ text }) => text)).size, suggestions.length);
        for (const { text, url } of suggestions) {
          assert.notEqual(text, '');
          if (url !== undefined) assert.equal(documentAt(url).title, text);
        }
      }
    });

    for (const typed of ['', '   ', '?!', 'zzzzqqqq']) {
      it(`are empty for ${JSON.stringify(typed)}`, async () =>
        assert.deepEqual(await subject.backend.suggest(typed, 5), []));
    }
  });

  describe('document look-ups', () => {
    it('return the whole document by its key', async () => {
      for (const { key, answer, ...document } of DOCUMENTS) {
        const { title, url, date, language, keywords, description } = document;
        assert.deepEqual(await subject.backend.document(key), {
          id: key,
          title,
          url,
          subject: document.subject,
          date,
          language,
          keywords,
          description,
          answer: answer.text,
          blocks: answer.blocks,
          atoms: answer.atoms,
        });
      }
    });

    for (const key of [
      '/nowhere',
      '',
      '__proto__',
      'constructor',
      '/medicine/hepatitis/',
      '/MEDICINE/HEPATITIS',
      '\ud800',
    ]) {
      it(`return null for the unknown key ${JSON.stringify(key)}`, async () => {
        assert.equal(await subject.backend.document(key), null);
        assert.equal(await subject.backend.related(key, 5), null);
      });
    }
  });
}
