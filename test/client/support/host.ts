import { readFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { extname, join } from 'node:path';
import { serveLocally } from '../../support/local-server.js';

type Answer = Buffer | number;

export interface Hosted {
  /** Ends with a slash. */
  readonly url: string;
  /** Overrides of the host's answers by file name: other bytes or a status, possibly later. */
  readonly altered: Map<string, (bytes: Buffer) => Answer | Promise<Answer>>;
  /** Extra headers by file name. */
  readonly headers: Map<string, Readonly<Record<string, string>>>;
  /** Files whose response breaks off in the middle. */
  readonly broken: Set<string>;
  readonly asked: { readonly path: string; readonly headers: IncomingHttpHeaders }[];
  close(): void;
}

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
};

/** A static host of a folder on this machine. */
export async function hosted(folder: string): Promise<Hosted> {
  const altered: Hosted['altered'] = new Map();
  const headers: Hosted['headers'] = new Map();
  const broken: Hosted['broken'] = new Set();
  const asked: Hosted['asked'] = [];
  const server = await serveLocally((request, response) => {
    const path = (request.url ?? '').replace(/\?.*$/s, '');
    asked.push({ path, headers: request.headers });
    const name = path === '/' ? 'index.html' : path.slice(1);
    const answer = async (): Promise<void> => {
      const bytes = readFileSync(join(folder, name));
      const changed = await (altered.get(name)?.(bytes) ?? bytes);
      const type = TYPES[extname(name)] ?? 'application/octet-stream';
      if (typeof changed === 'number') response.writeHead(changed, { 'Retry-After': '7' }).end();
      else if (broken.has(name)) {
        response.writeHead(200, { 'Content-Type': type, 'Content-Length': changed.length });
        response.write(changed.subarray(0, changed.length >> 1), () => response.destroy());
      } else response.writeHead(200, { 'Content-Type': type, ...headers.get(name) }).end(changed);
    };
    answer().catch(() => response.writeHead(404).end());
  });
  return {
    url: `${server.origin}/`,
    altered,
    headers,
    broken,
    asked,
    close: () => void server.close(),
  };
}

/** A copy with one bit changed. */
export const flipped = (bytes: Buffer): Buffer => {
  const copy = Buffer.from(bytes);
  const middle = copy.length >> 1;
  copy[middle] = (copy[middle] ?? 0) ^ 1;
  return copy;
};
