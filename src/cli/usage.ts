import { VARIABLES } from '../config/variables.js';
import { AskdexError } from '../core/errors.js';
import type { Io } from './process-io.js';
import { safeLines } from '../terminal.js';

/** Called with the exit code of a command. */
export type Finish = (code: number) => void;

/** The main help after the list of commands: examples, environment variables and exit codes. */
export function mainHelp(): string {
  return `
Examples:
  $ askdex serve                          index the folder "content" and serve it on http://127.0.0.1:7373
  $ ASKDEX_CONTENT=docs PORT=8080 askdex serve
  $ askdex check --content docs           list every problem of the content, change nothing
  $ askdex index --content docs           build the index once
  $ askdex search "reset my password"     ask the index from here
  $ askdex snapshot export --out public/search   files for clients that search by themselves
  $ askdex eval --help                    measure the ranking with judged queries

Environment (all optional; an empty value counts as unset):
${variableLines().join('\n')}

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 refused by the golden queries.
Documentation: docs/running.md and docs/configuration.md.
`;
}

function variableLines(): string[] {
  const variables = Object.values(VARIABLES);
  const left = variables.map(({ name, fallback }) => (fallback === '' ? name : `${name}=${quoted(fallback)}`));
  const width = Math.max(...left.map((text) => text.length)) + 2;
  return variables.map((variable, at) => `  ${(left[at] ?? '').padEnd(width)}${variable.help}`);
}

function quoted(text: string): string {
  return text.includes(' ') ? `"${text}"` : text;
}

/** The examples at the end of a command's help. */
export function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}\n`;
}

/** Exit codes. `refused`: golden queries prevented a build from being published. */
export const EXIT = { done: 0, failed: 1, usage: 2, refused: 3, interrupted: 130 } as const;

/** Prints an error to standard error, with `json` also as an object to standard output. Returns the exit code. */
export function printError(error: unknown, io: Io, json: boolean): number {
  const known = error instanceof AskdexError ? error : null;
  const message = known?.message ?? (error instanceof Error ? error.message : String(error));
  if (json) {
    const code = known?.code ?? 'internal';
    io.out(`${JSON.stringify({ error: { code, message, remedy: known?.remedy ?? null } })}\n`);
  }
  io.err(`${safeLines(`error: ${message}`)}\n`);
  if (known?.remedy !== undefined && known.remedy !== '') io.err(`  ${safeLines(known.remedy)}\n`);
  if (known === null) io.err(`${trace(error, io)}\n`);
  if (known?.code === 'golden_queries_failed') return EXIT.refused;
  return known?.code === 'build_canceled' ? EXIT.interrupted : EXIT.failed;
}

/** The stack trace of a bug, if the log level is debug. */
function trace(error: unknown, io: Io): string {
  if (io.environment['ASKDEX_LOG_LEVEL'] === 'debug' && error instanceof Error && error.stack !== undefined) {
    return safeLines(error.stack);
  }
  return '  This is a bug in Askdex. ASKDEX_LOG_LEVEL=debug shows where it happened.';
}
