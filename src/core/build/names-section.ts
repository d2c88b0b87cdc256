import { ByteWriter } from '../index/format/byte-buffer.js';
import type { MergedSegments } from './segment-merger.js';
import type { SortedStrings } from './sorted-strings.js';

/** Numbers keywords as the documents come: a document's keywords then mostly follow one another. */
export class KeywordNumbering {
  readonly keywords: number[] = [];
  readonly #numbers: Int32Array;

  constructor(size: number) {
    this.#numbers = new Int32Array(size).fill(-1);
  }

  number(keyword: number): number {
    let number = this.#numbers[keyword] ?? -1;
    if (number < 0) {
      number = this.keywords.push(keyword) - 1;
      this.#numbers[keyword] = number;
    }
    return number;
  }
}

/** A vocabulary: how many, then each as its length in bytes and UTF-8. */
function writeStrings(list: SortedStrings): Uint8Array {
  const writer = new ByteWriter(list.length * 12 + 8);
  writer.varint(list.length);
  for (const number of list.numbers) list.strings.write(number, writer);
  return writer.finish();
}

/** The strings that documents name by number: prefixes, subjects, dates, languages, tokens of names; then the keywords. */
export function namesSection({ tables, vocabularies, keywords }: MergedSegments, order: KeywordNumbering): Uint8Array {
  const writer = new ByteWriter(1 << 16);
  const plain = [tables.prefixes, tables.subjects, tables.dates, tables.languages];
  for (const bytes of [...plain.map(({ texts }) => writeStrings(texts)), vocabularies.names]) {
    writer.varint(bytes.length);
    writer.bytes(bytes);
  }
  writer.varint(keywords.length);
  for (const keyword of order.keywords) {
    const tokens = keywords[keyword] ?? [];
    writeNumbers(writer, tokens, 0, tokens.length);
  }
  return writer.finish();
}

/** How many, then each as a varint. */
export function writeNumbers(writer: ByteWriter, numbers: ArrayLike<number>, start: number, end: number): void {
  writer.varint(end - start);
  for (let at = start; at < end; at += 1) writer.varint(numbers[at] ?? 0);
}
