import type { TextRange } from '../core/model/document.js';
import { safeForTerminal } from '../terminal.js';
import type { BuildWarning } from '../core/model/build-report.js';

export interface Styles {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly mark: (text: string) => string;
}

/** ANSI styles; without colors the text is unchanged. */
export function createStyles(colors: boolean): Styles {
  const style = (on: number, off: number) => (text: string) =>
    colors && text !== '' ? `\u001b[${on}m${text}\u001b[${off}m` : text;
  return { bold: style(1, 22), dim: style(2, 22), mark: style(33, 39) };
}

/** Sanitizes `text` and applies `mark` to `ranges` (UTF-16 offsets into `text`, in order, not overlapping). */
export function highlighted(text: string, ranges: readonly TextRange[], mark: (text: string) => string): string {
  let at = 0;
  let made = '';
  for (const [start, end] of ranges) {
    made += safeForTerminal(text.slice(at, start)) + mark(safeForTerminal(text.slice(start, end)));
    at = end;
  }
  return made + safeForTerminal(text.slice(at));
}

/** A heading as the prefix of its passage: `Causes: `, but `Why? `. */
export function headingPrefix(heading: string): string {
  return /[.:?!]$/.test(heading) ? `${heading} ` : `${heading}: `;
}

/** `1 file`, `2 files`, `16,402 files`. */
export function pluralize(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}

/** `850 ms`, `1.2 s`, `2 min 5 s`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** `512 B`, `1.2 MB` (powers of 1000). */
export function byteSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB'];
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 999.95 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value.toFixed(1)} ${units[unit] ?? 'GB'}`;
}

/** Number of problems that a summary shows; the rest is only counted. */
export const SHOWN_PROBLEMS = 20;

/** Formats problems with file, line, reason and remedy: at most `most` of them, then the number of the others. */
export function problemLines(problems: readonly BuildWarning[], most = Infinity): string[] {
  const lines = problems
    .slice(0, most)
    .flatMap((problem) => [
      `  ${place(problem)}${safeForTerminal(problem.reason)} [${problem.code}]`,
      `      ${safeForTerminal(problem.remedy)}`,
    ]);
  const more = problems.length - most;
  if (more > 0) lines.push(`  … and ${more.toLocaleString('en-US')} more; "askdex check" lists them all.`);
  return lines;
}

function place({ file, line }: BuildWarning): string {
  if (file === null) return '';
  return `${safeForTerminal(line === null ? file : `${file}:${line}`)}  `;
}
