import { EXIT } from './usage.js';
import { performance } from 'node:perf_hooks';
import { collectDocuments, parseFile } from '../app/build/parsed-files.js';
import type { Problem, ParsedFile } from '../core/model/ports.js';
import { openSource } from '../wiring.js';
import type { Io } from './process-io.js';
import { createProgressDisplay } from './progress.js';
import { configFor, type SettingOptions } from './overrides.js';
import { pluralize, problemLines } from './format.js';

export interface CheckCommandOptions extends SettingOptions {
  readonly json?: true;
}

/** `askdex check`: reads all content and lists every problem. Exit code 1 if a document would be skipped. */
export async function checkCommand(io: Io, options: CheckCommandOptions): Promise<number> {
  const config = configFor(io, options);
  const source = await openSource(config);
  const display = createProgressDisplay({
    write: (text) => io.err(text),
    mode: io.stderrIsTty ? 'live' : 'none',
    columns: io.columns,
    now: () => performance.now(),
  });
  const scan = await source.scan();
  const readings: ParsedFile[] = [];
  const total = scan.entries.length;
  for (const [done, entry] of scan.entries.entries()) {
    display.update({ stage: 'parsing', percent: (100 * done) / total, done, total });
    readings.push(await parseFile(source, entry));
  }
  const { documents, problems } = collectDocuments(readings, scan.problems);
  display.end();
  const skipped = problems.filter((problem) => problem.skipped).length;
  if (options.json === true) {
    const counts = { documents: documents.length, skipped, warnings: problems.length - skipped };
    io.out(`${JSON.stringify({ ...counts, problems }, null, 2)}\n`);
  } else {
    io.out(`${summary(documents.length, problems).join('\n')}\n`);
  }
  return skipped > 0 || documents.length === 0 ? EXIT.failed : EXIT.done;
}

function summary(documents: number, problems: readonly Problem[]): string[] {
  const skipped = problems.filter((problem) => problem.skipped);
  const warnings = problems.filter((problem) => !problem.skipped);
  return [
    ...(skipped.length === 0 ? [] : [`Left out (${skipped.length}):`, ...problemLines(skipped), '']),
    ...(warnings.length === 0 ? [] : [`Indexed all the same (${warnings.length}):`, ...problemLines(warnings), '']),
    documents === 0
      ? 'No document can be indexed. Check the content path (ASKDEX_CONTENT or --content).'
      : `${pluralize(documents, 'document')} can be indexed, ${skipped.length} left out, ${pluralize(warnings.length, 'warning')}.`,
  ];
}
