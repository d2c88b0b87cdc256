import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createAnalyzer } from '../../../src/core/analysis/analyzer.js';
import type { Document } from '../../../src/core/document.js';
import { AskdexError } from '../../../src/core/errors.js';
import { crc32 } from '../../../src/core/packed/layout.js';
import { openPacked } from '../../../src/core/packed/packed-index.js';
import {
  decodeTransport,
  encodeTransport,
  withoutTexts,
} from '../../../src/core/packed/transport/transport.js';
import { ANALYZER, anyDocuments, packed, smallCorpus } from './support.js';
import { documentOf } from '../../support/documents.js';

function assertSame(actual: Uint8Array, expected: Uint8Array): void {
  assert.ok(Buffer.compare(actual, expected) === 0, 'the decoded file has other bytes');
}

function assertReturns(index: Uint8Array, texts: boolean): void {
  const expected = texts ? index : withoutTexts(index);
  assertSame(decodeTransport(encodeTransport(index, ANALYZER, { texts }), ANALYZER), expected);
}

/** Documents enough for words of every kind: in nearly all documents, in some, in one, often and once. */
function manyDocuments(count: number): Document[] {
  let state = 7;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const word = (): string => `w${Math.floor(random(40) ** 2 / (1 + random(30)))}`;
  return Array.from({ length: count }, (_, at) => {
    const about = `Subject${Math.floor(at / 4)} ${word()}`;
    return documentOf({
      url: `/q/${['what-is', 'how-is', 'why-is', 'is'][at % 4] ?? ''}-${Math.floor(at / 4)}-${1000 + at}`,
      title: `${['What is', 'How is', 'Why is', 'Is'][at % 4] ?? ''} ${about} ?`,
      answer:
        Array.from({ length: 5 + random(60) }, word).join(' ') + ` the ${about} `.repeat(1 + random(40)),
      keywords: [about, word()],
    });
  });
}

describe('transport encoding', function () {
  this.timeout(60_000);

  it('gives the very bytes back, whatever documents hold', () => {
    fc.assert(
      fc.property(anyDocuments, fc.boolean(), (documents, texts) => assertReturns(packed(documents), texts)),
      { numRuns: 40 },
    );
  });

  it('gives the very bytes back for lists of every kind', () => {
    fc.assert(
      fc.property(smallCorpus, (documents) => assertReturns(packed(documents), true)),
      { numRuns: 25 },
    );
    assertReturns(packed(manyDocuments(600)), true);
  });

  it('gives the very bytes back for no document and for one', () => {
    assertReturns(packed([]), true);
    assertReturns(packed([documentOf({ url: '/', title: '', answer: '' })]), true);
    assertReturns(packed([documentOf({ url: '/漢字-1', title: '漢字', answer: '漢字 漢字 𝒷' })]), false);
  });

  it('holds where titles and keywords are analyzed otherwise than they were indexed', () => {
    // The same id with other terms: nothing that is foretold is right.
    const other = { ...ANALYZER, terms: (text: string) => [...text], stem: (term: string) => `${term}x` };
    const index = packed(manyDocuments(60));
    assertSame(decodeTransport(encodeTransport(index, other), other), index);
  });

  it('holds for terms that are repeated more often than is counted one by one', () => {
    const answer = 'often '.repeat(70_000) + 'twenty '.repeat(22);
    assertReturns(
      packed([documentOf({ url: '/1', answer }), documentOf({ url: '/2', answer: 'often' })]),
      false,
    );
  });

  it('is smaller than the index', () => {
    const index = withoutTexts(packed(manyDocuments(600)));
    const encoded = encodeTransport(index, ANALYZER);
    assert.ok(encoded.length < index.length * 0.5, `${encoded.length} of ${index.length} bytes`);
  });

  it('without texts finds the same documents', () => {
    const index = packed(manyDocuments(20));
    const open = openPacked(decodeTransport(encodeTransport(index, ANALYZER, { texts: false }), ANALYZER), {
      verify: true,
    });
    assert.equal(open.documents.title(3), openPacked(index, { verify: true }).documents.title(3));
    assert.equal(open.documents.answers.answer(3).text, '');
    assert.equal(open.documents.answers.description(3), null);
  });

  it('tells the same bytes for the same index', () => {
    const index = packed(manyDocuments(50));
    assertSame(encodeTransport(index, ANALYZER), encodeTransport(new Uint8Array(index), ANALYZER));
  });

  it('refuses another analyzer', () => {
    const german = createAnalyzer({
      language: 'de',
      stem: (term) => term,
      stopWords: [],
      protectedWords: [],
    });
    const index = packed(manyDocuments(3));
    const encoded = encodeTransport(index, ANALYZER);
    assert.throws(() => decodeTransport(encoded, german), isDamaged);
    assert.throws(() => encodeTransport(index, german), isDamaged);
  });

  it('notices every change and every cut', () => {
    const encoded = encodeTransport(packed(manyDocuments(12)), ANALYZER);
    fc.assert(
      fc.property(fc.nat(encoded.length * 8 - 1), (bit) => {
        const changed = encoded.slice();
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        assert.throws(() => decodeTransport(changed, ANALYZER), isDamaged);
      }),
      { numRuns: 100 },
    );
    for (const end of [0, 5, 15, 16, 40, encoded.length - 1]) {
      assert.throws(() => decodeTransport(encoded.subarray(0, end), ANALYZER), isDamaged);
    }
  });

  it('ends with an error where what is coded makes no sense, however it came to be', () => {
    const encoded = encodeTransport(packed(manyDocuments(40)), ANALYZER, { texts: false });
    fc.assert(
      fc.property(
        fc.integer({ min: 60, max: encoded.length - 400 }),
        fc.integer({ min: 1, max: 255 }),
        (at, mask) => {
          const changed = encoded.slice();
          changed[at] = (changed[at] ?? 0) ^ mask;
          new DataView(changed.buffer).setUint32(12, crc32(changed.subarray(16)), true);
          assert.throws(() => decodeTransport(changed, ANALYZER), isDamaged);
        },
      ),
      { numRuns: 20 },
    );
  });
});

function isDamaged(error: unknown): boolean {
  return error instanceof AskdexError && error.code === 'index_damaged';
}
