/** Bytes of a chunk: what is verified by itself, so that no thread is kept waiting for the whole. */
export const CHUNK_BYTES = 65_536;
/** Of a sha256. */
export const HASH_BYTES = 32;

/**
 * What `index.chunks` lists of an index file: the hash of each of its chunks, in order; the last one may be shorter. `hash` is that of the
 * surroundings, 32 bytes each.
 */
export function chunkHashes(bytes: Uint8Array, hash: (chunk: Uint8Array) => Uint8Array): Uint8Array {
  const count = Math.ceil(bytes.length / CHUNK_BYTES);
  const hashes = new Uint8Array(count * HASH_BYTES);
  for (let at = 0; at < count; at += 1)
    hashes.set(hash(bytes.subarray(at * CHUNK_BYTES, (at + 1) * CHUNK_BYTES)), at * HASH_BYTES);
  return hashes;
}
