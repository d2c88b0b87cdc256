import { AskdexError, quoteForMessage } from '../../core/errors.js';
import type { Backend, CancelSignal } from '../../core/model/ports.js';
import { QUERY_LIMITS, queryOf } from '../../core/model/query.js';
import { throwIfCanceled } from './read-content.js';

/** A query with a known first hit. If another document comes first, the build is refused. */
export interface GoldenQuery {
  readonly query: string;
  /** The url of the expected first hit. */
  readonly expect: string;
}

/** Failed queries that the error lists. The others are only counted. */
const MAX_LISTED = 10;

/**
 * Runs every golden query.
 *
 * @throws {AskdexError} golden_queries_failed: if a query has another first hit. The message lists the first ten of
 * them,
 *   each with the rank of the expected document. build_canceled: if `signal` aborts.
 */
export async function checkGoldenQueries(
  backend: Pick<Backend, 'search' | 'document'>,
  queries: readonly GoldenQuery[],
  signal: CancelSignal,
): Promise<void> {
  const failed: GoldenQuery[] = [];
  for (const golden of queries) {
    throwIfCanceled(signal);
    const { hits } = await backend.search(queryOf(golden.query, { limit: 1 }));
    if (hits[0]?.url !== golden.expect) failed.push(golden);
  }
  if (failed.length === 0) return;
  const lines: string[] = [];
  for (const golden of failed.slice(0, MAX_LISTED)) lines.push(`  - ${await failureOf(backend, golden)}`);
  if (failed.length > MAX_LISTED) lines.push(`  … and ${failed.length - MAX_LISTED} more.`);
  throw goldenQueriesError(failed.length, queries.length, lines);
}

export function isGoldenQueryFailure(error: unknown): error is AskdexError {
  return error instanceof AskdexError && error.code === 'golden_queries_failed';
}

function goldenQueriesError(failed: number, total: number, lines: readonly string[]): AskdexError {
  const queries = total === 1 ? 'query' : 'queries';
  const head = `${failed} of ${total} golden ${queries} failed, so the build was not published:`;
  return new AskdexError('golden_queries_failed', [head, ...lines].join('\n'), {
    parameter: 'goldenQueries',
    remedy: 'Fix the content or the settings. If another document is now the better answer, update the golden query.',
  });
}

async function failureOf(
  backend: Pick<Backend, 'search' | 'document'>,
  { query, expect }: GoldenQuery,
): Promise<string> {
  const { hits } = await backend.search(queryOf(query, { limit: QUERY_LIMITS.limit }));
  const first = hits[0] === undefined ? 'nothing was found' : `${quoteForMessage(hits[0].url)} came first`;
  const rank = await describeRank(backend, expect, hits);
  return `${quoteForMessage(query)}: ${first}; ${quoteForMessage(expect)} ${rank}.`;
}

async function describeRank(
  backend: Pick<Backend, 'document'>,
  expect: string,
  hits: readonly { readonly url: string }[],
): Promise<string> {
  const rank = hits.findIndex(({ url }) => url === expect) + 1;
  if (rank > 0) return `is hit ${rank}`;
  if ((await backend.document(expect)) === null) return 'is not in the content';
  return hits.length < QUERY_LIMITS.limit ? 'is no hit' : `is not among the first ${QUERY_LIMITS.limit} hits`;
}
