// What downloads are decoded by: opening what was kept does not need it.
export { applyDelta } from '../core/packed/delta/delta.js';
export { decodeTransport } from '../core/packed/transport/transport.js';
