import { sha256Bytes } from '../../sha256.js';
import {
  damagedPieceError,
  HASH,
  headerBody,
  LAZY_FILE,
  LAZY_HEAD_FILE,
  PART_NAMES,
  readHead,
  writeDirectory,
} from '../../core/partial/lazy-directory.js';
import { verifyProof } from '../../core/partial/merkle-tree.js';
import { splitIndex } from '../../core/partial/pieces-writer.js';

export interface LazyFiles {
  /** The bytes of `index.lazy-head`, `index.lazy` and `index.askdex`. */
  readonly head: Uint8Array;
  readonly file: Uint8Array;
  readonly index: Uint8Array;
  /** Undoes raw deflate; throws where the bytes are none. */
  readonly inflate: (bytes: Uint8Array) => Uint8Array;
}

/**
 * Checks that every piece of `index.lazy` has its checksum in the head and unpacks to what `index.askdex` gives when it is cut
 * so. Returns the number of pieces. Throws `index_damaged`, naming the file.
 */
export async function verifyLazyFiles({ head, file, index, inflate }: LazyFiles): Promise<number> {
  const unpacked = (bytes: Uint8Array, name: string): Uint8Array => {
    try {
      return inflate(bytes);
    } catch (cause) {
      throw damagedPieceError(name, 'it cannot be unpacked', cause);
    }
  };
  const body = unpacked(headerBody(head), LAZY_HEAD_FILE);
  const { parts, depth, nodes, pieces } = readHead(body, file.length);
  const perPiece = Object.fromEntries(PART_NAMES.map((name) => [name, parts[name].perPiece]));
  const cut = splitIndex(index, { perPiece });
  const directory = writeDirectory(cut.directory);
  if (Buffer.compare(directory, body.subarray(0, directory.length)) !== 0)
    throw damagedPieceError(LAZY_HEAD_FILE, 'it is not that of index.askdex');
  let at = 0;
  for (const [piece, { size, deflated }] of pieces.entries()) {
    const proof = file.subarray(at, at + depth * HASH);
    const stored = file.subarray(at + proof.length, at + proof.length + size);
    const range = `bytes ${at} to ${at + proof.length + size - 1}`;
    at += proof.length + size;
    if (!(await verifyProof({ piece, proof, body: stored, depth, nodes }, sha256)))
      throw damagedPieceError(LAZY_FILE, `${range} do not match their checksum`);
    const plain = deflated ? unpacked(stored, LAZY_FILE) : stored;
    if (Buffer.compare(plain, cut.pieces[piece] ?? new Uint8Array(0)) !== 0)
      throw damagedPieceError(LAZY_FILE, `${range} are not what index.askdex holds there`);
  }
  return pieces.length;
}

function sha256(bytes: Uint8Array): Promise<Uint8Array> {
  return Promise.resolve(sha256Bytes(bytes));
}
