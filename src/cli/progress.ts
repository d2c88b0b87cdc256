import type { BuildProgress } from '../core/model/build-report.js';

export interface ProgressOptions {
  readonly write: (text: string) => void;
  /** `live`: one redrawn line; `lines`: a line for each stage, without control characters; `none`: no output. */
  readonly mode: 'live' | 'lines' | 'none';
  readonly columns: () => number;
  /** Milliseconds since an arbitrary start. */
  readonly now: () => number;
}

/** Progress; see `BuildProgress`. */
export type Progress = Omit<BuildProgress, 'stage'> & { readonly stage: string };

export interface ProgressDisplay {
  update(report: Progress): void;
  /** Removes the progress bar. */
  end(): void;
}

const BAR_WIDTH = 24;
/** Redrawing more often costs time without looking better. */
const REDRAW_MS = 50;

/** Shows the progress of a build on a terminal or in a log. */
export function createProgressDisplay(options: ProgressOptions): ProgressDisplay {
  if (options.mode === 'live') return liveDisplay(options);
  if (options.mode === 'lines') return lineDisplay(options);
  return { update: () => undefined, end: () => undefined };
}

function liveDisplay({ write, columns, now }: ProgressOptions): ProgressDisplay {
  let drawn: { at: number; stage: string } | null = null;
  return {
    update(report) {
      if (drawn !== null && drawn.stage === report.stage && now() - drawn.at < REDRAW_MS) return;
      drawn = { at: now(), stage: report.stage };
      write(`\r\u001b[K${barLine(report).slice(0, Math.max(10, columns() - 1))}`);
    },
    end() {
      if (drawn !== null) write('\r\u001b[K');
      drawn = null;
    },
  };
}

function lineDisplay({ write }: ProgressOptions): ProgressDisplay {
  let stage = '';
  return {
    update(report) {
      if (report.stage === stage) return;
      stage = report.stage;
      write(`${stage} …\n`);
    },
    end: () => undefined,
  };
}

function barLine(report: Progress): string {
  const percent = Math.min(100, Math.max(0, report.percent));
  const full = Math.round((percent / 100) * BAR_WIDTH);
  const bar = `${'█'.repeat(full)}${'░'.repeat(BAR_WIDTH - full)}`;
  const count =
    report.total === 0 ? '' : `  ${report.done.toLocaleString('en-US')} of ${report.total.toLocaleString('en-US')}`;
  return `${bar} ${String(Math.floor(percent)).padStart(3)} %  ${report.stage}${count}`;
}
