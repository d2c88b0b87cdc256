import assert from 'node:assert/strict';
import { crc32 as zlibCrc32 } from 'node:zlib';
import fc from 'fast-check';
import type { Document } from '../../../../src/core/model/document.js';
import { AskdexError } from '../../../../src/core/errors.js';
import { crc32 } from '../../../../src/core/index/format/container.js';
import { openIndex, type PackedIndex } from '../../../../src/core/index/index-reader.js';
import { documentOf } from '../../../support/documents.js';
import { DOCUMENTS } from '../../../contract/backend-documents.js';
import { anyDocuments, opened, packed, segmentOf } from '../../support.js';
import { runs } from '../../../support/runs.js';

/** A document as the index returns it, beside the original. */
function assertStored(index: PackedIndex, documents: readonly Document[]): void {
  const urls = new Set(documents.map(({ url }) => url));
  assert.equal(index.size, documents.length);
  for (const document of documents) {
    const { key, title, url, subject, date, language, keywords, boost, answer, description } = document;
    const number = index.documents.find(key);
    assert.ok(number >= 0, `${JSON.stringify(key)} is found`);
    const related = document.related.map((link) => ({ ...link, indexed: urls.has(link.url) }));
    const expected = { key, title, url, subject, date, language, keywords, boost, related };
    const { documents: stored } = index;
    const extras = { boost: stored.boost(number), related: stored.related(number) };
    assert.deepEqual({ ...stored.document(number), ...extras }, expected);
    assert.deepEqual(stored.head(number), { key, title, url });
    assert.deepEqual(index.documents.answers.answer(number), answer);
    assert.equal(index.documents.answers.description(number), description);
    assert.deepEqual(
      [index.documents.key(number), index.documents.title(number), index.documents.subject(number)],
      [key, title, subject],
    );
  }
}

describe('stored documents', () => {
  it('are read back with titles, urls, keys, links, keywords, dates, boosts, answers and descriptions', () => {
    fc.assert(
      fc.property(anyDocuments, (documents) => assertStored(opened(documents), documents)),
      { numRuns: runs(300) },
    );
  });

  it('are found by their own key only', () => {
    const index = opened(DOCUMENTS);
    for (const key of ['', '/', '/medicine', '/zzz', '/medicine/hepatitisx'])
      assert.equal(index.documents.find(key), -1);
  });

  it('link to other documents of the index, by the title of the document or another one', () => {
    const title = 'What is DNA?';
    const to = documentOf({ url: '/dna', title, subject: 'Biology' });
    const links = [
      { title, url: '/dna', subject: 'Biology' },
      { title: 'DNA', url: '/dna', subject: 'Biology' },
      { title, url: '/dna', subject: null },
      { title, url: '/gone', subject: 'Biology' },
    ];
    assertStored(opened([to, documentOf({ url: '/a', related: links })]), [
      to,
      documentOf({ url: '/a', related: links }),
    ]);
  });
});

describe('merging segments', () => {
  it('writes the bytes of one segment, however documents are split, ordered and mixed with removed ones', () => {
    const split = fc.array(fc.nat(4), { minLength: 12, maxLength: 12 });
    fc.assert(
      fc.property(anyDocuments, anyDocuments, split, fc.boolean(), (documents, others, groupOf, turned) => {
        const dead = others.map((document) => ({ ...document, key: `dead ${document.key}` }));
        const groups = Array.from({ length: 5 }, (_, group) =>
          segmentOf(
            documents.filter((_document, at) => groupOf[at] === group),
            dead.filter((_document, at) => groupOf[11 - at] === group),
          ),
        );
        const merged = packed(documents, turned ? groups.reverse() : groups);
        assert.ok(Buffer.from(packed([...documents].reverse())).equals(merged));
      }),
      { numRuns: runs(300) },
    );
  });

  it('refuses two documents with one key', () => {
    const twin = documentOf({ url: '/twin' });
    assert.throws(() => packed([twin], [segmentOf([twin]), segmentOf([twin])]), {
      code: 'index_damaged',
      message: /"\/twin"/,
    });
  });
});

describe('the index container', () => {
  const whole = packed(DOCUMENTS);

  it('has the same CRC-32 as zlib', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 70 }), (bytes) => assert.equal(crc32(bytes), zlibCrc32(bytes))));
  });

  const damagedOr = (bytes: Uint8Array, same: () => void): void => {
    try {
      openIndex(bytes, { verify: true });
    } catch (error) {
      assert.ok(error instanceof AskdexError && error.code === 'index_damaged', String(error));
      return;
    }
    same();
  };

  it('is refused as damaged if it is truncated at any byte', () => {
    for (let length = 0; length < whole.length; length += 1) {
      damagedOr(whole.slice(0, length), () => assert.fail(`the first ${length} bytes were opened`));
    }
  });

  it('is refused as damaged if a bit is flipped, unless the bit has no effect', () => {
    const flip = (bit: number): void => {
      const bytes = whole.slice();
      bytes[bit >>> 3] = (bytes[bit >>> 3] ?? 0) ^ (1 << (bit & 7));
      damagedOr(bytes, () => assertStored(openIndex(bytes, { verify: true }), stored));
    };
    // Duplicate links of a document are stored unchanged.
    const stored = DOCUMENTS;
    for (let bit = 0; bit < (16 + 23 * 16) * 8; bit += 1) flip(bit);
    fc.assert(fc.property(fc.nat(whole.length * 8 - 1), flip), { numRuns: runs(2000) });
  });

  it('is refused if the bytes are not an index', () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => damagedOr(bytes, () => assert.fail('it was opened'))));
  });

  it('opens a SharedArrayBuffer without copying it', () => {
    const shared = new Uint8Array(new SharedArrayBuffer(whole.length));
    shared.set(whole);
    const index = openIndex(shared, { verify: true });
    assertStored(index, DOCUMENTS);
    assert.equal(index.documents.subjects.buffer, shared.buffer);
  });

  for (const shift of [1, 3, 4, 7, 8]) {
    it(`opens at an offset of ${shift} bytes in a Uint8Array, a Buffer or a SharedArrayBuffer`, () => {
      const length = whole.length + shift;
      for (const room of [
        new Uint8Array(length),
        Buffer.alloc(length),
        new Uint8Array(new SharedArrayBuffer(length)),
      ]) {
        room.set(whole, shift);
        assertStored(openIndex(room.subarray(shift), { verify: true }), DOCUMENTS);
      }
    });
  }
});
