import type { Block } from '../core/model/document.js';
import type {
  DocumentView,
  Hit,
  RelatedHit,
  SearchResponse,
  Snippet,
  Suggestion,
} from '../core/model/search-response.js';

export type { Block, Hit, Snippet, Suggestion };
export type RelatedLink = Pick<RelatedHit, 'title' | 'url' | 'subject' | 'indexed'>;
export type DocumentAnswer = DocumentView;

/** The API's response to a search. */
export interface TimedAnswer extends SearchResponse {
  readonly processingTimeMs: number;
}

/** An error of the API. `status` 0: the server cannot be reached. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly remedy: string | null,
  ) {
    super(message);
  }
}

const KEY = 'askdex-key';

/** Stores a search key while the tab is open, for sites that require one. */
export function keepKey(key: string): void {
  // Characters that a header cannot contain are left over from copying. With them no request could be sent.
  sessionStorage.setItem(KEY, key.replace(/[^\x21-\x7e]/g, ''));
}

/** Sends a request. Paths are relative to the page, so a base path needs no setting here. Throws {@link ApiError}. */
async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  const key = sessionStorage.getItem(KEY);
  const headers: Record<string, string> = key === null ? {} : { Authorization: `Bearer ${key}` };
  const init = signal === undefined ? { headers } : { headers, signal };
  const response = await fetch(path, init).catch((error: unknown) => {
    if (signal?.aborted === true) throw error;
    throw new ApiError(0, 'The server cannot be reached.', 'Check the connection and try again.');
  });
  const body: unknown = await response.json().catch(() => null);
  // Not validated, since page and response come from the same server.
  if (response.ok) return body as T;
  throw problemOf(response.status, body);
}

function problemOf(status: number, body: unknown): ApiError {
  const { detail, remedy } = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  const message = typeof detail === 'string' ? detail : `The server answered with status ${status}.`;
  return new ApiError(status, message, typeof remedy === 'string' ? remedy : null);
}

export function search(parameters: URLSearchParams, signal: AbortSignal): Promise<TimedAnswer> {
  return get(`v1/search?${parameters.toString()}`, signal);
}

export async function suggest(text: string, signal: AbortSignal): Promise<readonly Suggestion[]> {
  const parameters = new URLSearchParams({ q: text, limit: '6' });
  return (await get<{ suggestions: readonly Suggestion[] }>(`v1/suggest?${parameters.toString()}`, signal)).suggestions;
}

export function document(key: string, signal: AbortSignal): Promise<DocumentAnswer> {
  return get(`v1/documents/${encodeURIComponent(key)}`, signal);
}

export async function related(key: string, signal: AbortSignal): Promise<readonly RelatedLink[]> {
  return (await get<{ related: readonly RelatedLink[] }>(`v1/documents/${encodeURIComponent(key)}/related`, signal))
    .related;
}
