import { resolve } from 'node:path';
import type { z } from 'zod';
import { fromFile } from './config/config.js';
import { checkSettings } from './config/config-file.js';
import { configurationError } from './config/problems.js';
import type { configFileSchema } from './config/schema.js';
import type { Backend, OnDamaged } from './core/model/ports.js';
import type { BuildProgress, BuildReport } from './core/model/build-report.js';
import { createBuilder, mappingSchema, openLatest } from './wiring.js';

/** What `askdex.config.json` may hold; docs/configuration.md tells each key. */
export type SiteSettings = z.input<typeof configFileSchema>;

export interface OpenIndexOptions {
  /** The index folder; a relative path starts at the working folder. */
  readonly index: string;
  /** The same that the index was built with. */
  readonly settings?: SiteSettings;
  /** Told of each generation that cannot be used and is passed over. */
  readonly onDamaged?: OnDamaged;
}

export interface BuildIndexOptions {
  /** A folder of Markdown files, or a `.jsonl` or `.jsonl.gz` file; a relative path starts at the working folder. */
  readonly content: string;
  /** The index folder; made when missing. */
  readonly index: string;
  readonly settings?: SiteSettings;
  /** Read and build everything again. */
  readonly full?: boolean;
  readonly onProgress?: (progress: BuildProgress) => void;
  /** Ends the build; what is published stays as it was. */
  readonly signal?: AbortSignal;
}

/**
 * Builds the index once, in a thread of its own, and makes it current.
 *
 * Throws an `AskdexError`: `invalid_configuration`, `content_unreadable`, `content_empty`,
 * `golden_queries_failed`, `index_locked`, `index_unreadable`, `build_canceled`, `build_failed`.
 */
export async function buildIndex(options: BuildIndexOptions): Promise<BuildReport> {
  const { settings, mapping, goldenQueries, keepGenerations } = checked(options.settings);
  const { content, index } = options;
  const build = createBuilder({
    content: resolve(content),
    index: resolve(index),
    settings,
    mapping,
    goldenQueries,
    keepGenerations,
  });
  return build(
    { uid: 0, full: options.full ?? false, force: true },
    {
      onProgress: options.onProgress ?? (() => undefined),
      signal: options.signal ?? new AbortController().signal,
    },
  );
}

/** Opens the newest good generation for searching; null: there is none. Throws `invalid_configuration`. */
export async function openIndex(options: OpenIndexOptions): Promise<Backend | null> {
  const { settings } = checked(options.settings);
  return openLatest({ index: resolve(options.index), settings }, options.onDamaged ?? (() => undefined));
}

function checked(given: SiteSettings = {}) {
  const { settings, problems } = checkSettings(given, mappingSchema);
  if (problems.length > 0) throw configurationError(problems);
  return fromFile(settings, process.cwd());
}
