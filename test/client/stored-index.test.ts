import { TransferredIndex } from '../../src/client/worker/host.js';
import { CHUNK_BYTES, chunkHashes } from '../../src/core/index/format/container.js';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { readStoredIndex } from '../../src/client/store/stored-index.js';

type Bytes = Uint8Array<ArrayBuffer>;

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();

/** `length` bytes, no two chunks alike. */
function someBytes(length: number): Bytes {
  return Uint8Array.from({ length }, (_, at) => (at * 31 + (at >>> 8) * 7 + (at >>> 16)) & 0xff);
}

/** A stream of copies of the bytes between cuts. */
function inPieces(bytes: Bytes, cuts: readonly number[]): ReadableStream<Bytes> {
  const places = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length];
  const pieces = places.slice(1).map((end, at) => bytes.slice(places[at], end));
  return new ReadableStream({
    pull(controller) {
      const piece = pieces.shift();
      if (piece === undefined) controller.close();
      else controller.enqueue(piece);
    },
  });
}

describe('an index read from the store', () => {
  const length = fc.oneof(
    fc.nat(300),
    fc.integer({ min: -2, max: 2 }).map((near) => 2 * CHUNK_BYTES + near),
    fc.nat(5 * CHUNK_BYTES),
  );
  const wrong = fc.constantFrom(0, 1, -1);

  it('is read whole and hashed by chunks in any pieces, with a known or a wrong size', async () => {
    await fc.assert(
      fc.asyncProperty(length, fc.array(fc.nat(5 * CHUNK_BYTES), { maxLength: 6 }), wrong, async (many, cuts, off) => {
        const bytes = someBytes(many);
        const size = Math.max(0, many + off);
        const index = readStoredIndex(Promise.resolve({ stream: inPieces(bytes, cuts), size }));
        assert.deepEqual(await index.bytes, bytes);
        assert.deepEqual(await index.hashes, new Uint8Array(chunkHashes(bytes, sha256)));
      }),
      { numRuns: 40 },
    );
  });

  it('is hashed even if its bytes were transferred to another thread meanwhile', async () => {
    const bytes = someBytes(3 * CHUNK_BYTES + 5);
    const stream = inPieces(bytes, [CHUNK_BYTES - 1]);
    const index = readStoredIndex(Promise.resolve({ stream, size: bytes.length }));
    const { buffer } = await index.bytes;
    structuredClone(buffer, { transfer: [buffer] });
    assert.equal(buffer.byteLength, 0);
    assert.deepEqual(await index.hashes, new Uint8Array(chunkHashes(bytes, sha256)));
  });

  it('rejects if it is missing or breaks off', async () => {
    const gone = readStoredIndex(Promise.reject(new Error('gone')));
    await assert.rejects(gone.bytes, /gone/);
    await assert.rejects(gone.hashes, /gone/);
    const broken = new ReadableStream<Bytes>({
      pull: (controller) => controller.error(new Error('broken off')),
    });
    const index = readStoredIndex(Promise.resolve({ stream: broken, size: 9 }));
    await assert.rejects(index.hashes, /broken off/);
    await assert.rejects(index.bytes, /broken off/);
  });
});

describe('an index that a page transfers to its worker', () => {
  it('arrives whether its parts come before or after the worker waits for them', async () => {
    const handed = new TransferredIndex();
    const [bytes, hashes] = [someBytes(9), someBytes(32)];
    handed.receive({ kept: 'bytes', data: bytes });
    assert.equal(await handed.bytes, bytes);
    const waiting = handed.hashes;
    handed.receive({ kept: 'hashes', data: hashes });
    assert.equal(await waiting, hashes);
  });

  it('rejects if the page could not read it', async () => {
    const handed = new TransferredIndex();
    handed.receive({ kept: 'hashes', data: null });
    handed.receive({ kept: 'bytes', data: null });
    await assert.rejects(handed.bytes, /could not read/);
    await assert.rejects(handed.hashes, /could not read/);
  });
});
