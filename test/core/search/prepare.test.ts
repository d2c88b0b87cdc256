import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readContainer, writeContainer } from '../../../src/core/index/format/container.js';
import { openIndex } from '../../../src/core/index/index-reader.js';
import { IndexSearcher } from '../../../src/core/search/index-searcher.js';
import { DEFAULT_SETTINGS } from '../../../src/core/model/settings.js';
import { DOCUMENTS } from '../../contract/backend-documents.js';
import { ANALYZER, packed } from '../support.js';
import { cpuTimeOf } from '../../support/cpu-time.js';
import { runs } from '../../support/runs.js';

const WHOLE = packed(DOCUMENTS);
function searcherOf(bytes: Uint8Array): IndexSearcher {
  const index = openIndex(bytes, { verify: false });
  return new IndexSearcher(index, { analyzer: ANALYZER, settings: DEFAULT_SETTINGS, generation: 'test' });
}

const QUERY = {
  ...{ limit: 10, offset: 0, filters: [], facets: [], sort: null },
  ...{ explain: false, exactTotal: false, similar: false, language: null },
};

describe('preparing an index for its first query', () => {
  it('changes no answer', () => {
    for (const text of ['sky', 'what is the', 'hepatitis treatment', '']) {
      const [prepared, other] = [searcherOf(WHOLE), searcherOf(WHOLE)];
      prepared.prepare();
      assert.deepEqual(prepared.search({ ...QUERY, text }), other.search({ ...QUERY, text }));
    }
  });

  it('ends in bounded time, with or without an error, if unverified bytes are damaged', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(WHOLE.length - 1), fc.integer({ min: 0, max: 255 })), {
          minLength: 1,
          maxLength: 40,
        }),
        (changes) => {
          const bytes = WHOLE.slice();
          for (const [at, byte] of changes) bytes[at] = byte;
          const spent = cpuTimeOf(() => {
            try {
              searcherOf(bytes).prepare();
            } catch (error) {
              assert.ok(error instanceof Error);
            }
          });
          assert.ok(spent < 2000, `${spent} ms`);
        },
      ),
      { numRuns: runs(2000) },
    );
  });

  for (const count of ['documents', 'words', 'stems'] as const)
    it(`refuses a damaged number of ${count} before allocating anything of that size`, () => {
      const sections = readContainer(WHOLE, true);
      const meta: unknown = JSON.parse(new TextDecoder().decode(sections.meta));
      assert.ok(typeof meta === 'object');
      const changed = new TextEncoder().encode(JSON.stringify({ ...meta, [count]: 2 ** 31 }));
      const bytes = writeContainer({ ...sections, meta: changed });
      assert.throws(() => openIndex(bytes, { verify: true }), { code: 'index_damaged', message: /fewer/ });
    });
});
