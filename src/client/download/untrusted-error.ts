import { AskdexError } from '../../core/errors.js';

/** `snapshot_untrusted`, saying why. */
export function untrustedError(why: string, remedy: string, cause?: unknown): AskdexError {
  return new AskdexError('snapshot_untrusted', `The snapshot is not trusted: ${why}.`, { remedy, cause });
}
