import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  ByteReader,
  ByteWriter,
  readUtf8,
  utf8Length,
  writeUtf8,
} from '../../../../src/core/index/format/byte-buffer.js';
import { anyUnits } from '../../../support/texts.js';
import { asWritten } from '../../support.js';

const BORDERS = [7, 14, 21, 28, 31, 32, 35, 42, 49, 53].flatMap((bits) => [2 ** bits - 1, 2 ** bits]);
const NUMBERS = [0, 1, ...BORDERS].filter(Number.isSafeInteger);
const safe = fc.oneof(fc.maxSafeNat(), fc.nat(), fc.nat(300), fc.constantFrom(...NUMBERS));

function written(write: (writer: ByteWriter) => void, capacity?: number): Uint8Array {
  const writer = new ByteWriter(capacity);
  write(writer);
  return writer.finish();
}

describe('numbers in a byte buffer', () => {
  for (const number of NUMBERS) {
    it(`are read back: ${number} as a varint takes seven bits a byte`, () => {
      const bytes = written((writer) => writer.varint(number), 1);
      assert.equal(bytes.length, Math.max(1, Math.ceil(number.toString(2).length / 7)));
      assert.equal(new ByteReader(bytes).varint(), number);
    });
  }

  it('are read back in any sequence, and the reader ends where the writer did', () => {
    fc.assert(
      fc.property(fc.array(safe), (numbers) => {
        const bytes = written((writer) => numbers.forEach((number) => writer.varint(number)), 1);
        const reader = new ByteReader(bytes);
        assert.deepEqual(
          numbers.map(() => reader.varint()),
          numbers,
        );
        assert.equal(reader.position, bytes.length);
      }),
    );
  });

  it('are read back if they are signed', () => {
    const signed = fc.oneof(fc.integer(), fc.integer({ min: -(2 ** 52), max: 2 ** 52 - 1 }));
    fc.assert(
      fc.property(signed, (number) => {
        const bytes = written((writer) => writer.zigzag(number));
        assert.equal(new ByteReader(bytes).zigzag(), number);
      }),
    );
  });

  it('are little-endian in 32 bits', () => {
    const bytes = written((writer) => writer.u32(0xfedcba98));
    assert.deepEqual([...bytes], [0x98, 0xba, 0xdc, 0xfe]);
    assert.equal(new ByteReader(bytes).u32(), 0xfedcba98);
  });

  it('are zeros past the end, so that every varint ends', () => {
    const reader = new ByteReader(Uint8Array.of(0xff, 0xff));
    assert.equal(reader.varint(), 0x3fff);
    assert.equal(reader.varint(), 0);
    assert.equal(reader.text(), '');
  });
});

describe('UTF-8 in a byte buffer', () => {
  const TEXTS = ['', 'a', 'é', '漢', '👍', '𐀀', '\u{10ffff}', '\u007f\u0080\u07ff\u0800\uffff', 'a\u0000b'];
  for (const text of TEXTS) {
    it(`is written as TextEncoder does and read back: ${JSON.stringify(text)}`, () => same(text));
  }

  it('is written as TextEncoder does for any UTF-16: half a surrogate pair becomes U+FFFD', () => {
    fc.assert(fc.property(fc.oneof(anyUnits, fc.string({ unit: 'binary' })), same));
  });

  it('is read back if it is longer than one decoding step, wherever a pair is split', () => {
    for (const before of [4093, 4094, 4095, 4096]) same(`${'x'.repeat(before)}👍é漢${'y'.repeat(9000)}`);
  });

  function same(text: string): void {
    const expected = new TextEncoder().encode(text);
    assert.equal(utf8Length(text), expected.length);
    const bytes = new Uint8Array(text.length * 3 + 1);
    assert.equal(writeUtf8(text, bytes, 1), expected.length + 1);
    assert.deepEqual(bytes.slice(1, expected.length + 1), expected);
    assert.equal(readUtf8(expected, 0, expected.length), asWritten(text));
    const reader = new ByteReader(written((writer) => writer.text(text), 1));
    assert.equal(reader.text(), asWritten(text));
    assert.equal(reader.position, reader.bytes.length);
  }

  it('is read from any bytes without throwing', () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => typeof readUtf8(bytes, 0, bytes.length) === 'string'));
  });
});

describe('a byte writer', () => {
  it('fills with zeros up to a multiple, even over bytes written before', () => {
    const writer = new ByteWriter(1);
    writer.bytes(new Uint8Array(16).fill(255));
    writer.clear();
    writer.u8(1);
    writer.align(8);
    writer.align(8);
    assert.deepEqual([...writer.finish()], [1, 0, 0, 0, 0, 0, 0, 0]);
  });

  it('does not change finished bytes by further writing', () => {
    const writer = new ByteWriter(4);
    writer.u8(1);
    const finished = writer.finish();
    writer.clear();
    writer.u8(2);
    assert.deepEqual([...finished], [1]);
    assert.deepEqual([...writer.view()], [2]);
  });
});
