// What a worker does: it holds the snapshot, which the page asks by messages.
import { serializeError } from '../../core/serialized-error.js';
import type { Snapshot, SnapshotOptions } from '../types.js';
import { TransferredIndex } from './transferred-index.js';
import {
  type StoredIndexPart,
  type RequestEnvelope,
  type Reply,
  type WorkerRequest,
  type WorkerMessage,
} from '../worker-protocol.js';
// Not by `openSnapshot`, which loads it when it is asked: all of it comes with the worker.
import { openRemote } from '../open-remote.js';

declare const postMessage: (message: WorkerMessage) => void;

let opened: Promise<Snapshot> | null = null;
/** What the page reads of the store while it is opened; not longer, or its bytes would stay after an update. */
let transferred: TransferredIndex | null = null;

/** Takes a message of the page. */
export function handleMessage(data: unknown): void {
  if (isRequest(data)) void answer(data);
  else if (isKeptPart(data)) transferred?.receive(data);
}

async function answer({ id, request }: RequestEnvelope): Promise<void> {
  const reply = await replyTo(request).catch((error: unknown) => ({ error: serializeError(error) }));
  postMessage({ type: 'reply', id, reply });
}

async function replyTo(request: WorkerRequest): Promise<Reply> {
  if (request.type === 'open') opened = open(request);
  if (opened === null) throw new Error('Nothing was opened yet.');
  const snapshot = await opened;
  switch (request.type) {
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

async function open({ url, options, kept }: Extract<WorkerRequest, { type: 'open' }>): Promise<Snapshot> {
  const told: SnapshotOptions = {
    ...options,
    worker: false,
    onProgress: (progress) => postMessage({ type: 'progress', progress }),
    onUpdate: (manifest) => postMessage({ type: 'update', manifest }),
    onProblem: (problem) => postMessage({ type: 'problem', error: serializeError(problem) }),
  };
  const index = new TransferredIndex();
  transferred = index;
  try {
    return await openRemote(new URL(url), told, kept === null ? null : { manifest: kept, index: () => index });
  } finally {
    transferred = null;
  }
}

/** Only the page that started this worker can speak to it. */
function isKeptPart(data: unknown): data is StoredIndexPart {
  return typeof data === 'object' && data !== null && 'kept' in data;
}

/** The same. */
function isRequest(data: unknown): data is RequestEnvelope {
  return typeof data === 'object' && data !== null && 'id' in data && 'request' in data;
}
