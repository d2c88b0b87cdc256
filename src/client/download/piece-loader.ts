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

/** Pieces at most this many bytes apart are fetched by one request: a second request costs about as much. */
const MAX_GAP_BYTES = 400;
/** Maximum bytes of a range, all of which are fetched again if one of its pieces is invalid. */
const MAX_RANGE_BYTES = 1 << 18;

/** A range of consecutive pieces. */
interface PieceRange {
  readonly first: number;
  /** Inclusive. */
  last: number;
}

/** Downloads pieces of an index, verifies them and adds them to the partial index. */
export class PieceLoader {
  readonly #head: LazyHead;
  /** The offset of each piece in the file, and the end of the last one. */
  readonly #starts: Float64Array;
  readonly #pending = new Map<number, Promise<void>>();
  readonly index: PartialIndex;

  /** @throws {AskdexError} index_damaged */
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

  /**
   * Reads the head, which describes `ranges.file`.
   *
   * @throws {AskdexError} index_damaged
   */
  static async open(head: Uint8Array<ArrayBuffer>, ranges: RangeReader, decode: DecodeUtf8): Promise<PieceLoader> {
    const body = await inflated(headerBody(head));
    try {
      return new PieceLoader(readHead(body, ranges.file.size), ranges, decode);
    } catch (error) {
      // For example an allocation of an absurd size.
      throw error instanceof AskdexError ? error : damagedPieceError(LAZY_HEAD_FILE, 'it cannot be read', error);
    }
  }

  /**
   * Loads these pieces.
   *
   * @throws {AskdexError} snapshot_unreachable; index_damaged: it names the range
   */
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
    // Wait for all requests before reporting a failure, so that a retry starts from a clean state.
    for (const outcome of await Promise.allSettled(wanted.flatMap((piece) => this.#pending.get(piece) ?? [])))
      if (outcome.status === 'rejected') throw outcome.reason;
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
      // A cache may be stale, or the host may have replaced the file: retry once past all caches.
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
    throw damagedPieceError(LAZY_FILE, 'it cannot be inflated', cause);
  }
}
