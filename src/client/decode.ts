// What downloads are decoded by, together: a third of all code, which opening what was kept does not need.
export { applyDelta } from '../core/packed/delta/delta.js';
export { decodeTransport } from '../core/packed/transport/transport.js';
