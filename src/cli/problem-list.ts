import type { BuildWarning } from '../core/model/build-report.js';
import { safeForTerminal } from '../terminal.js';

/** How many problems a summary shows before it only counts the rest. */
export const SHOWN_PROBLEMS = 20;

/** Lines for people: `file:line`, what is wrong, what to do; at most `most` of them, then how many more there are. */
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
