import { SKY } from '../../cli/harness.js';
import { MemoryCaches } from './caches.js';
import { hosted, type Hosted } from './host.js';
import { publisher, type Publisher } from './publisher.js';

/** A site with one question on its own host, and the store of a browser that visits it. */
export interface VisitedSite {
  readonly site: Publisher;
  readonly host: Hosted;
  readonly caches: MemoryCaches;
  /** The name of the entry that contains the index; '' if nothing was stored. */
  indexEntry(): string;
  close(): void;
}

/** The store is that of this process until `close`. */
export async function visitedSite(): Promise<VisitedSite> {
  const site = (await published()).copy();
  const host = await hosted(site.folder);
  const caches = new MemoryCaches();
  Reflect.set(globalThis, 'caches', caches);
  return {
    ...{ site, host, caches },
    indexEntry: () => [...caches.entries.keys()].find((name) => !name.endsWith('=manifest')) ?? '',
    close() {
      Reflect.deleteProperty(globalThis, 'caches');
      host.close();
      site.remove();
    },
  };
}

let firstPublished: Promise<Publisher> | null = null;

/** The first publication of every site. It is built once in a process, because that takes longer than most tests. */
function published(): Promise<Publisher> {
  firstPublished ??= publishSky();
  return firstPublished;
}

async function publishSky(): Promise<Publisher> {
  const site = publisher();
  process.once('exit', () => site.remove());
  await site.publish({ 'sky.md': SKY });
  return site;
}
