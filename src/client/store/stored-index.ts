import { CHUNK_BYTES, HASH_BYTES } from '../../core/index/format/chunks.js';
import { digest } from '../download/web-crypto.js';

/** An index file in the store. */
export interface StoredBody {
  readonly stream: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** How many bytes it should have; 0: nobody knows. */
  readonly size: number;
}

/** An index file that is read. Both reject where it cannot be. */
export interface StoredIndex {
  readonly bytes: Promise<Uint8Array<ArrayBuffer>>;
  /** What `index.chunks` would list of these bytes. It comes after them: whoever waits for it can open them meanwhile. */
  readonly hashes: Promise<Uint8Array<ArrayBuffer>>;
}

/**
 * Reads an index file, giving way in between: all at once, it would keep the thread of a page waiting. The bytes may be transferred to
 * another thread as soon as they are there; the hashes are taken of what they were made of.
 */
export function readStoredIndex(body: Promise<StoredBody>): StoredIndex {
  const read = body.then(readPieces);
  const index = {
    bytes: read.then(({ bytes }) => bytes),
    hashes: read.then(({ pieces }) => hashesOf(pieces)),
  };
  // Whoever awaits the one may not await the other.
  index.bytes.catch(() => undefined);
  index.hashes.catch(() => undefined);
  return index;
}

type Pieces = readonly Uint8Array<ArrayBuffer>[];

interface Read {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The same as they came. */
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

/** Chunks between two that let others go first: about a millisecond. */
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

/** The same bytes in pieces of `CHUNK_BYTES`, the last one shorter. One is good until the next is taken. */
function* chunks(pieces: Pieces): Generator<Uint8Array<ArrayBuffer>> {
  const begun = new Uint8Array(CHUNK_BYTES);
  let filled = 0;
  for (const piece of pieces) {
    let at = 0;
    while (at < piece.length) {
      const end = Math.min(piece.length, at + CHUNK_BYTES - filled);
      if (filled === 0 && end - at === CHUNK_BYTES) yield piece.subarray(at, end);
      else {
        begun.set(piece.subarray(at, end), filled);
        filled += end - at;
        if (filled === CHUNK_BYTES) {
          yield begun;
          filled = 0;
        }
      }
      at = end;
    }
  }
  if (filled > 0) yield begun.subarray(0, filled);
}

/** Lets the thread do what else waits there. A timer would take milliseconds each time. */
export function yieldToEventLoop(): Promise<void> {
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
