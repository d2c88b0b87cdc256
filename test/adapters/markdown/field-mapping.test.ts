import assert from 'node:assert/strict';
import { DEFAULT_MAPPING, isFrontMatterMapping } from '../../../src/adapters/markdown/field-mapping.js';
import { mappingSchema } from '../../../src/adapters/markdown/mapping-schema.js';

describe('the front-matter mapping', () => {
  it('defaults to what the schema returns for empty input', () => {
    assert.deepEqual(mappingSchema.parse({}), DEFAULT_MAPPING);
  });

  for (const given of [{}, { preset: 'site', title: 'heading' }, { urlPrefix: '/docs', keywords: ['a', 'b'] }])
    it(`is recognized if the schema returned it for ${JSON.stringify(given)}`, () => {
      // As received in another thread.
      assert.ok(isFrontMatterMapping(structuredClone(mappingSchema.parse(given))));
    });

  for (const given of [null, 'site', {}, { preset: 'none', urlPrefix: '' }, { preset: 'auto', urlPrefix: 1 }])
    it(`is not recognized in ${JSON.stringify(given)}`, () => assert.ok(!isFrontMatterMapping(given)));

  it('is not recognized if its names did not pass the schema', () => {
    assert.ok(!isFrontMatterMapping({ ...DEFAULT_MAPPING, title: 'heading' }));
    assert.ok(!isFrontMatterMapping({ ...DEFAULT_MAPPING, title: [1] }));
  });
});
