import { createServer, type RequestListener, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { AskdexError, type ErrorCode, systemErrorCodeOr } from '../core/errors.js';
import { problemDetails } from './problem-details.js';

export interface ListenOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Prefix of the links in errors; default `''`. */
  readonly basePath?: string;
  /** Milliseconds for a request's headers, and for a whole request, to arrive; default 10,000 and 30,000. */
  readonly headersTimeout?: number;
  readonly requestTimeout?: number;
}

/** A server that listens. */
export interface Listening {
  readonly server: Server;
  readonly port: number;
  /** For example `http://127.0.0.1:7373`. */
  readonly url: string;
  /**
   * Accepts no more connections, waits at most `graceMs` milliseconds for running requests, then closes the remaining
   * connections. A second call with a shorter wait takes effect.
   */
  close(graceMs: number): Promise<void>;
}

/** @throws {AskdexError} port_unavailable: nothing can listen on that host and port */
export async function listen(app: RequestListener, options: ListenOptions): Promise<Listening> {
  const { host, port, basePath = '', headersTimeout = 10_000, requestTimeout = 30_000 } = options;
  const server = createServer(
    {
      // Larger than any URL that the app accepts, so that the app itself can report a URL that is too long.
      maxHeaderSize: 32 * 1024,
      headersTimeout,
      requestTimeout,
      keepAliveTimeout: 65_000,
      connectionsCheckingInterval: Math.min(headersTimeout, 5_000),
    },
    app,
  );
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => refuse(error, socket, basePath));
  await listening(server, host, port);
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  return {
    server,
    port: bound,
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    close: closer(server),
  };
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => reject(unavailable(error, host, port));
    server.once('error', fail);
    try {
      server.listen({ host, port }, () => {
        server.removeListener('error', fail);
        resolve();
      });
    } catch (error) {
      fail(error);
    }
  });
}

const REASONS: Readonly<Record<string, readonly [reason: string, remedy: string]>> = {
  EADDRINUSE: [
    'another program is listening there',
    'Stop it, or choose another port with PORT=…; PORT=0 takes any free one.',
  ],
  EACCES: ['the system does not permit it', 'Choose a port of 1024 or above with PORT=….'],
  EADDRNOTAVAIL: [
    'this machine does not have that address',
    'Choose an address of this machine with HOST=…, such as 127.0.0.1.',
  ],
  ENOTFOUND: ['that host name is not known', 'Choose an address of this machine with HOST=…, such as 127.0.0.1.'],
  ERR_SOCKET_BAD_PORT: ['a port is a number from 0 to 65535', 'Choose another port with PORT=….'],
};

function unavailable(cause: unknown, host: string, port: number): AskdexError {
  const code = systemErrorCodeOr(cause);
  const [reason, remedy] = REASONS[code] ?? [`the system says ${code}`, 'Check HOST and PORT.'];
  return new AskdexError('port_unavailable', `Cannot listen on ${host}:${port}: ${reason}.`, {
    parameter: 'PORT',
    remedy,
    cause,
  });
}

function closer(server: Server): Listening['close'] {
  let closed: Promise<void> | null = null;
  server.on('request', (_request, response) => {
    // While stopping, close a connection as soon as its response is sent. It is idle one turn later.
    response.once('close', () => {
      if (closed !== null) setImmediate(() => server.closeIdleConnections());
    });
  });
  return async (graceMs) => {
    const timer = setTimeout(() => server.closeAllConnections(), graceMs);
    closed ??= new Promise((resolve) => server.close(() => resolve()));
    server.closeIdleConnections();
    await closed;
    clearTimeout(timer);
  };
}

/** Responds to data that is not a valid HTTP request. */
function refuse(error: NodeJS.ErrnoException, socket: Socket, basePath: string): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const problem = problemDetails(new AskdexError(...refusal(error.code)), basePath);
  const body = JSON.stringify(problem);
  const head = [
    `HTTP/1.1 ${problem.status} ${problem.title}`,
    'Content-Type: application/problem+json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    'X-Content-Type-Options: nosniff',
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroySoon());
}

function refusal(code: string | undefined): [ErrorCode, string] {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return ['headers_too_large', 'The URL and the headers together are larger than 32 KB.'];
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return ['request_timeout', 'The request did not arrive completely in time.'];
    case undefined:
    default:
      return ['malformed_request', 'The data received is not a valid HTTP request. A URL must be percent-encoded.'];
  }
}
