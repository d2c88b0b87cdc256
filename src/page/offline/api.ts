// Replaces `src/page/api.ts` in the page of an export: the snapshot beside the page answers the same calls.
import { AskdexError, type SearchOptions } from '../../client/index.js';
import { ApiError, type DocumentAnswer, type RelatedLink, type TimedAnswer, type Suggestion } from '../api.js';
import { opened } from './snapshot-status.js';

export { ApiError };

/** A snapshot needs no key. */
export function keepKey(): void {}

export async function search(parameters: URLSearchParams, signal: AbortSignal): Promise<TimedAnswer> {
  const snapshot = await answered(opened, signal);
  const started = performance.now();
  const answer = await answered(snapshot.search(parameters.get('q') ?? '', optionsFrom(parameters)), signal);
  return { ...answer, processingTimeMs: performance.now() - started };
}

export async function suggest(text: string, signal: AbortSignal): Promise<readonly Suggestion[]> {
  const snapshot = await answered(opened, signal);
  return answered(snapshot.suggest(text, { limit: 6 }), signal);
}

export async function document(key: string, signal: AbortSignal): Promise<DocumentAnswer> {
  const snapshot = await answered(opened, signal);
  const found = await answered(snapshot.document(key), signal);
  if (found === null) throw new ApiError(404, 'There is no such document.', null);
  return found;
}

export async function related(key: string, signal: AbortSignal): Promise<readonly RelatedLink[]> {
  const snapshot = await answered(opened, signal);
  return (await answered(snapshot.related(key), signal)) ?? [];
}

/** Converts the API parameters that the page uses to search options. */
function optionsFrom(parameters: URLSearchParams): SearchOptions {
  const sort = parameters.get('sort');
  return {
    limit: Number(parameters.get('limit')),
    offset: Number(parameters.get('offset')),
    filter: parameters.getAll('filter'),
    facets: ['subject'],
    ...(sort === 'date:asc' || sort === 'date:desc' ? { sort } : {}),
  };
}

/** Awaits a result unless `signal` is aborted. Converts errors to those that the page shows. */
async function answered<T>(asked: Promise<T>, signal: AbortSignal): Promise<T> {
  try {
    const answer = await asked;
    signal.throwIfAborted();
    return answer;
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof AskdexError)) throw error;
    throw new ApiError(0, error.message, error.remedy ?? null);
  }
}
