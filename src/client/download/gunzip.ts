import { damagedSnapshotError } from '../../core/model/snapshot-manifest.js';

export type Chunk = Uint8Array<ArrayBuffer>;
export type Chunks = AsyncGenerator<Chunk, void>;

/** Every gzip file begins with these two bytes (RFC 1952, 2.3.1). `index.askdex` begins with letters. */
const GZIP_MAGIC = [0x1f, 0x8b] as const;

/** Whether this runtime can inflate gzip. */
export function canGunzip(): boolean {
  return typeof DecompressionStream !== 'undefined';
}

/** A body whose first bytes were inspected. `chunks` still yields all of it. */
export interface Sniffed {
  /** false for a gzip file that its host sent with `Content-Encoding: gzip`, since it arrives inflated. */
  readonly gzipped: boolean;
  readonly chunks: Chunks;
}

/** Detects by the first bytes whether a body is gzip. */
export async function sniff(chunks: Chunks): Promise<Sniffed> {
  const head: Chunk[] = [];
  const bytes: number[] = [];
  while (bytes.length < GZIP_MAGIC.length) {
    const next = await chunks.next();
    if (next.done === true) break;
    head.push(next.value);
    bytes.push(...next.value.subarray(0, GZIP_MAGIC.length));
  }
  return { gzipped: GZIP_MAGIC.every((byte, at) => byte === bytes[at]), chunks: joined(head, chunks) };
}

async function* joined(head: readonly Chunk[], rest: Chunks): Chunks {
  try {
    yield* head;
    yield* rest;
  } finally {
    await rest.return();
  }
}

/**
 * Inflates a gzip body as it arrives. Errors of `chunks` are passed on.
 *
 * @throws {AskdexError} index_damaged: it is not gzip
 */
export async function* gunzip(chunks: Chunks, name: string): Chunks {
  // Rejects once `chunks` has thrown.
  let failed: Promise<void> = Promise.resolve();
  const source = new ReadableStream<Chunk>({
    async pull(controller) {
      const coming = chunks.next();
      coming.catch(() => {
        failed = coming.then(() => undefined);
        failed.catch(() => undefined);
      });
      const next = await coming;
      if (next.done === true) controller.close();
      else controller.enqueue(next.value);
    },
    async cancel() {
      await chunks.return();
    },
  });
  const reader = source.pipeThrough(new DecompressionStream('gzip')).getReader();
  try {
    for (let next = await reader.read(); next.value !== undefined; next = await reader.read()) yield next.value;
  } catch (cause) {
    await failed;
    throw damagedSnapshotError(`${name} cannot be unpacked`, cause);
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
