const DECODER = new TextDecoder('utf-8', { ignoreBOM: true });

export function decode(bytes: Uint8Array): string {
  return DECODER.decode(bytes);
}

/** Undoes raw deflate. Rejects if the bytes are none, or as soon as more than `size` bytes come of them. */
export async function inflate(bytes: Uint8Array, size: number): Promise<Uint8Array<ArrayBuffer>> {
  const plain = new Uint8Array(size);
  const stream: ReadableStream<Uint8Array> = new Blob([new Uint8Array(bytes)])
    .stream()
    .pipeThrough(new DecompressionStream('deflate-raw'));
  let at = 0;
  for (const reader = stream.getReader(); ;) {
    const { done, value } = await reader.read();
    if (done) return plain.subarray(0, at);
    if (at + value.length > size) {
      await reader.cancel();
      throw new RangeError('More comes of the bytes than was said.');
    }
    plain.set(value, at);
    at += value.length;
  }
}
