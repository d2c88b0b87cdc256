import { resolve } from 'node:path';
import type { z } from 'zod';
import { fromFile } from './config/config.js';
import { checkSettings } from './config/config-file.js';
import { configurationError } from './config/problems.js';
import type { configFileSchema } from './config/schema.js';
import type { Backend, OnDamaged } from './core/model/ports.js';
import type { BuildProgress, BuildReport } from './core/model/build-report.js';
import { createBuilder, mappingSchema, openLatest } from './wiring.js';

/** The keys of `askdex.config.json`, see docs/configuration.md. */
export type SiteSettings = z.input<typeof configFileSchema>;

export interface OpenIndexOptions {
  /** The index folder. A relative path starts at the working folder. */
  readonly index: string;
  /** The settings that the index was built with. */
  readonly settings?: SiteSettings;
  /** Called with each generation that is skipped because it cannot be used. */
  readonly onDamaged?: OnDamaged;
}

export interface BuildIndexOptions {
  /** A folder of Markdown files, or a `.jsonl` or `.jsonl.gz` file. A relative path starts at the working folder. */
  readonly content: string;
  /** The index folder. It is created if it does not exist. */
  readonly index: string;
  readonly settings?: SiteSettings;
  /** Ignore the caches: read and build everything again. */
  readonly full?: boolean;
  readonly onProgress?: (progress: BuildProgress) => void;
  /** Cancels the build. The published index stays unchanged. */
  readonly signal?: AbortSignal;
}

/**
 * Builds the index once, in a new thread, and makes it current. Returns the report of the build.
 *
 * @throws {AskdexError} invalid_configuration, content_unreadable, content_empty, golden_queries_failed, index_locked,
 *   index_unreadable, build_canceled, build_failed.
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

/**
 * Opens the newest usable generation for searching. Returns null if there is none.
 *
 * @throws {AskdexError} invalid_configuration: if the settings are invalid.
 */
export async function openIndex(options: OpenIndexOptions): Promise<Backend | null> {
  const { settings } = checked(options.settings);
  return openLatest({ index: resolve(options.index), settings }, options.onDamaged ?? (() => undefined));
}

function checked(given: SiteSettings = {}) {
  const { settings, problems } = checkSettings(given, mappingSchema);
  if (problems.length > 0) throw configurationError(problems);
  return fromFile(settings, process.cwd());
}
