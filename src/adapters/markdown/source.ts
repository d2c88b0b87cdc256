import { sha256 } from '../../sha256.js';
import { realpathSync, statSync } from 'node:fs';
import type { CancelSignal, DocumentSource, Scan, SourceEntry, SourceItem } from '../../core/model/ports.js';
import { AskdexError, quoteForMessage } from '../../core/errors.js';
import type { FolderSource } from './folder-source.js';
import type { JsonlSource } from './jsonl-source.js';
import { MAPPED_FIELDS, type FrontMatterMapping } from './field-mapping.js';
import { unreadable } from './scan-folder.js';

export { DEFAULT_MAPPING, PRESETS, type FrontMatterMapping } from './field-mapping.js';
export { PROBLEM_REMEDIES, type ProblemCode } from './problems.js';

/** Raised with every change that makes the same file give another document: earlier readings are then stale. */
const PARSER_VERSION = 2;
const JSONL_BYTES = 8 * 1024 ** 3;

export interface SourceOptions {
  /** A folder of Markdown files, or a `.jsonl` or `.jsonl.gz` file; absolute. */
  readonly path: string;
  readonly mapping: FrontMatterMapping;
  /** The version of Askdex; part of the source's id. */
  readonly version?: string;
  /** Accepts documents with an empty title or answer, for evaluation corpora. Default false. */
  readonly allowEmptyText?: boolean;
  /** Bytes read from a `.jsonl` file at most, counted after unpacking. Default 8 GiB. */
  readonly maxBytes?: number;
}

/** The documents of a folder or of a JSONL file. Nothing is touched before `scan`, which throws `content_unreadable`. */
export function createDocumentSource(options: SourceOptions): DocumentSource {
  let opened: FolderSource | JsonlSource | null = null;
  const open = async () => (opened ??= await openPlace(options));
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

async function openPlace(options: SourceOptions): Promise<FolderSource | JsonlSource> {
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
  if (isFolder) {
    const { FolderSource } = await import('./folder-source.js');
    return new FolderSource(root, { mapping, allowEmptyText });
  }
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
      remedy: 'Name a folder of Markdown files, or a .jsonl or .jsonl.gz file of documents.',
    },
  );
}

function sourceId({ mapping, version = '', allowEmptyText = false }: SourceOptions): string {
  const names = MAPPED_FIELDS.map((field) => mapping[field] ?? null);
  const parts = [PARSER_VERSION, version, allowEmptyText, mapping.preset, mapping.urlPrefix, names];
  return sha256(JSON.stringify(parts)).slice(0, 16);
}
