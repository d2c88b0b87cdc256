import { createReportStore } from './adapters/generations/generation.js';
import { resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { releaseLockOfThread } from './adapters/generations/lock.js';
import { createGenerationStore } from './adapters/generations/generation-store.js';
import { mappingSchema } from './adapters/markdown/mapping-schema.js';
import type { SnapshotCache } from './adapters/snapshots/snapshot-cache.js';
import type { EvaluateRequest, Evaluation, EvaluateHooks } from './app/evaluate.js';
import { openLatestUsable } from './app/open-latest-generation.js';
import type { SnapshotExport, ExportOptions } from './app/snapshots/export-snapshot.js';
import type { VerifyDeps } from './app/snapshots/verify-snapshot.js';
import type { RunHooks, RunRequest } from './app/tasks/task-queue.js';
import { loadConfig, type Config, type ConfigOptions } from './config/config.js';
import { AskdexError } from './core/errors.js';
import type { Backend, DocumentSource, GenerationStore, OnDamaged, OpenBackend } from './core/model/ports.js';
import type { BuildReport, ReportStore } from './core/model/build-report.js';
import type { OutputFile } from './core/model/generation-manifest.js';
import type { SearchSettings } from './core/model/settings.js';
import type { SnapshotManifest, TextMode } from './core/model/snapshot-manifest.js';
import { createWorkerRunner } from './workers/build-worker.js';
import { askdexVersion } from './version.js';

// Adapters are chosen only here. Modules that read content or search are imported dynamically, because a command that
// runs its build in another thread does not need them.

export { mappingSchema };

/** Reads the configuration; see `loadConfig`. */
export function readConfig(options: Omit<ConfigOptions, 'mappingSchema'>): Config {
  return loadConfig({ ...options, mappingSchema });
}

/** Opens the configured content. */
export async function openSource({ content, mapping }: Pick<Config, 'content' | 'mapping'>): Promise<DocumentSource> {
  const { createDocumentSource } = await import('./adapters/markdown/source.js');
  return createDocumentSource({ path: content, mapping: mappingSchema.parse(mapping) });
}

/** Opens the generations of the configured index folder. */
export function openStore({ index }: Pick<Config, 'index'>): GenerationStore {
  return createGenerationStore(index, { version: askdexVersion() });
}

/** Opens the report of the last build in the configured index folder. */
export function openReports({ index }: Pick<Config, 'index'>): ReportStore {
  return createReportStore(index);
}

/** Returns the function that opens a generation for searching. */
export async function backendOpener(settings: SearchSettings): Promise<OpenBackend> {
  const { openPackedBackend } = await import('./adapters/backend/index-backend.js');
  const { loadAnalyzer } = await import('./adapters/stemmers/with-stemmers.js');
  return openPackedBackend(settings, await loadAnalyzer(settings));
}

/** Opens the newest usable generation; null if there is none. Calls `onDamaged` for each damaged one. */
export async function openLatest(
  config: Pick<Config, 'index' | 'settings'>,
  onDamaged: OnDamaged,
): Promise<Backend | null> {
  return openLatestUsable(openStore(config), await backendOpener(config.settings), onDamaged);
}

/** The part of a configuration that builds depend on. */
export type BuilderConfig = Pick<
  Config,
  'content' | 'index' | 'mapping' | 'settings' | 'goldenQueries' | 'keepGenerations'
>;

/** Returns the function that runs a build of the configured content in a new thread, see `createWorkerRunner`. */
export function createBuilder(config: BuilderConfig): (request: RunRequest, hooks: RunHooks) => Promise<BuildReport> {
  const { content, index, mapping, settings, goldenQueries, keepGenerations: keep } = config;
  return createWorkerRunner({
    module: new URL('./build-entry.js', import.meta.url),
    // The mapping is parsed here, so that the thread does not have to load the schema.
    build: {
      content,
      index,
      mapping: mappingSchema.parse(mapping),
      settings,
      goldenQueries: goldenQueries ?? [],
      keep,
      version: askdexVersion(),
    },
    onThreadEnded: (thread) => releaseLockOfThread(index, thread),
  });
}

export interface EvaluationOptions {
  readonly files: EvaluateRequest;
  readonly mapping: Config['mapping'];
  readonly settings: SearchSettings;
  /** Absolute path of the folder that relative names start from. */
  readonly folder: string;
}

/** Measures a ranking on a test collection, see `evaluate`. */
export async function runEvaluation(
  { files, settings, folder, mapping }: EvaluationOptions,
  hooks: EvaluateHooks,
): Promise<Evaluation> {
  const { evaluate } = await import('./app/evaluate.js');
  const { textFileReader } = await import('./adapters/evaluation/text-file.js');
  const { createDocumentSource } = await import('./adapters/markdown/source.js');
  const { loadAnalyzer } = await import('./adapters/stemmers/with-stemmers.js');
  const { withStemmers } = await import('./adapters/stemmers/with-stemmers.js');
  const { createIndexWriter } = await import('./adapters/minisearch/index-writer.js');
  const analyzer = await loadAnalyzer(settings);
  const path = resolve(folder, files.corpus);
  const content = createDocumentSource({
    path,
    mapping: mappingSchema.parse(mapping),
    allowEmptyText: true,
  });
  const source = withStemmers(content, analyzer);
  const readText = textFileReader(folder);
  const now = (): number => performance.now();
  return evaluate({ source, writer: createIndexWriter(analyzer), analyzer, settings, readText, now }, files, hooks);
}

/** The source, target and options of a snapshot export. */
export interface ExportRequest {
  readonly config: Pick<Config, 'index' | 'settings'>;
  /** Absolute path of the folder to write. */
  readonly out: string;
  /** Default: the current generation. */
  readonly generation?: string;
  readonly options: ExportOptions;
  /** Whether to add a page that searches the snapshot. */
  readonly page?: boolean;
  /** Whether to add deltas from the retained generations and the replaced export. Default true. */
  readonly deltas?: boolean;
}

/**
 * Exports a snapshot of a generation to a folder. Blocks its thread while it encodes.
 *
 * @throws {AskdexError} index_not_ready, generation_not_found, index_damaged, and the errors of `buildSnapshot`,
 *   `buildSubjectIndex` and `writeSnapshotFolder`.
 */
export async function exportSnapshot({
  config,
  out,
  generation,
  options,
  deltas = true,
  page = false,
}: ExportRequest): Promise<SnapshotExport> {
  const { buildSnapshot } = await import('./app/snapshots/export-snapshot.js');
  const { INDEX_FILE } = await import('./core/index/format/container.js');
  const { loadAnalyzer } = await import('./adapters/stemmers/with-stemmers.js');
  const { previousIndexes } = await import('./app/snapshots/snapshot-deltas.js');
  const { readSnapshotFile, assertReplaceable, writeSnapshotFolder } =
    await import('./adapters/snapshots/snapshot-folder.js');
  const { brotli, deflate, gzip } = await import('./adapters/snapshots/compression.js');
  const { tokenizerModules } = await import('./adapters/snapshots/bundled-files.js');
  await assertReplaceable(out);
  const store = openStore(config);
  const stored = generation === undefined ? await store.current() : await store.open(generation);
  if (stored === null) {
    throw new AskdexError('index_not_ready', 'There is no index to export yet.', {
      remedy: 'Run "askdex index" first.',
    });
  }
  const analyzer = await loadAnalyzer(config.settings);
  let index = await stored.read(INDEX_FILE);
  let { subject } = options;
  if (subject !== null) {
    const { buildSubjectIndex } = await import('./app/snapshots/subject-index.js');
    const { createBuildCache } = await import('./adapters/build-cache/build-cache.js');
    const { createIndexWriter } = await import('./adapters/minisearch/index-writer.js');
    const source = { generation: stored, index, writer: createIndexWriter(analyzer) };
    ({ index, subject } = await buildSubjectIndex({ ...source, cache: createBuildCache(config.index) }, subject));
  }
  const tools = { brotli, deflate, gzip, tokenizer: tokenizerModules };
  const read = (name: string): Promise<Uint8Array | null> => readSnapshotFile(out, name);
  const withDeltas = deltas && options.kind === 'packed';
  const previous = withDeltas ? await previousIndexes({ stored, store, text: options.text, subject, read }) : [];
  const source = { manifest: stored.manifest, index, analyzer, settings: config.settings, previous };
  const snapshot = buildSnapshot(source, { ...options, subject }, tools);
  await writeSnapshotFolder(out, [...snapshot.files, ...(page ? await offlinePage() : [])]);
  return snapshot;
}

async function offlinePage(): Promise<readonly OutputFile[]> {
  const { offlinePageFiles } = await import('./adapters/snapshots/bundled-files.js');
  return offlinePageFiles();
}

/**
 * Opens the snapshots that a server offers for download. They are built in a separate thread. `prefix` returns the URL
 * prefix of a snapshot's files.
 */
export async function openSnapshots(
  { index, settings }: Pick<Config, 'index' | 'settings'>,
  prefix: (generation: string, text: TextMode) => string,
  onError: (error: unknown) => void,
): Promise<SnapshotCache> {
  const { createSnapshotCache } = await import('./adapters/snapshots/snapshot-cache.js');
  const { runSnapshotThread } = await import('./workers/snapshot-worker.js');
  return createSnapshotCache({
    folder: index,
    onError,
    build({ generation, text, out }, signal) {
      const options = {
        kind: 'packed',
        text,
        subject: null,
        prefix: prefix(generation, text),
        signKey: null,
      } as const;
      const input: ExportRequest = { config: { index, settings }, out, generation, options };
      return runSnapshotThread({
        module: new URL('./snapshot-entry.js', import.meta.url),
        input,
        signal,
      });
    },
  });
}

export interface VerifyRequest extends Pick<VerifyDeps, 'publicKey' | 'onChecked'> {
  /** Absolute path. */
  readonly folder: string;
}

/** Checks the snapshot in a folder, see `verifySnapshot`. */
export async function verifySnapshotFolder(request: VerifyRequest): Promise<SnapshotManifest> {
  const { folder, publicKey, onChecked } = request;
  const { verifySnapshot } = await import('./app/snapshots/verify-snapshot.js');
  const { readSnapshotFile } = await import('./adapters/snapshots/snapshot-folder.js');
  const { gunzip, inflate, brotliDecompress } = await import('./adapters/snapshots/compression.js');
  const read = (name: string): Promise<Uint8Array | null> => readSnapshotFile(folder, name);
  return verifySnapshot({ read, gunzip, inflate, brotliDecompress, publicKey, onChecked });
}
