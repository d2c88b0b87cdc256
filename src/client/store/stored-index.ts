import { CHUNK_BYTES, HASH_BYTES } from '../../core/index/format/container.js';
import { digest } from '../download/web-crypto.js';

/** The body of a stored index file. */
export interface StoredBody {
  readonly stream: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** Expected number of bytes; 0: unknown. */
  readonly size: number;
}

/** A stored index file that is being read. Both promises reject if it cannot be read. */
export interface StoredIndex {
  readonly bytes: Promise<Uint8Array<ArrayBuffer>>;
  /** The content of `index.chunks` for these bytes. It resolves after `bytes`, which can be opened meanwhile. */
  readonly hashes: Promise<Uint8Array<ArrayBuffer>>;
}

/**
 * Reads an index file in steps that do not block the page. `bytes` may be transferred to another thread at once, since
 * the
 * hashes are computed from the chunks that were read.
 */
export function readStoredIndex(body: Promise<StoredBody>): StoredIndex {
  const read = body.then(readPieces);
  const index = {
    bytes: read.then(({ bytes }) => bytes),
    hashes: read.then(({ pieces }) => hashesOf(pieces)),
  };
  // A caller may await only one of them.
  index.bytes.catch(() => undefined);
  index.hashes.catch(() => undefined);
  return index;
}

type Pieces = readonly Uint8Array<ArrayBuffer>[];

interface Read {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The same bytes in the chunks that were read. */
  readonly pieces: Pieces;
}

async function readPieces({ stream, size }: StoredBody): Promise<Read> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  const bytes = new Uint8Array(size);
  let at = 0;
  const reader = stream.getReader();
  for (let next = await reader.read(); next.value !== undefined; next = await reader.read()) {
    const { value } = next;
    pieces.push(value);
    if (at + value.length <= size) bytes.set(value, at);
    at += value.length;
    await yieldToEventLoop();
  }
  return { bytes: at === size ? bytes : joined(pieces, at), pieces };
}

function joined(pieces: Pieces, size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/** Number of chunks that are hashed between two yields: about a millisecond. */
const CHUNKS_PER_YIELD = 16;

async function hashesOf(pieces: Pieces): Promise<Uint8Array<ArrayBuffer>> {
  const hashes: Uint8Array[] = [];
  for (const chunk of chunks(pieces)) {
    hashes.push(await digest(chunk));
    if (hashes.length % CHUNKS_PER_YIELD === 0) await yieldToEventLoop();
  }
  const list = new Uint8Array(hashes.length * HASH_BYTES);
  for (const [at, hash] of hashes.entries()) list.set(hash, at * HASH_BYTES);
  return list;
}

/**
 * Splits the bytes into chunks of `CHUNK_BYTES`; the last may be shorter. A chunk is valid until the next is
 * requested.
 */
function* chunks(pieces: Pieces): Generator<Uint8Array<ArrayBuffer>> {
  const buffer = new Uint8Array(CHUNK_BYTES);
  let filled = 0;
  for (const piece of pieces) {
    let at = 0;
    while (at < piece.length) {
      const end = Math.min(piece.length, at + CHUNK_BYTES - filled);
      if (filled === 0 && end - at === CHUNK_BYTES) yield piece.subarray(at, end);
      else {
        buffer.set(piece.subarray(at, end), filled);
        filled += end - at;
        if (filled === CHUNK_BYTES) {
          yield buffer;
          filled = 0;
        }
      }
      at = end;
    }
  }
  if (filled > 0) yield buffer.subarray(0, filled);
}

/** Lets pending events of this thread run. A timer would take milliseconds. */
function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener('message', () => {
      port1.close();
      resolve();
    });
    port1.start();
    port2.postMessage(null);
  });
}
