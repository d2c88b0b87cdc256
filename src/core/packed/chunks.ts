import { CHUNK_BYTES } from './layout.js';

/** The pieces of an index file whose checksums `index.chunks` lists, in order; the last one may be shorter. */
export function* chunksOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) yield bytes.subarray(at, at + CHUNK_BYTES);
}
