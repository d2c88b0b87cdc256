import { ByteWriter } from '../index/format/byte-buffer.js';
import type { DictionaryAvailability } from '../index/terms/term-dictionary.js';

/** Finds the piece of a dictionary that a term is in, by the first terms of all pieces but the first. */
export function locateByPieceKeys(
  roots: readonly string[],
  { perPiece, units }: { readonly perPiece: number; readonly units: number },
): DictionaryAvailability['blockRange'] {
  const encoded = roots.map(utf8);
  return (term, length) => {
    let low = 0;
    let high = encoded.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareBytes(encoded[middle] ?? term, term.subarray(0, length)) <= 0) low = middle + 1;
      else high = middle;
    }
    return [low * perPiece, Math.min(units, (low + 1) * perPiece) - 1];
  };
}

function utf8(text: string): Uint8Array {
  const writer = new ByteWriter(text.length * 3 + 8);
  writer.utf8(text);
  return writer.finish();
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at += 1) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
