/** Bytes of UTF-8 from the most frequent on, about; 255, which ends a token, among them. */
const FREQUENT = '\xffeaiontrslcdumphgbyfvwkxzqj0123456789';
const COUNT = 256;

/**
 * A binary tree of all bytes in which frequent ones take few steps (after Huffman, *A method for the construction of
 * minimum-redundancy codes*, 1952). `STEPS[node * 2 + bit]` is where a step leads: another node, or minus a byte. The root is 1.
 * No byte is 0 but the character U+0000, which stands as −256.
 */
export const STEPS = new Int16Array(2 * COUNT);
/** The steps to each byte: the first in the lowest bit. */
export const BYTES = new Uint32Array(COUNT);
grow();

/** How often a byte is expected, in no unit. */
function expected(byte: number): number {
  const rank = FREQUENT.indexOf(String.fromCharCode(byte));
  return rank < 0 ? 12 : Math.floor(6000 / (rank + 4));
}

function grow(): void {
  const trees = Array.from({ length: COUNT }, (_, byte) => ({
    weight: expected(byte),
    bytes: [byte],
    root: -byte || -COUNT,
  }));
  for (let node = COUNT - 1; node > 0; node -= 1) {
    // The two lightest come last; equal ones stay in their order, which is that of every engine.
    trees.sort((a, b) => b.weight - a.weight);
    const [light, lighter] = trees.splice(-2);
    if (light === undefined || lighter === undefined) return;
    STEPS[node * 2] = light.root;
    STEPS[node * 2 + 1] = lighter.root;
    for (const byte of light.bytes) BYTES[byte] = (BYTES[byte] ?? 0) * 2;
    for (const byte of lighter.bytes) BYTES[byte] = (BYTES[byte] ?? 0) * 2 + 1;
    trees.push({
      weight: light.weight + lighter.weight,
      bytes: [...light.bytes, ...lighter.bytes],
      root: node,
    });
  }
}
