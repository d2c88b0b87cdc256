import { workerData } from 'node:worker_threads';
import { lowerThreadPriority } from './workers/thread-priority.js';
import { exportSnapshot, type ExportRequest } from './wiring.js';

// The module of the snapshot thread, started by `openSnapshots`.

function isRequest(value: unknown): value is ExportRequest {
  return typeof value === 'object' && value !== null && 'config' in value && 'options' in value && 'out' in value;
}

const request: unknown = workerData;
if (!isRequest(request)) throw new TypeError('This module can only be started by openSnapshots.');
lowerThreadPriority();
await exportSnapshot(request);
