// Loaded on demand: only an update by a delta needs it.
import type { Analyzer } from '../../core/analysis/analyzer.js';
import { applyDelta } from '../../core/delta/apply-delta.js';

const DECODER = new TextDecoder('utf-8', { ignoreBOM: true });

/** Applies a delta to an index file. Rejects if it does not fit. */
export function updatedIndex(
  base: Uint8Array,
  delta: Uint8Array,
  analyzer: Analyzer,
): Promise<Uint8Array<ArrayBuffer>> {
  return applyDelta(base, delta, { analyzer, decode: (bytes) => DECODER.decode(bytes), inflate });
}

/** Inflates raw deflate. Rejects if the bytes are invalid, or as soon as they exceed `size` inflated bytes. */
async function inflate(bytes: Uint8Array, size: number): Promise<Uint8Array<ArrayBuffer>> {
  const inflated = new Uint8Array(size);
  const stream: ReadableStream<Uint8Array> = new Blob([new Uint8Array(bytes)])
    .stream()
    .pipeThrough(new DecompressionStream('deflate-raw'));
  let length = 0;
  for (const reader = stream.getReader(); ;) {
    const { done, value } = await reader.read();
    if (done) return inflated.subarray(0, length);
    if (length + value.length > size) {
      await reader.cancel();
      throw new RangeError('The inflated bytes exceed the declared size.');
    }
    inflated.set(value, length);
    length += value.length;
  }
}
