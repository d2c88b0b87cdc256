import { EXIT } from './usage.js';
import { performance } from 'node:perf_hooks';
import { AskdexError, quoteForMessage } from '../core/errors.js';
import type { Hit, SearchResponse, Snippet } from '../core/model/search-response.js';
import { QUERY_LIMITS, queryOf } from '../core/model/query.js';
import { safeForTerminal } from '../terminal.js';
import { openLatest } from '../wiring.js';
import type { Io } from './process-io.js';
import { configFor, type SettingOptions } from './overrides.js';
import { pluralize, highlighted, headingPrefix, createStyles, type Styles } from './format.js';

export interface SearchCommandOptions extends SettingOptions {
  readonly limit: number;
  readonly json?: true;
}

/** `askdex search`: searches the newest intact generation and prints the hits. */
export async function searchCommand(io: Io, text: string, options: SearchCommandOptions): Promise<number> {
  checkLength(text);
  const config = configFor(io, options);
  const backend = await openLatest(config, (generation, error) => {
    const reason = error instanceof Error ? error.message : String(error);
    io.err(`warning: passed over generation ${generation ?? '(CURRENT)'}: ${safeForTerminal(reason)}\n`);
  });
  if (backend === null) {
    throw new AskdexError('index_not_ready', 'There is no index to search yet.', {
      remedy: 'Run "askdex index" first.',
    });
  }
  const started = performance.now();
  const { generation, ...answer } = await backend.search(queryOf(text, { limit: options.limit }));
  const processingTimeMs = Math.round((performance.now() - started) * 10) / 10;
  await backend.close();
  if (options.json === true) io.out(`${JSON.stringify({ ...answer, processingTimeMs, generation }, null, 2)}\n`);
  else io.out(answerLines({ ...answer, generation }, processingTimeMs, createStyles(io.colors)).join('\n') + '\n');
  return EXIT.done;
}

function checkLength(text: string): void {
  if (text.length <= QUERY_LIMITS.textLength) return;
  throw new AskdexError(
    'query_too_long',
    `The query ${quoteForMessage(text)} has ${text.length} characters; at most ${QUERY_LIMITS.textLength} are allowed.`,
    { parameter: 'query', remedy: 'Ask with fewer words.' },
  );
}

function answerLines(answer: SearchResponse, ms: number, style: Styles): string[] {
  const quoted = `"${safeForTerminal(answer.query)}"`;
  const total = `${answer.totalHitsExact ? '' : 'at least '}${pluralize(answer.totalHits, 'hit')}`;
  const dropped = answer.droppedTerms.map(safeForTerminal).join(', ');
  return [
    style.dim(answer.totalHits === 0 ? `No hits for ${quoted}.` : `${total} for ${quoted} in ${ms} ms`),
    ...(answer.didYouMean === undefined ? [] : [`Did you mean "${safeForTerminal(answer.didYouMean)}"?`]),
    ...(dropped === '' ? [] : [style.dim(`Did not count: ${dropped}`)]),
    ...answer.hits.flatMap((hit, at) => ['', ...hitLines(hit, answer.offset + at + 1, style)]),
  ];
}

function hitLines(hit: Hit, rank: number, style: Styles): string[] {
  const facts = [hit.url, hit.subject, hit.date].filter((fact) => fact !== null).map(safeForTerminal);
  return [
    `${String(rank).padStart(2)}. ${style.bold(highlighted(hit.title, hit.titleHighlights, style.mark))}`,
    `    ${style.dim(facts.join(' · '))}`,
    ...hit.snippets.map((snippet, at) => snippetLine(snippet, hit.snippets[at - 1]?.heading ?? null, style)),
    ...(hit.related.length === 0
      ? []
      : [style.dim(`    related: ${hit.related.map(({ url }) => safeForTerminal(url)).join(' ')}`)]),
  ];
}

/** Formats a passage with its heading, which is omitted if the previous passage has the same one. */
function snippetLine(
  { heading, text, html, highlights }: Snippet,
  headingBefore: string | null,
  style: Styles,
): string {
  const above = heading === null || heading === headingBefore ? '' : style.dim(headingPrefix(safeForTerminal(heading)));
  const before = html.startsWith('… ') ? '… ' : '';
  const after = html.endsWith(' …') ? ' …' : '';
  return `    ${above}${before}${highlighted(text, highlights, style.mark)}${after}`;
}
