// The service worker of an exported page. It serves the page's files from a cache, so that the page opens without a
// network. The client stores the snapshot itself.
export {};

/** The page's files and the hash of their contents. The bundler inserts both. */
declare const SHELL: readonly string[];
declare const VERSION: string;

interface ExtendableEvent extends Event {
  waitUntil(until: Promise<unknown>): void;
}

interface FetchEvent extends ExtendableEvent {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}

interface Scope {
  readonly registration: { readonly scope: string };
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(type: 'install' | 'activate', listener: (event: ExtendableEvent) => void): void;
  addEventListener(type: 'fetch', listener: (event: FetchEvent) => void): void;
}

declare const self: Scope;

const PREFIX = 'askdex-page ';
const NAME = `${PREFIX}${self.registration.scope} ${VERSION}`;
const urls = new Set(SHELL.map((name) => new URL(name, self.registration.scope).href));

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(NAME)
      .then((cache) => cache.addAll([...urls].map((url) => new Request(url, { cache: 'no-cache' }))))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener('activate', (event) => {
  event.waitUntil(deleteOtherVersions().then(() => self.clients.claim()));
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  // The query string only selects what the page shows.
  url.search = '';
  url.hash = '';
  if (request.method === 'GET' && urls.has(url.href)) event.respondWith(fromCache(url.href, request));
});

async function fromCache(url: string, request: Request): Promise<Response> {
  const cached = await (await caches.open(NAME)).match(url);
  return cached ?? fetch(request);
}

async function deleteOtherVersions(): Promise<void> {
  const ours = `${PREFIX}${self.registration.scope} `;
  for (const name of await caches.keys()) if (name.startsWith(ours) && name !== NAME) await caches.delete(name);
}
