/** A growing byte buffer. Varints are LEB128: seven bits per byte, low bits first, at most 53 bits. */
export class ByteWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  #length = 0;

  constructor(capacity = 1024) {
    this.#bytes = new Uint8Array(capacity);
  }

  /** The number of bytes written. */
  get length(): number {
    return this.#length;
  }

  /**
   * Makes room for `more` bytes and returns the buffer. The caller writes from `length` on and then calls `advance`.
   */
  reserve(more: number): Uint8Array {
    const needed = this.#length + more;
    if (needed > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
      grown.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = grown;
    }
    return this.#bytes;
  }

  advance(count: number): void {
    this.#length += count;
  }

  /** Discards the content but keeps the allocated buffer. */
  clear(): void {
    this.#length = 0;
  }

  u8(value: number): void {
    this.reserve(1)[this.#length] = value;
    this.#length += 1;
  }

  u32(value: number): void {
    const bytes = this.reserve(4);
    const at = this.#length;
    bytes[at] = value;
    bytes[at + 1] = value >>> 8;
    bytes[at + 2] = value >>> 16;
    bytes[at + 3] = value >>> 24;
    this.#length += 4;
  }

  varint(value: number): void {
    const bytes = this.reserve(8);
    let rest = value;
    let at = this.#length;
    while (rest >= 0x80) {
      bytes[at] = (rest % 0x80) | 0x80;
      at += 1;
      rest = rest < 0x8000_0000 ? rest >>> 7 : Math.floor(rest / 0x80);
    }
    bytes[at] = rest;
    this.#length = at + 1;
  }

  /** Writes a signed number in zigzag encoding, so that small numbers of either sign are short. */
  zigzag(value: number): void {
    this.varint(value < 0 ? -2 * value - 1 : 2 * value);
  }

  bytes(bytes: Uint8Array): void {
    this.reserve(bytes.length).set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Appends a few bytes. For short ranges, a loop is faster than creating a subarray view. */
  copy(bytes: Uint8Array, start: number, end: number): void {
    const to = this.reserve(end - start);
    let at = this.#length;
    for (let from = start; from < end; from += 1) to[at++] = bytes[from] ?? 0;
    this.#length = at;
  }

  /** Writes UTF-8 without a length. A lone surrogate is written as U+FFFD. */
  utf8(text: string): void {
    const bytes = this.reserve(text.length * 3);
    this.#length = writeUtf8(text, bytes, this.#length);
  }

  /** Writes the length in bytes, then UTF-8. */
  text(text: string): void {
    this.varint(utf8Length(text));
    this.utf8(text);
  }

  /** Pads with zeros to a multiple of `size`. */
  align(size: number): void {
    const rest = this.#length % size;
    if (rest === 0) return;
    const bytes = this.reserve(size - rest);
    bytes.fill(0, this.#length, this.#length + size - rest);
    this.#length += size - rest;
  }

  /** Returns a copy of the content. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }

  /** Returns a view of the content, valid until the next write. */
  view(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }
}

/** Writes UTF-8 into `bytes` at `at` and returns the end. There must be room for three bytes per UTF-16 unit. */
export function writeUtf8(text: string, bytes: Uint8Array, at: number): number {
  let to = at;
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) {
      bytes[to++] = unit;
    } else if (unit < 0x800) {
      bytes[to++] = 0xc0 | (unit >> 6);
      bytes[to++] = 0x80 | (unit & 63);
    } else {
      let point = unit;
      if (unit >= 0xd800 && unit <= 0xdfff) {
        const next = text.charCodeAt(i + 1);
        if (unit <= 0xdbff && next >= 0xdc00 && next <= 0xdfff) {
          point = 0x10000 + ((unit - 0xd800) << 10) + (next - 0xdc00);
          i += 1;
          bytes[to++] = 0xf0 | (point >> 18);
          bytes[to++] = 0x80 | ((point >> 12) & 63);
          bytes[to++] = 0x80 | ((point >> 6) & 63);
          bytes[to++] = 0x80 | (point & 63);
          continue;
        }
        point = 0xfffd;
      }
      bytes[to++] = 0xe0 | (point >> 12);
      bytes[to++] = 0x80 | ((point >> 6) & 63);
      bytes[to++] = 0x80 | (point & 63);
    }
  }
  return to;
}

/** The length of a text in UTF-8 bytes. */
export function utf8Length(text: string): number {
  let length = 0;
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) length += 1;
    else if (unit < 0x800) length += 2;
    else if (unit >= 0xd800 && unit <= 0xdbff && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) {
      length += 4;
      i += 1;
    } else length += 3;
  }
  return length;
}

const CHUNK = 4096;

/** Decodes UTF-8. An invalid sequence becomes U+FFFD. */
export function readUtf8(bytes: Uint8Array, start: number, end: number): string {
  let out = '';
  const units: number[] = [];
  // A damaged length may reach beyond the end.
  const stop = Math.min(end, bytes.length);
  for (let at = start; at < stop;) {
    const first = bytes[at++] ?? 0;
    let point = first;
    if (first >= 0xf0) {
      point = ((first & 7) << 18) | (low(bytes, at) << 12) | (low(bytes, at + 1) << 6) | low(bytes, at + 2);
      at += 3;
    } else if (first >= 0xe0) {
      point = ((first & 15) << 12) | (low(bytes, at) << 6) | low(bytes, at + 1);
      at += 2;
    } else if (first >= 0xc0) {
      point = ((first & 31) << 6) | low(bytes, at);
      at += 1;
    }
    if (point > 0x10ffff) point = 0xfffd;
    if (point > 0xffff) units.push(0xd800 + ((point - 0x10000) >> 10), 0xdc00 + ((point - 0x10000) & 0x3ff));
    else units.push(point);
    if (units.length >= CHUNK) {
      out += String.fromCharCode(...units);
      units.length = 0;
    }
  }
  return out + String.fromCharCode(...units);
}

function low(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) & 63;
}

/** Reads the output of `ByteWriter`. Bytes beyond the end read as 0, so that a loop over damaged lengths terminates. */
export class ByteReader {
  constructor(
    public bytes: Uint8Array,
    public position = 0,
  ) {}

  /** Continues reading in another buffer. */
  reset(bytes: Uint8Array, at: number): void {
    this.bytes = bytes;
    this.position = at;
  }

  u8(): number {
    return this.bytes[this.position++] ?? 0;
  }

  u32(): number {
    const value = (this.u8() | (this.u8() << 8) | (this.u8() << 16)) >>> 0;
    return value + this.u8() * 0x100_0000;
  }

  varint(): number {
    const bytes = this.bytes;
    let byte = bytes[this.position++] ?? 0;
    if (byte < 0x80) return byte;
    let value = byte & 0x7f;
    let factor = 0x80;
    do {
      byte = bytes[this.position++] ?? 0;
      value += (byte & 0x7f) * factor;
      factor *= 0x80;
    } while (byte >= 0x80);
    return value;
  }

  zigzag(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  text(): string {
    const length = this.varint();
    const start = this.position;
    this.position += length;
    return readUtf8(this.bytes, start, Math.min(this.position, this.bytes.length));
  }
}
