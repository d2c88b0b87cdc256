import { workerData } from 'node:worker_threads';
import { lowerThreadPriority } from './workers/thread-priority.js';
import type { ExportRequest } from './wiring.js';
import { exportSnapshot } from './wiring.js';

// What the snapshot thread loads. Its input comes from `openSnapshots` alone.

function isRequest(value: unknown): value is ExportRequest {
  return typeof value === 'object' && value !== null && 'config' in value && 'options' in value && 'out' in value;
}

const request: unknown = workerData;
if (!isRequest(request)) throw new TypeError('This module is started by openSnapshots alone.');
lowerThreadPriority();
await exportSnapshot(request);
