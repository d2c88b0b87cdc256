import type { StoredIndex } from '../store/stored-index.js';
import type { StoredIndexPart } from '../worker-protocol.js';

type Bytes = Uint8Array<ArrayBuffer>;

/** An index that the page reads of the store, as its parts reach a worker. Both reject where the page could not read it. */
export class TransferredIndex implements StoredIndex {
  readonly bytes: Promise<Bytes>;
  readonly hashes: Promise<Bytes>;
  readonly #takers: Record<StoredIndexPart['kept'], (data: StoredIndexPart['data']) => void>;

  constructor() {
    const [bytes, takeBytes] = deferred();
    const [hashes, takeHashes] = deferred();
    this.bytes = bytes;
    this.hashes = hashes;
    this.#takers = { bytes: takeBytes, hashes: takeHashes };
  }

  receive({ kept, data }: StoredIndexPart): void {
    this.#takers[kept](data);
  }
}

function deferred(): readonly [Promise<Bytes>, (data: StoredIndexPart['data']) => void] {
  let take: (data: StoredIndexPart['data']) => void = () => undefined;
  const promise = new Promise<Bytes>((resolve, reject) => {
    take = (data) => (data === null ? reject(new Error('The page could not read it.')) : resolve(data));
  });
  // The page may speak before anybody waits.
  promise.catch(() => undefined);
  return [promise, take];
}
