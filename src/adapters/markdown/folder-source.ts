import { join } from 'node:path';
import type { CancelSignal, Scan, SourceEntry, SourceItem } from '../../core/model/ports.js';
import type { FolderOptions, readMarkdown } from './markdown-file.js';
import { createProblem, type ReportProblem } from './problems.js';
import { readWholeFile } from './read-file.js';
import { scanFolder } from './scan-folder.js';

/** The documents of a folder of Markdown files. `root` is a real path. */
export class FolderSource {
  private linked: ReadonlyMap<string, string> = new Map();
  private parse: typeof readMarkdown | null = null;

  constructor(
    private readonly root: string,
    private readonly options: FolderOptions,
  ) {}

  async scan(signal?: CancelSignal): Promise<Scan> {
    const { linked, ...scan } = await scanFolder(this.root, signal);
    this.linked = linked;
    return scan;
  }

  async *read(entry: SourceEntry): AsyncGenerator<SourceItem> {
    // The parsers are loaded for the first file that is read: a build of unchanged content reads none.
    this.parse ??= (await import('./markdown-file.js')).readMarkdown;
    yield* this.itemsOf(entry, this.parse);
  }

  private itemsOf(entry: SourceEntry, parse: typeof readMarkdown): readonly SourceItem[] {
    const items: SourceItem[] = [];
    const report: ReportProblem = (code, reason, details) => {
      items.push({ kind: 'problem', problem: createProblem(entry.path, code, reason, details) });
    };
    if (entry.path.split('/').includes('..')) {
      report('symlink_outside', 'Its path leaves the content folder.');
      return items;
    }
    const read = readWholeFile(this.linked.get(entry.path) ?? join(this.root, entry.path), entry.version);
    if (!read.ok) {
      report(read.code, read.reason);
      return items;
    }
    if (read.version !== entry.version) {
      const reason = 'It changed after the content was listed; what it says now is indexed.';
      report('file_changed', reason, { skipped: false });
    }
    const document = parse(entry.path, read.bytes, { options: this.options, report });
    if (document !== null) items.push({ kind: 'document', document, line: null });
    return items;
  }
}
