import assert from 'node:assert/strict';
import { DOCUMENTS } from '../../contract/backend-documents.js';
import { englishAnalyzer } from '../../support/texts.js';
import { draftOf } from '../backend/support.js';

describe('the index writer', () => {
  it('writes the same bytes for the same documents in any order, in any number of segments', async () => {
    const analyzer = await englishAnalyzer();
    const whole = draftOf(DOCUMENTS, analyzer, 1);
    for (const segments of [1, 2, 3, 7]) assert.deepEqual(draftOf([...DOCUMENTS].reverse(), analyzer, segments), whole);
    assert.notDeepEqual(draftOf(DOCUMENTS.slice(1), analyzer), whole);
  });
});
