import assert from 'node:assert/strict';
import { openBackend } from '../../../src/adapters/minisearch/backend.js';
import { createIndexWriter, DOCUMENTS_FILE } from '../../../src/adapters/minisearch/writer.js';
import { loadStem } from '../../../src/adapters/stemmers/stemmers.js';
import type { Document } from '../../../src/core/document.js';
import type { Manifest } from '../../../src/core/manifest.js';
import type { Backend } from '../../../src/core/ports.js';
import { DEFAULT_SETTINGS, type SearchSettings } from '../../../src/core/settings.js';
import { describeBackend } from '../../contract/backend.js';
import { DOCUMENTS } from '../../contract/backend-documents.js';
import { storedInMemory } from '../../support/generations.js';

async function open(
  documents: readonly Document[],
  settings: SearchSettings = DEFAULT_SETTINGS,
): Promise<Backend> {
  const stem = await loadStem(settings.language);
  const draft = await createIndexWriter(settings, stem).write(documents);
  return openBackend(settings, stem)(storedInMemory(draft));
}

describeBackend('minisearch', open, {
  explain: 'MiniSearch does not tell the parts of a score',
  rarestTermsKept: 'the first terms are kept, for MiniSearch does not tell how frequent a term is',
});

describe('MiniSearch backend', () => {
  const write = async (settings: SearchSettings = DEFAULT_SETTINGS, documents = DOCUMENTS) =>
    createIndexWriter(settings, await loadStem(settings.language)).write(documents);
  const opening = async (changes: Partial<Manifest>, settings = DEFAULT_SETTINGS): Promise<Backend> =>
    openBackend(settings, await loadStem('en'))(storedInMemory(await write(), changes));

  it('refuses a generation that another analyzer wrote, and tells what to do', async () => {
    await assert.rejects(opening({}, { ...DEFAULT_SETTINGS, protectedWords: ['news'] }), {
      code: 'index_damaged',
      remedy: /askdex index --full/,
    });
  });

  it('refuses a generation that holds another number of documents than its manifest says', async () => {
    await assert.rejects(opening({ documents: 3 }), {
      code: 'index_damaged',
      message: /10 documents.*says 3/,
    });
  });

  it('refuses a file that holds no documents', async () => {
    const draft = await write();
    const files = draft.files.map((file) =>
      file.name === DOCUMENTS_FILE ? { ...file, bytes: new TextEncoder().encode('[{"a":1}]') } : file,
    );
    const stem = await loadStem('en');
    await assert.rejects(openBackend(DEFAULT_SETTINGS, stem)(storedInMemory({ ...draft, files })), {
      code: 'index_damaged',
    });
  });
});

describe('MiniSearch writer', () => {
  it('gives the same bytes for the same documents in any order', async () => {
    const writer = createIndexWriter(DEFAULT_SETTINGS, await loadStem('en'));
    assert.deepEqual(await writer.write([...DOCUMENTS].reverse()), await writer.write(DOCUMENTS));
  });

  it('gives other bytes for other documents, and does not change the list it is given', async () => {
    const writer = createIndexWriter(DEFAULT_SETTINGS, await loadStem('en'));
    const documents = Object.freeze([...DOCUMENTS].reverse());
    assert.notDeepEqual(await writer.write(documents.slice(1)), await writer.write(documents));
  });

  it('reports progress that rises up to the number of documents', async () => {
    const seen: [number, number][] = [];
    const writer = createIndexWriter(DEFAULT_SETTINGS, await loadStem('en'));
    await writer.write(DOCUMENTS, (done, total) => seen.push([done, total]));
    assert.deepEqual(seen.at(-1), [DOCUMENTS.length, DOCUMENTS.length]);
    assert.deepEqual(
      seen,
      [...seen].sort((a, b) => a[0] - b[0]),
    );
  });
});
