import { AskdexError, quoteForMessage } from '../../core/errors.js';
import type { Backend, CancelSignal } from '../../core/model/ports.js';
import { QUERY_LIMITS, queryOf } from '../../core/model/query.js';
import { throwIfCanceled } from './read-content.js';

/** A question with a known answer: a build is refused where another document comes first. */
export interface GoldenQuery {
  readonly query: string;
  /** The url of the document that must be the first hit. */
  readonly expect: string;
}

/** Failing queries that the error lists; the rest is counted. */
const MAX_LISTED = 10;

/**
 * Asks every golden query. Throws `golden_queries_failed`, which lists the first ten that another document answers first,
 * each with where the expected one stands; `build_canceled`.
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

function goldenQueriesError(failed: number, asked: number, lines: readonly string[]): AskdexError {
  const head = `${failed} of ${asked} golden ${asked === 1 ? 'query does not find first what it' : 'queries do not find first what they'} should; nothing was published:`;
  return new AskdexError('golden_queries_failed', [head, ...lines].join('\n'), {
    parameter: 'goldenQueries',
    remedy: 'Mend the content or the settings, or, where another document answers better now, the golden queries.',
  });
}

async function failureOf(
  backend: Pick<Backend, 'search' | 'document'>,
  { query, expect }: GoldenQuery,
): Promise<string> {
  const { hits } = await backend.search(queryOf(query, { limit: QUERY_LIMITS.limit }));
  const first = hits[0] === undefined ? 'nothing was found' : `${quoteForMessage(hits[0].url)} came first`;
  return `${quoteForMessage(query)}: ${first}; ${quoteForMessage(expect)} ${await describeRank(backend, expect, hits)}.`;
}

async function describeRank(
  backend: Pick<Backend, 'document'>,
  expect: string,
  hits: readonly { readonly url: string }[],
): Promise<string> {
  const place = hits.findIndex(({ url }) => url === expect) + 1;
  if (place > 0) return `is hit ${place}`;
  if ((await backend.document(expect)) === null) return 'is not in the content';
  return hits.length < QUERY_LIMITS.limit ? 'is no hit' : `is not among the first ${QUERY_LIMITS.limit} hits`;
}
