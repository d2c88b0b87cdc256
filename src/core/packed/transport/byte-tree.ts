/** Bytes of UTF-8 from the most frequent on, about; 255, which ends a token, among them. All others are rarer. */
const FREQUENT = '\xffeaiontrslcdumphgbyfvwkxzqj';
const COUNT = 256;
/** The byte of rank r is expected in proportion to 1 / (r + 4). */
const EVEN = 4;

/**
 * A binary tree of all bytes in which frequent ones take few steps: at each node, what is before it weighs as much as what is
 * behind (after Shannon and Fano). `STEPS[node * 2 + bit]` is where a step leads: another node, or minus a byte. The root is 1.
 * The byte 0 stands as −256.
 */
export const STEPS = new Int16Array(2 * COUNT);
/** The steps to each byte: the first in the lowest bit. */
export const BYTES = new Uint32Array(COUNT);

const order = Array.from(FREQUENT, (letter) => letter.charCodeAt(0));
for (let byte = 0; byte < COUNT; byte += 1) if (!order.includes(byte)) order.push(byte);
let nodes = 0;
grow(0, COUNT, 0, 1);

/** Makes the tree of the bytes of these ranks; `path` leads there, `bit` is the next step. Returns its root. */
function grow(from: number, to: number, path: number, bit: number): number {
  if (to - from === 1) {
    const byte = order[from] ?? 0;
    BYTES[byte] = path;
    return -byte || -COUNT;
  }
  nodes += 1;
  const node = nodes;
  let middle = from + 1;
  while (middle < to - 1 && (middle + EVEN) * (middle + EVEN) < (from + EVEN) * (to + EVEN)) middle += 1;
  STEPS[node * 2] = grow(from, middle, path, bit * 2);
  STEPS[node * 2 + 1] = grow(middle, to, path + bit, bit * 2);
  return node;
}
