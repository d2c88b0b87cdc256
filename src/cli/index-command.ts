import { EXIT } from './usage.js';
import { ContentEmptyError } from '../app/build/parsed-files.js';
import { performance } from 'node:perf_hooks';
import type { Config } from '../config/config.js';
import type { BuildReport } from '../core/model/build-report.js';
import { createBuilder } from '../wiring.js';
import type { Io } from './process-io.js';
import { createProgressDisplay, type ProgressDisplay } from './progress.js';
import { configFor, type SettingOptions } from './overrides.js';
import { byteSize, pluralize, duration, problemLines, SHOWN_PROBLEMS } from './format.js';

export interface IndexCommandOptions extends SettingOptions {
  readonly full?: true;
  readonly json?: true;
  readonly quiet?: true;
}

/** `askdex index`: one build. An interrupt cancels it without changing the served index. */
export async function indexCommand(io: Io, options: IndexCommandOptions): Promise<number> {
  const config = configFor(io, options);
  const report = await build(io, config, options);
  if (options.json === true) io.out(`${JSON.stringify(report, null, 2)}\n`);
  else if (options.quiet !== true) io.out(`${summary(report).join('\n')}\n`);
  return EXIT.done;
}

async function build(io: Io, config: Config, options: IndexCommandOptions): Promise<BuildReport> {
  const display = displayFor(io, options);
  const abort = new AbortController();
  const undo = io.onInterrupt(() => {
    if (abort.signal.aborted) io.exit(EXIT.interrupted);
    else abort.abort();
  });
  try {
    // A person requested this build, so it may publish content that was rolled back before.
    const request = { uid: 0, full: options.full === true, force: true };
    const report = await createBuilder(config)(request, {
      onProgress: (progress) => display.update(progress),
      signal: abort.signal,
    });
    display.end();
    return report;
  } catch (error) {
    display.end();
    if (error instanceof ContentEmptyError && error.problems.length > 0) {
      io.err(`${problemLines(error.problems, SHOWN_PROBLEMS).join('\n')}\n`);
    }
    throw error;
  } finally {
    undo();
  }
}

function displayFor(io: Io, options: IndexCommandOptions): ProgressDisplay {
  const silent = options.quiet === true || (options.json === true && !io.stderrIsTty);
  return createProgressDisplay({
    write: (text) => io.err(text),
    mode: silent ? 'none' : io.stderrIsTty ? 'live' : 'lines',
    columns: io.columns,
    now: () => performance.now(),
  });
}

function summary(report: BuildReport): string[] {
  const { generation, documents, added, changed, removed, unchanged, skipped, warnings } = report;
  const size = `${byteSize(report.bytes)}, ${duration(report.durationMs)}`;
  return [
    report.published
      ? `Published generation ${generation}: ${pluralize(documents, 'document')} (${size}).`
      : `Nothing to publish: generation ${generation} stays current, ${pluralize(documents, 'document')} (${size}).`,
    `${added} added, ${changed} changed, ${removed} removed, ${unchanged} unchanged.`,
    ...(skipped.length === 0 ? [] : ['', `Left out (${skipped.length}):`, ...problemLines(skipped, SHOWN_PROBLEMS)]),
    ...(warnings.length === 0 ? [] : ['', `Warnings (${warnings.length}):`, ...problemLines(warnings, SHOWN_PROBLEMS)]),
  ];
}
