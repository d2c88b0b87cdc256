import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';

/** A server for a test, on a free port of 127.0.0.1. */
export interface LocalServer {
  /** Scheme, host and port, such as `http://127.0.0.1:4711`. */
  readonly origin: string;
  readonly port: number;
  /** Closes its connections. Resolves once it no longer listens. */
  close(): Promise<void>;
}

/** Answers requests by `listener` until it is closed. */
export async function serveLocally(listener: RequestListener): Promise<LocalServer> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  const { port } = address;
  return {
    origin: `http://127.0.0.1:${port}`,
    port,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
