// What a worker does: it holds the snapshot, which the page asks by messages.
import { serializeError } from '../../core/serialized-error.js';
import type { Snapshot, SnapshotOptions } from '../types.js';
import { HandedIndex } from './transferred-index.js';
import {
  type KeptPart,
  type NumberedRequest,
  type Reply,
  type Request,
  type Said,
} from '../worker-protocol.js';
// Not by `openSnapshot`, which loads it when it is asked: all of it comes with the worker.
import { openRemote } from '../open-remote.js';

declare const postMessage: (message: Said) => void;

let opened: Promise<Snapshot> | null = null;
/** What the page reads of the store while it is opened; not longer, or its bytes would stay after an update. */
let handed: HandedIndex | null = null;

/** Takes a message of the page. */
export function hear(data: unknown): void {
  if (isRequest(data)) void answer(data);
  else if (isKeptPart(data)) handed?.take(data);
}

async function answer({ id, request }: NumberedRequest): Promise<void> {
  const reply = await replyTo(request).catch((error: unknown) => ({ error: serializeError(error) }));
  postMessage({ say: 'reply', id, reply });
}

async function replyTo(request: Request): Promise<Reply> {
  if (request.ask === 'open') opened = open(request);
  if (opened === null) throw new Error('Nothing was opened yet.');
  const snapshot = await opened;
  switch (request.ask) {
    case 'open':
      return 'snapshot' in snapshot.manifest ? { manifest: snapshot.manifest } : {};
    case 'search':
      return { answer: await snapshot.search(request.q, request.options) };
    case 'suggest':
      return { suggestions: await snapshot.suggest(request.q, request.options) };
    case 'document':
      return { document: [await snapshot.document(request.key)] };
    case 'related':
      return { related: [await snapshot.related(request.key, request.options)] };
    case 'update':
      return { updated: await snapshot.update() };
  }
}

async function open({ url, options, kept }: Extract<Request, { ask: 'open' }>): Promise<Snapshot> {
  const told: SnapshotOptions = {
    ...options,
    worker: false,
    onProgress: (progress) => postMessage({ say: 'progress', progress }),
    onUpdate: (manifest) => postMessage({ say: 'update', manifest }),
    onProblem: (problem) => postMessage({ say: 'problem', error: serializeError(problem) }),
  };
  const index = new HandedIndex();
  handed = index;
  try {
    return await openRemote(
      new URL(url),
      told,
      kept === null ? null : { manifest: kept, index: () => index },
    );
  } finally {
    handed = null;
  }
}

/** Only the page that started this worker can speak to it. */
function isKeptPart(data: unknown): data is KeptPart {
  return typeof data === 'object' && data !== null && 'kept' in data;
}

/** The same. */
function isRequest(data: unknown): data is NumberedRequest {
  return typeof data === 'object' && data !== null && 'id' in data && 'request' in data;
}
