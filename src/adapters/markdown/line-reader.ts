/** One line of a file without its end, or the news that it was too long to keep. */
export type Line =
  { readonly number: number; readonly bytes: Buffer } | { readonly number: number; readonly bytes: null };

/** Bytes that one line may have. */
export const LINE_SIZE = 2 * 1024 * 1024;

/** Thrown when more than `limit` bytes came. */
export class LimitExceededError extends Error {}

/** Cuts a stream of bytes into lines; a line of more than `LINE_SIZE` bytes is passed over without being kept. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>, limit: number): AsyncGenerator<Line> {
  let number = 1;
  let total = 0;
  let parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    total += chunk.length;
    if (total > limit) throw new LimitExceededError();
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    let start = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
      length += end - start;
      if (length <= LINE_SIZE) parts.push(bytes.subarray(start, end));
      yield { number, bytes: length > LINE_SIZE ? null : Buffer.concat(parts) };
      number += 1;
      parts = [];
      length = 0;
      start = end + 1;
    }
    length += bytes.length - start;
    if (length <= LINE_SIZE) parts.push(bytes.subarray(start));
    else parts = [];
  }
  if (length > 0) yield { number, bytes: length > LINE_SIZE ? null : Buffer.concat(parts) };
}
