import { sha256 } from '../../sha256.js';
import { realpathSync, statSync } from 'node:fs';
import type { CancelSignal, DocumentSource, Scan, SourceEntry, SourceItem } from '../../core/model/ports.js';
import { AskdexError, quoteForMessage } from '../../core/errors.js';
import type { JsonlSource } from './jsonl-source.js';
import { MAPPED_FIELDS, type FrontMatterMapping } from './field-mapping.js';
import { scanFolder, unreadable } from './scan-folder.js';
import { join } from 'node:path';
import type { FolderOptions, readMarkdown } from './markdown-file.js';
import { createProblem, type ReportProblem } from './problems.js';
import { readWholeFile } from './read-file.js';

export { DEFAULT_MAPPING, PRESETS, type FrontMatterMapping } from './field-mapping.js';
export { PROBLEM_REMEDIES, type ProblemCode } from './problems.js';

/** Incremented with every change of the parser that changes documents, so that cached readings become stale. */
const PARSER_VERSION = 2;
const JSONL_BYTES = 8 * 1024 ** 3;

export interface SourceOptions {
  /** A folder of Markdown files, or a `.jsonl` or `.jsonl.gz` file. An absolute path. */
  readonly path: string;
  readonly mapping: FrontMatterMapping;
  /** The version of Askdex, which is part of the source's id. */
  readonly version?: string;
  /** Accepts documents with an empty title or answer, for evaluation corpora. Default false. */
  readonly allowEmptyText?: boolean;
  /** Maximum number of bytes read from a `.jsonl` file, counted after decompression. Default 8 GiB. */
  readonly maxBytes?: number;
}

/**
 * Creates the source of the documents of a folder or a JSONL file. Accesses nothing before `scan`.
 *
 * @throws {AskdexError} content_unreadable: from `scan` and `read`, if the content cannot be read.
 */
export function createDocumentSource(options: SourceOptions): DocumentSource {
  let opened: FolderSource | JsonlSource | null = null;
  const open = async () => (opened ??= await openContent(options));
  return {
    id: sourceId(options),
    async scan(signal?: CancelSignal): Promise<Scan> {
      opened = null;
      return (await open()).scan(signal);
    },
    async *read(entry: SourceEntry): AsyncGenerator<SourceItem> {
      yield* (await open()).read(entry);
    },
  };
}

async function openContent(options: SourceOptions): Promise<FolderSource | JsonlSource> {
  const { mapping, allowEmptyText = false, maxBytes = JSONL_BYTES } = options;
  let root: string;
  let isFolder: boolean;
  let isFile: boolean;
  try {
    root = realpathSync(options.path);
    const stats = statSync(root);
    isFolder = stats.isDirectory();
    isFile = stats.isFile();
  } catch (error) {
    throw unreadable(error);
  }
  if (isFolder) return new FolderSource(root, { mapping, allowEmptyText });
  if (isFile && /\.jsonl(?:\.gz)?$/i.test(options.path)) {
    const { JsonlSource } = await import('./jsonl-source.js');
    return new JsonlSource(options.path, { allowEmptyText, maxBytes });
  }
  const name = options.path.slice(options.path.search(/[^/\\]*$/));
  throw new AskdexError(
    'content_unreadable',
    `The content ${quoteForMessage(name)} is neither a folder nor a .jsonl file.`,
    {
      parameter: 'ASKDEX_CONTENT',
      remedy: 'Choose a folder of Markdown files, or a .jsonl or .jsonl.gz file of documents.',
    },
  );
}

function sourceId({ mapping, version = '', allowEmptyText = false }: SourceOptions): string {
  const names = MAPPED_FIELDS.map((field) => mapping[field] ?? null);
  const parts = [PARSER_VERSION, version, allowEmptyText, mapping.preset, mapping.urlPrefix, names];
  return sha256(JSON.stringify(parts)).slice(0, 16);
}

/** The documents of a folder of Markdown files. `root` is a real path. */
class FolderSource {
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
    // The parsers are loaded with the first file, because a build of unchanged content reads none.
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
      const reason = 'It changed after the content was listed. Its new text is indexed.';
      report('file_changed', reason, { skipped: false });
    }
    const document = parse(entry.path, read.bytes, { options: this.options, report });
    if (document !== null) items.push({ kind: 'document', document, line: null });
    return items;
  }
}
