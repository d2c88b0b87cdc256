// What applies a delta: loaded when an update needs it.
export { applyDelta } from '../../core/delta/apply-delta.js';
