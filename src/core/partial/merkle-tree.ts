import { HASH } from './lazy-directory.js';

/**
 * Checksums of pieces as the leaves of binary trees (Merkle, 1980). The head of a file has the roots, each piece the
 * sibling checksums up to its root. So a piece can be verified on its own, and the size of the head stays bounded.
 *
 * ```
 * root           = hash(1, ab, cd)          in the head
 *               /           \
 *        ab = hash(1, a, b)  cd             proof of piece a: b, cd (the lowest first)
 *       /      \
 * a = hash(0, body of a)  b
 * ```
 *
 * All trees are `depth` high. Zeros stand for the checksums of missing pieces at the end.
 */
const LEAF = 0;
const NODE = 1;
/** Maximum number of tree roots in a head. */
const MAX_ROOTS = 256;

/** The height of the trees over this many pieces. */
function treeDepth(pieces: number): number {
  return Math.max(0, Math.ceil(Math.log2(pieces / MAX_ROOTS)));
}

/** The bytes that the checksum of a piece is computed from. */
function leafBytes(body: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(1 + body.length);
  bytes[0] = LEAF;
  bytes.set(body, 1);
  return bytes;
}

/** The bytes that the checksum of an inner node is computed from. */
function nodeBytes(left: Uint8Array, right: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(1 + 2 * HASH);
  bytes[0] = NODE;
  bytes.set(left.subarray(0, HASH), 1);
  bytes.set(right.subarray(0, HASH), 1 + HASH);
  return bytes;
}

export interface MerkleTree {
  readonly depth: number;
  /** The checksums of the roots, one after another. */
  readonly nodes: Uint8Array;
  /** The proof of a piece. */
  proof(piece: number): Uint8Array;
}

/** Builds the trees over pieces. `hash` must return at least `HASH` bytes; the first `HASH` are used. */
export function buildMerkleTree(bodies: readonly Uint8Array[], hash: (bytes: Uint8Array) => Uint8Array): MerkleTree {
  const depth = treeDepth(bodies.length);
  const cut = (bytes: Uint8Array): Uint8Array => hash(bytes).subarray(0, HASH);
  const none = new Uint8Array(HASH);
  const levels: Uint8Array[][] = [bodies.map((body) => cut(leafBytes(body)))];
  for (let level = 0; level < depth; level += 1) {
    const below = levels[level] ?? [];
    const above = Array.from({ length: Math.ceil(below.length / 2) }, (_, at) =>
      cut(nodeBytes(below[2 * at] ?? none, below[2 * at + 1] ?? none)),
    );
    levels.push(above);
  }
  return {
    depth,
    nodes: joined(levels[depth] ?? []),
    proof: (piece) => joined(levels.slice(0, depth).map((level, height) => level[(piece >>> height) ^ 1] ?? none)),
  };
}

function joined(hashes: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(hashes.length * HASH);
  for (const [at, hash] of hashes.entries()) bytes.set(hash, at * HASH);
  return bytes;
}

export interface MerkleProof {
  readonly piece: number;
  readonly proof: Uint8Array;
  readonly body: Uint8Array;
  readonly depth: number;
  readonly nodes: Uint8Array;
}

/** Whether a piece matches the roots in the head. `hash`: sha256. */
export async function verifyProof(
  { piece, proof, body, depth, nodes }: MerkleProof,
  hash: (bytes: Uint8Array<ArrayBuffer>) => Promise<Uint8Array>,
): Promise<boolean> {
  let own = await hash(leafBytes(body));
  for (let height = 0; height < depth; height += 1) {
    const other = proof.subarray(height * HASH, (height + 1) * HASH);
    const isRight = (piece >>> height) % 2 === 1;
    own = await hash(isRight ? nodeBytes(other, own) : nodeBytes(own, other));
  }
  const top = (piece >>> depth) * HASH;
  for (let at = 0; at < HASH; at += 1) if (own[at] !== nodes[top + at]) return false;
  return nodes.length >= top + HASH;
}
