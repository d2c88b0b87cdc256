import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { AskdexError } from '../../../src/core/errors.js';
import { parseFilters } from '../../../src/core/parse/filter-parser.js';
import { openIndex } from '../../../src/core/index/index-reader.js';
import { HASH, headerBody, readHead, type LazyHead } from '../../../src/core/partial/lazy-directory.js';
import { PartialIndex } from '../../../src/core/partial/partial-index.js';
import { predictMissingPieces } from '../../../src/core/partial/prefetch-plan.js';
import { buildMerkleTree, verifyProof } from '../../../src/core/partial/merkle-tree.js';
import { splitIndex, writeLazy, type SplitOptions } from '../../../src/core/partial/pieces-writer.js';
import { MissingPiecesError } from '../../../src/core/index/format/availability.js';
import { IndexSearcher } from '../../../src/core/search/index-searcher.js';
import { withDescriptions } from '../../../src/core/build/strip-answers.js';
import type { Document } from '../../../src/core/model/document.js';
import { queryOf, type Query } from '../../../src/core/model/query.js';
import { DEFAULT_SETTINGS } from '../../../src/core/model/settings.js';
import { documentOf } from '../../support/documents.js';
import { ANALYZER, anyDocuments, packed, smallCorpus, word } from '../support.js';
import { runs } from '../../support/runs.js';

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();
const TOOLS = { deflate: (bytes: Uint8Array): Uint8Array => deflateRawSync(bytes), sha256 };

/** A partial index that starts without pieces. */
class Served {
  readonly parts: PartialIndex;
  readonly searcher: IndexSearcher;
  readonly #head: LazyHead;
  readonly #file: Uint8Array;
  readonly #starts: number[] = [];
  rounds = 0;

  constructor(index: Uint8Array, options: SplitOptions = {}) {
    const { head, file } = writeLazy(index, TOOLS, options);
    this.#file = file;
    this.#head = readHead(inflateRawSync(headerBody(head)), file.length);
    let at = 0;
    for (const { size } of this.#head.pieces) {
      this.#starts.push(at);
      at += this.#head.depth * HASH + size;
    }
    this.parts = new PartialIndex(this.#head);
    this.searcher = searcherOf(this.parts.index);
  }

  get total(): number {
    return this.#head.pieces.length;
  }

  ask<T>(question: () => T, text = ''): T {
    for (;;) {
      try {
        const planned = predictMissingPieces(text, this.parts.index, ANALYZER);
        if (planned.size > 0) throw new MissingPiecesError(planned);
        return question();
      } catch (error) {
        if (!(error instanceof MissingPiecesError)) throw error;
        assert.ok(
          [...error.pieces].some((piece) => !this.parts.has(piece)),
          'the same piece is missed twice',
        );
        this.rounds += 1;
        for (const piece of error.pieces) this.parts.addPiece(piece, this.#bytes(piece));
      }
    }
  }

  #bytes(piece: number): Uint8Array {
    const { depth, pieces } = this.#head;
    const { size, deflated } = pieces[piece] ?? { size: 0, deflated: false };
    const start = (this.#starts[piece] ?? 0) + depth * HASH;
    const body = this.#file.subarray(start, start + size);
    return deflated ? inflateRawSync(body) : body;
  }
}

function searcherOf(index: IndexSearcher['index']): IndexSearcher {
  const settings = {
    ...DEFAULT_SETTINGS,
    synonyms: [
      ['hepatitis', 'zoo'],
      ['treat', 'abc abd'],
    ],
  };
  return new IndexSearcher(index, { analyzer: ANALYZER, settings, generation: 'test', neighbours: false });
}

/** The answers of the complete index. */
function wholeOf(index: Uint8Array): IndexSearcher {
  return searcherOf(openIndex(index, { verify: true }));
}

const asked: fc.Arbitrary<Query> = fc
  .record({
    words: fc.array(
      fc.oneof(
        { weight: 6, arbitrary: word },
        word.map((one) => one.slice(0, -1)),
        word.map((one) => `-${one}`),
        fc.tuple(word, word).map((two) => `"${two.join(' ')}"`),
        fc.constantFrom('the', 'hepatits', 'abcdabc', 'keywords:zoo', '-subject:Physics'),
      ),
      { maxLength: 5 },
    ),
    limit: fc.constantFrom(0, 3, 10, 40),
    offset: fc.constantFrom(0, 2),
    filter: fc.constantFrom('', 'subject:"Medicine"', 'keywords:"Zoo"', 'date>=2021-01-01', 'language:de'),
    facets: fc.subarray(['subject', 'keywords', 'language'] as const),
    sort: fc.constantFrom(null, { field: 'date', order: 'desc' } as const),
    explain: fc.boolean(),
    exactTotal: fc.boolean(),
  })
  .map(({ words, filter, ...choices }) =>
    queryOf(words.join(' '), { ...choices, filters: parseFilters(filter === '' ? [] : [filter]) }),
  );

const fine = fc.record({
  ...{
    words: fc.integer({ min: 1, max: 2 }),
    stems: fc.constant(1),
    entries: fc.integer({ min: 1, max: 2 }),
  },
  ...{ postings: fc.integer({ min: 1, max: 3 }), lengths: fc.integer({ min: 1, max: 9 }) },
  ...{ cards: fc.integer({ min: 1, max: 5 }), titles: fc.integer({ min: 1, max: 3 }) },
});

/** Enough documents for postings lists of several blocks. */
function manyDocuments(): Document[] {
  let state = 7;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const text = (most: number): string =>
    Array.from({ length: 1 + random(most) }, () =>
      random(3) === 0 ? `w${random(900)}` : (['hepatitis', 'treatment', 'zoo', 'abc'][random(4)] ?? ''),
    ).join(' ');
  return Array.from({ length: 1500 }, (_, at) =>
    documentOf({
      ...{ url: `/q/${at}`, title: text(5), answer: text(at % 50 === 0 ? 400 : 30), keywords: [text(2)] },
      ...{ subject: ['Medicine', 'Physics', null][at % 3] ?? null, description: text(12) },
    }),
  );
}

describe('a partial index', () => {
  it('returns the answers of the whole index, after any previous queries', () => {
    fc.assert(
      fc.property(
        smallCorpus,
        fine,
        fc.array(asked, { minLength: 1, maxLength: 6 }),
        (documents, perPiece, queries) => {
          const index = withDescriptions(packed(documents));
          const whole = wholeOf(index);
          const served = new Served(index, { perPiece });
          for (const query of queries)
            assert.deepEqual(
              served.ask(() => served.searcher.search(query), query.text),
              whole.search(query),
            );
        },
      ),
      { numRuns: runs(150) },
    );
  });

  it('returns the same answers from lists of several blocks, and downloads only a part of the pieces', () => {
    const index = withDescriptions(packed(manyDocuments()));
    const whole = wholeOf(index);
    const texts = ['w17', 'w1', 'w12 w400', 'hepatitis', 'zoo w33 treatment', 'heaptitis', '"abc zoo"', 'abc -zoo'];
    for (const text of texts) {
      const served = new Served(index, { perPiece: { words: 2, entries: 1, postings: 4, lengths: 64 } });
      const query = queryOf(text, { facets: ['subject'] });
      assert.deepEqual(
        served.ask(() => served.searcher.search(query), text),
        whole.search(query),
        text,
      );
      assert.ok(served.rounds <= 7, `${text}: ${served.rounds} rounds`);
    }
    const served = new Served(index, { perPiece: { words: 2, entries: 1, postings: 4, lengths: 64 } });
    served.ask(() => served.searcher.search(queryOf('w17')), 'w17');
    assert.ok(served.parts.count < served.total / 4, `${served.parts.count} of ${served.total} pieces`);
  });

  it('shows the same documents and suggestions', () => {
    fc.assert(
      fc.property(anyDocuments, fine, (documents, perPiece) => {
        const index = withDescriptions(packed(documents));
        const whole = wholeOf(index);
        const served = new Served(index, { perPiece });
        for (const key of [...documents.map((document) => document.key), '', '~nowhere', '!']) {
          assert.deepEqual(
            served.ask(() => served.searcher.document(key)),
            whole.document(key),
          );
          assert.deepEqual(
            served.ask(() => served.searcher.related(key, 9)),
            whole.related(key, 9),
          );
        }
        for (const text of ['wh', 'what is d', 'w', 'why is the sky blue', 'dna', 'zo', '漢', ''])
          assert.deepEqual(
            served.ask(() => served.searcher.suggest(text, 9), text),
            whole.suggest(text, 9),
          );
      }),
      { numRuns: runs(60) },
    );
  });

  it('may be empty', () => {
    const served = new Served(withDescriptions(packed([])));
    const { hits, totalHits } = served.ask(() => served.searcher.search(queryOf('moon')), 'moon');
    assert.deepEqual([hits, totalHits], [[], 0]);
    assert.equal(
      served.ask(() => served.searcher.document('/a')),
      null,
    );
    assert.deepEqual(
      served.ask(() => served.searcher.suggest('mo', 5)),
      [],
    );
  });

  it('is written with the same bytes each time', () => {
    const index = withDescriptions(packed([documentOf({ url: '/a', answer: 'Of the moon.' })]));
    assert.deepEqual(writeLazy(index, TOOLS), writeLazy(index, TOOLS));
  });

  it('refuses a header that is missing, truncated or of another file', () => {
    const index = withDescriptions(packed([documentOf({ url: '/a', answer: 'Of the moon.' })]));
    const { head, file } = writeLazy(index, TOOLS);
    const body = inflateRawSync(headerBody(head));
    const damaged = { code: 'index_damaged' };
    assert.throws(() => headerBody(index), damaged);
    assert.throws(() => headerBody(Buffer.from(head).fill(9, 8, 9)), /version is 9/);
    assert.throws(() => readHead(body, file.length + 1), damaged);
    for (let end = 0; end < body.length; end += 7)
      assert.throws(() => new PartialIndex(readHead(body.subarray(0, end), file.length)), damaged);
  });

  it('refuses hostile bytes as damaged, in bounded time', () => {
    const index = withDescriptions(packed(manyDocuments().slice(0, 60)));
    const { head, file } = writeLazy(index, TOOLS);
    const body = inflateRawSync(headerBody(head));
    const { pieces } = splitIndex(index);
    const place = fc.array(fc.tuple(fc.nat(body.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(place, fc.nat(255), (changes, noise) => {
        const changed = Uint8Array.from(body);
        for (const [at, value] of changes) changed[at] = value;
        try {
          const parts = new PartialIndex(readHead(changed, file.length));
          for (const [piece, bytes] of pieces.entries())
            parts.addPiece(
              piece,
              bytes.map((byte, at) => ((at + noise) % 97 === 0 ? byte ^ noise : byte)),
            );
        } catch (error) {
          assert.ok(error instanceof AskdexError, String(error));
        }
      }),
      { numRuns: runs(300) },
    );
  });
});

describe('a partial index with wrong contents', () => {
  it('ends every query with an answer or an error', () => {
    const index = withDescriptions(packed(manyDocuments().slice(0, 300)));
    const { head, file } = writeLazy(index, TOOLS);
    const sound = readHead(inflateRawSync(headerBody(head)), file.length);
    const { pieces } = splitIndex(index);
    const change = fc.tuple(fc.nat(pieces.length - 1), fc.nat(4000), fc.constantFrom(0, 127, 128, 255));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 200 }), (changes) => {
        const changed = pieces.map((piece) => Uint8Array.from(piece));
        for (const [piece, at, value] of changes) {
          const bytes = changed[piece] ?? new Uint8Array(1);
          bytes[at % bytes.length] = value;
        }
        const parts = new PartialIndex(sound);
        const searcher = searcherOf(parts.index);
        try {
          for (const [piece, bytes] of changed.entries()) parts.addPiece(piece, bytes);
          for (const text of ['hepatitis w12', 'zoo', 'w', '"abc zoo"', 'hepatits'])
            searcher.search(queryOf(text, { facets: ['subject', 'keywords'] }));
          for (const text of ['ab', 'zoo w1']) searcher.suggest(text, 5);
          searcher.document('/q/17');
        } catch (error) {
          assert.ok(error instanceof Error);
        }
      }),
      { numRuns: runs(150) },
    );
  });
});

describe('piece checksums', () => {
  const digest = (bytes: Uint8Array): Promise<Uint8Array> => Promise.resolve(sha256(bytes));

  it('prove each piece at its position, and no other bytes', async () => {
    for (const count of [1, 2, 255, 256, 257, 600, 1025]) {
      const bodies = Array.from({ length: count }, (_, at) => Uint8Array.of(at & 255, at >>> 8, 7));
      const tree = buildMerkleTree(bodies, sha256);
      const { depth, nodes } = tree;
      assert.ok(nodes.length / HASH <= 256);
      for (const piece of new Set([0, 1, count >> 1, count - 1].filter((one) => one < count))) {
        const own = {
          piece,
          proof: tree.proof(piece),
          body: bodies[piece] ?? new Uint8Array(0),
          depth,
          nodes,
        };
        assert.equal(await verifyProof(own, digest), true, `${piece} of ${count}`);
        assert.equal(await verifyProof({ ...own, body: Uint8Array.of(1, 2, 3, 4) }, digest), false);
        assert.equal(await verifyProof({ ...own, piece: piece + 1 }, digest), false);
        assert.equal(await verifyProof({ ...own, piece: piece ^ 1024 }, digest), false);
        if (depth > 0) {
          const changed = Uint8Array.from(own.proof, (byte, at) => (at === 3 ? byte ^ 1 : byte));
          assert.equal(await verifyProof({ ...own, proof: changed }, digest), false);
        }
      }
    }
  });
});
