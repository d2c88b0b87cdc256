import { AskdexError, quoteForMessage } from '../core/errors.js';
import type { Snapshot } from './types.js';

/** Replaces `open-folder.ts` in the bundles for browsers. */
export function openFolder(source: string | URL): Promise<Snapshot> {
  const text = source instanceof URL ? source.href : source;
  return Promise.reject(
    new AskdexError(
      'invalid_parameter',
      `The snapshot's source is ${quoteForMessage(text)}; a browser cannot open folders.`,
      {
        parameter: 'source',
        remedy: 'Serve it over HTTPS, or from localhost, and give its URL.',
      },
    ),
  );
}
