import assert from 'node:assert/strict';
import { queryOf } from '../../src/core/model/query.js';
import { documentOf } from '../support/documents.js';
import { describeChoices } from './backend/choices.js';
import { describeHits } from './backend/hits.js';
import { describeHostile } from './backend/hostile.js';
import { describeLookUps } from './backend/look-ups.js';
import { describeOperators } from './backend/operators.js';
import { describeSnippets } from './backend/snippets.js';
import { subjectOf, type Gaps, type OpenForTest } from './backend/subject.js';
import { DOCUMENTS } from './backend-documents.js';

export type { Gaps, OpenForTest } from './backend/subject.js';

/** The behaviour of every `Backend` (see `src/core/model/ports.ts`), independent of its scores. */
export function describeBackend(name: string, open: OpenForTest, gaps: Gaps = {}): void {
  describe(`contract of Backend: ${name}`, () => {
    const subject = subjectOf(open, gaps);

    describeHits(subject);
    describeChoices(subject);
    describeOperators(subject);
    describeSnippets(subject);
    describeLookUps(subject);
    describeHostile(subject);

    it('reports the generation that it answers from', () => {
      assert.equal(subject.backend.manifest.documents, DOCUMENTS.length);
      assert.notEqual(subject.backend.name, '');
    });

    it('answers from an index of one document', async () => {
      const one = await open([documentOf({ url: '/one', title: 'Only this' })]);
      try {
        assert.equal((await one.search(queryOf('only'))).totalHits, 1);
        assert.deepEqual(await one.related('/one', 5), []);
      } finally {
        await one.close();
      }
    });
  });
}
