import type { RangeReader } from './http-client.js';
import { AskdexError } from '../../core/errors.js';
import {
  damagedPieceError,
  HASH,
  headerBody,
  LAZY_FILE,
  LAZY_HEAD_FILE,
  readHead,
  type LazyHead,
} from '../../core/partial/lazy-directory.js';
import { PartialIndex } from '../../core/partial/partial-index.js';
import { verifyProof } from '../../core/partial/merkle-tree.js';
import type { DecodeUtf8 } from '../../core/index/documents/token-vocabulary.js';
import { digest } from './web-crypto.js';

/** Bytes between two pieces that are fetched along: about what a request of its own would cost. */
const MAX_GAP_BYTES = 400;
/** Bytes of a range at most: so much is fetched again where one of its pieces does not fit. */
const MAX_RANGE_BYTES = 1 << 18;

/** Pieces that follow one another. */
interface PieceRange {
  readonly first: number;
  /** Inclusive. */
  last: number;
}

/** Fetches the pieces of an index, verifies each, and puts them where the search reads them. */
export class PieceLoader {
  readonly #head: LazyHead;
  /** Where each piece begins in the file, and its end. */
  readonly #starts: Float64Array;
  readonly #pending = new Map<number, Promise<void>>();
  readonly index: PartialIndex;

  /** Throws `index_damaged`. */
  constructor(
    head: LazyHead,
    private readonly ranges: RangeReader,
    decode: DecodeUtf8,
  ) {
    this.#head = head;
    this.#starts = new Float64Array(head.pieces.length + 1);
    for (const [piece, { size }] of head.pieces.entries())
      this.#starts[piece + 1] = (this.#starts[piece] ?? 0) + head.depth * HASH + size;
    this.index = new PartialIndex(head, decode);
  }

  /** Reads the head that describes `ranges.file`. Rejects with `index_damaged`. */
  static async open(head: Uint8Array<ArrayBuffer>, ranges: RangeReader, decode: DecodeUtf8): Promise<PieceLoader> {
    const body = await inflated(headerBody(head));
    try {
      return new PieceLoader(readHead(body, ranges.file.size), ranges, decode);
    } catch (error) {
      // There is no room for what it speaks of.
      throw error instanceof AskdexError ? error : damagedPieceError(LAZY_HEAD_FILE, 'it cannot be read', error);
    }
  }

  /** Settles once these pieces are there. Rejects with `snapshot_unreachable`, `index_damaged` (naming the range). */
  async load(pieces: Iterable<number>): Promise<void> {
    const wanted = [...pieces].filter((piece) => !this.index.has(piece)).sort((a, b) => a - b);
    for (const run of this.#runs(wanted.filter((piece) => !this.#pending.has(piece)))) {
      const coming = this.#loadRun(run);
      for (let piece = run.first; piece <= run.last; piece += 1) {
        if (this.index.has(piece) || this.#pending.has(piece)) continue;
        this.#pending.set(piece, coming);
      }
      const forget = (): void => {
        for (let piece = run.first; piece <= run.last; piece += 1)
          if (this.#pending.get(piece) === coming) this.#pending.delete(piece);
      };
      coming.then(forget, forget);
    }
    // All have come to an end when one is told to have failed: who asks again then begins anew.
    for (const one of await Promise.allSettled(wanted.flatMap((piece) => this.#pending.get(piece) ?? [])))
      if (one.status === 'rejected') throw one.reason;
  }

  #runs(pieces: readonly number[]): PieceRange[] {
    const runs: PieceRange[] = [];
    for (const piece of pieces) {
      const run = runs.at(-1);
      const near = run !== undefined && this.#start(piece) - this.#start(run.last + 1) <= MAX_GAP_BYTES;
      if (run !== undefined && near && this.#start(piece + 1) - this.#start(run.first) <= MAX_RANGE_BYTES)
        run.last = piece;
      else runs.push({ first: piece, last: piece });
    }
    return runs;
  }

  #start(piece: number): number {
    return this.#starts[piece] ?? 0;
  }

  async #loadRun(run: PieceRange): Promise<void> {
    try {
      await this.#fetchRun(run, 'default');
    } catch (error) {
      if (!(error instanceof AskdexError) || error.code !== 'index_damaged') throw error;
      // A cache, or a host that replaced the file meanwhile: once more, past all caches.
      await this.#fetchRun(run, 'reload');
    }
  }

  async #fetchRun({ first, last }: PieceRange, cache: 'default' | 'reload'): Promise<void> {
    const from = this.#start(first);
    const bytes = await this.ranges.read(from, this.#start(last + 1), cache);
    const each = Array.from({ length: last - first + 1 }, (_, at) => first + at);
    await Promise.all(
      each.map((piece) => this.#take(piece, bytes.subarray(this.#start(piece) - from, this.#start(piece + 1) - from))),
    );
  }

  async #take(piece: number, bytes: Uint8Array): Promise<void> {
    if (this.index.has(piece)) return;
    const { depth, nodes, pieces } = this.#head;
    const proof = bytes.subarray(0, depth * HASH);
    const body = bytes.subarray(depth * HASH);
    if (!(await verifyProof({ piece, proof, body, depth, nodes }, digest))) {
      const range = `bytes ${this.#start(piece)} to ${this.#start(piece + 1) - 1}`;
      throw damagedPieceError(this.ranges.file.name, `${range} do not match their checksum`);
    }
    this.index.addPiece(piece, pieces[piece]?.deflated === true ? await inflated(body) : body.slice());
  }
}

async function inflated(bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([new Uint8Array(bytes)]).stream();
  const plain = stream.pipeThrough(new DecompressionStream('deflate-raw'));
  try {
    return new Uint8Array(await new Response(plain).arrayBuffer());
  } catch (cause) {
    throw damagedPieceError(LAZY_FILE, 'it cannot be unpacked', cause);
  }
}
