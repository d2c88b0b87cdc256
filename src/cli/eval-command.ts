import { EXIT } from './usage.js';
import { performance } from 'node:perf_hooks';
import type { Evaluation, EvaluateHooks } from '../app/evaluate.js';
import type { Ranking } from '../core/model/settings.js';
import { safeForTerminal } from '../terminal.js';
import { runEvaluation } from '../wiring.js';
import type { Io } from './process-io.js';
import { createProgressDisplay, type ProgressDisplay } from './progress.js';
import { configFor } from './overrides.js';
import { pluralize, problemLines } from './format.js';

export interface EvalCommandOptions {
  readonly corpus: string;
  readonly queries: string;
  readonly qrels: string;
  readonly ranking?: Ranking;
  readonly json?: true;
}

/** Number of skipped documents that are shown; the rest is only counted. */
const MAX_WARNINGS_SHOWN = 3;

/** `askdex eval`: indexes a corpus in memory, runs judged queries and prints the quality of the ranking. */
export async function evalCommand(io: Io, options: EvalCommandOptions): Promise<number> {
  const { settings: configured, mapping } = configFor(io, {});
  const settings = { ...configured, ranking: options.ranking ?? configured.ranking };
  const display = createProgressDisplay({
    write: (text) => io.err(text),
    mode: io.stderrIsTty ? 'live' : 'none',
    columns: io.columns,
    now: () => performance.now(),
  });
  const { corpus, queries, qrels } = options;
  try {
    const files = { corpus, queries, qrels };
    const found = await runEvaluation({ files, settings, mapping, folder: io.folder }, hooksFor(io, display));
    display.end();
    io.out(
      options.json === true ? `${JSON.stringify(asJson(found), null, 2)}\n` : `${table(found, settings.ranking)}\n`,
    );
  } finally {
    display.end();
  }
  return EXIT.done;
}

function hooksFor(io: Io, display: ProgressDisplay): EvaluateHooks {
  const print = (text: string): void => {
    display.end();
    io.err(text);
  };
  return {
    onProgress: (progress) => display.update(progress),
    onWarning: (text) => print(`warning: ${safeForTerminal(text)}\n`),
    onSkipped(problems) {
      const more = problems.length - MAX_WARNINGS_SHOWN;
      const lines = [
        `warning: ${pluralize(problems.length, 'document')} of the corpus left out.`,
        ...problemLines(problems.slice(0, MAX_WARNINGS_SHOWN)),
        ...(more > 0 ? [`  … and ${more.toLocaleString('en-US')} more.`] : []),
      ];
      print(`${lines.join('\n')}\n`);
    },
  };
}

function asJson({ queries, ndcg10, mrr10, recall100, meanMs, p95Ms }: Evaluation): Record<string, number> {
  return {
    queries,
    ndcg10: rounded(ndcg10, 6),
    mrr10: rounded(mrr10, 6),
    recall100: rounded(recall100, 6),
    meanMs: rounded(meanMs, 4),
    p95Ms: rounded(p95Ms, 4),
  };
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

function table(found: Evaluation, ranking: Ranking): string {
  const rows: [string, string][] = [
    ['ranking', ranking],
    ['documents', found.documents.toLocaleString('en-US')],
    ['queries', found.queries.toLocaleString('en-US')],
    ['nDCG@10', found.ndcg10.toFixed(4)],
    ['MRR@10', found.mrr10.toFixed(4)],
    ['recall@100', found.recall100.toFixed(4)],
    ['mean time', `${found.meanMs.toFixed(3)} ms`],
    ['95 % within', `${found.p95Ms.toFixed(3)} ms`],
  ];
  const [left, right] = [0, 1].map((column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows.map(([name, value]) => `${name.padEnd(left ?? 0)}  ${value.padStart(right ?? 0)}`).join('\n');
}
