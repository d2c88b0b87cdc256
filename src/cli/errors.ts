import { AskdexError } from '../core/errors.js';
import type { Io } from './process-io.js';
import { safeLines } from '../terminal.js';

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
