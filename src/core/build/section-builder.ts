import { DESCRIPTION } from '../index/documents/stored-fields-format.js';
import { ByteWriter, type ByteReader } from '../index/format/byte-buffer.js';

/** Collects one variable-length part of each document and the length of each part. */
export class SectionBuilder {
  readonly #writer: ByteWriter;
  readonly #starts: Uint32Array;

  /** `capacity`: the expected number of bytes. */
  constructor(size: number, capacity = 1 << 16) {
    this.#writer = new ByteWriter(capacity);
    this.#starts = new Uint32Array(size);
  }

  begin(document: number): ByteWriter {
    this.#starts[document] = this.#writer.length;
    return this.#writer;
  }

  /** The length of each part in bytes, as varints. */
  lengths(): Uint8Array {
    const lengths = new ByteWriter(this.#starts.length * 2 + 16);
    for (let part = 0; part < this.#starts.length; part += 1) {
      lengths.varint((this.#starts[part + 1] ?? this.#writer.length) - (this.#starts[part] ?? 0));
    }
    return lengths.finish();
  }

  /** Valid until the next part begins. */
  bytes(): Uint8Array {
    return this.#writer.view();
  }
}

/** Segments consist mostly of tokens, so this loop decodes and encodes varints (at most 28 bits) inline. */
export function copyTokens(reader: ByteReader, writer: ByteWriter, map: Uint32Array): void {
  const count = reader.varint();
  writer.varint(count);
  const from = reader.bytes;
  let at = reader.position;
  const bytes = writer.reserve(count * 4);
  const start = writer.length;
  let to = start;
  for (let left = count; left > 0; left -= 1) {
    let byte = from[at++] ?? 0;
    let number = byte & 0x7f;
    for (let shift = 7; byte >= 0x80; shift += 7) {
      byte = from[at++] ?? 0;
      number |= (byte & 0x7f) << shift;
    }
    let rest = map[number] ?? 0;
    for (; rest >= 0x80; rest >>>= 7) bytes[to++] = (rest & 0x7f) | 0x80;
    bytes[to++] = rest;
  }
  reader.position = at;
  writer.advance(to - start);
}

/** Copies a description with its tokens renumbered. */
export function copyDescription(reader: ByteReader, writer: ByteWriter, map: Uint32Array): void {
  const kind = reader.varint();
  writer.varint(kind);
  if (kind === DESCRIPTION.ofAnswer) writer.varint(reader.varint());
  else if (kind === DESCRIPTION.own) copyTokens(reader, writer, map);
}

/** Copies an answer with its tokens renumbered. */
export function copyAnswer(reader: ByteReader, writer: ByteWriter, map: Uint32Array): void {
  const start = reader.position;
  skipNumbers(reader, reader.varint());
  skipNumbers(reader, reader.varint() * 2);
  // Blocks and atoms are copied unchanged.
  writer.copy(reader.bytes, start, reader.position);
  copyTokens(reader, writer, map);
}

function skipNumbers(reader: ByteReader, count: number): void {
  const { bytes } = reader;
  let { position } = reader;
  for (let left = count; left > 0; left -= 1) while ((bytes[position++] ?? 0) >= 0x80);
  reader.position = position;
}
