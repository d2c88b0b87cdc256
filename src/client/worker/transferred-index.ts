import type { KeptIndex } from '../store/stored-index.js';
import type { KeptPart } from '../worker-protocol.js';

type Bytes = Uint8Array<ArrayBuffer>;

/** An index that the page reads of the store, as its parts reach a worker. Both reject where the page could not read it. */
export class HandedIndex implements KeptIndex {
  readonly bytes: Promise<Bytes>;
  readonly hashes: Promise<Bytes>;
  readonly #takers: Record<KeptPart['kept'], (data: KeptPart['data']) => void>;

  constructor() {
    const [bytes, takeBytes] = coming();
    const [hashes, takeHashes] = coming();
    this.bytes = bytes;
    this.hashes = hashes;
    this.#takers = { bytes: takeBytes, hashes: takeHashes };
  }

  take({ kept, data }: KeptPart): void {
    this.#takers[kept](data);
  }
}

function coming(): readonly [Promise<Bytes>, (data: KeptPart['data']) => void] {
  let take: (data: KeptPart['data']) => void = () => undefined;
  const promise = new Promise<Bytes>((resolve, reject) => {
    take = (data) => (data === null ? reject(new Error('The page could not read it.')) : resolve(data));
  });
  // The page may speak before anybody waits.
  promise.catch(() => undefined);
  return [promise, take];
}
