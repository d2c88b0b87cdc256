import type { StoredIndex } from '../store/stored-index.js';
import type { StoredIndexPart } from '../worker-protocol.js';

type Bytes = Uint8Array<ArrayBuffer>;

/** A stored index that the page reads and transfers to this worker. Both promises reject if the page cannot read it. */
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
  // The page may report a failure before anything awaits the promise.
  promise.catch(() => undefined);
  return [promise, take];
}
