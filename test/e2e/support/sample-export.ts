import type { KeyObject } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import type { Config } from '../../../src/config/config.js';
import type { TextMode } from '../../../src/core/model/snapshot-manifest.js';
import { buildIndex } from '../../../src/index.js';
import { exportSnapshot, readConfig } from '../../../src/wiring.js';
import { serveLocally } from '../../support/local-server.js';

export const ROOT = join(import.meta.dirname, '..', '..', '..');

/** An export of the sample content in `folder`, as `search/` of a static host; beside it stand the files of the product. */
export interface SampleExport {
  readonly folder: string;
  readonly origin: string;
  /** The configuration of the export. */
  readonly config: Config;
  /** Paths that were requested without a range. */
  readonly whole: readonly string[];
  close(): void;
}

export async function sampleExport(text: TextMode, signKey: KeyObject | null = null): Promise<SampleExport> {
  const root = mkdtempSync(join(tmpdir(), 'askdex-browser-'));
  const folder = join(root, 'search');
  const environment = {
    ...{ ASKDEX_CONTENT: join(ROOT, 'content'), ASKDEX_INDEX: join(root, 'index') },
    ...{ ASKDEX_SCHEDULE: 'off', ASKDEX_RATE_LIMIT: 'off', PORT: '0' },
    ASKDEX_ADMIN_KEY: 'an-admin-key-for-tests-that-is-long',
  };
  await buildIndex({ content: environment.ASKDEX_CONTENT, index: environment.ASKDEX_INDEX });
  const config = readConfig({ environment, folder: root });
  const choices = { kind: 'packed', text, subject: null, prefix: '', signKey } as const;
  await exportSnapshot({ config, out: folder, options: choices });
  const whole: string[] = [];
  const host = await serveLocally((request, response) => {
    const path = normalize(decodeURIComponent(request.url ?? '/'));
    if (request.headers.range === undefined) whole.push(path);
    send(path.startsWith('/search/') ? join(root, path) : join(ROOT, path), path, request, response);
  });
  return {
    ...{ folder, config, whole, origin: host.origin },
    close() {
      void host.close();
      rmSync(root, { recursive: true });
    },
  };
}

/** `/` is an empty page. */
function send(file: string, path: string, request: IncomingMessage, response: ServerResponse): void {
  if (path === '/') {
    response.writeHead(200, { 'Content-Type': 'text/html' }).end('<!doctype html><title>A page</title>');
    return;
  }
  try {
    const bytes = readFileSync(file);
    const type = extname(path) === '.js' ? 'text/javascript' : 'application/octet-stream';
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
    if (from === undefined) response.writeHead(200, { 'Content-Type': type }).end(bytes);
    else
      response
        .writeHead(206, { 'Content-Type': type, 'Content-Range': `bytes ${from}-${to}/${bytes.length}` })
        .end(bytes.subarray(Number(from), Number(to) + 1));
  } catch {
    response.writeHead(404).end();
  }
}
