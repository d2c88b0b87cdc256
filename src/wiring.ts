import { resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { releaseLockOfThread } from './adapters/generations/lock.js';
import { createReportStore } from './adapters/generations/report-file.js';
import { createGenerationStore } from './adapters/generations/store.js';
import { mappingSchema } from './adapters/markdown/mapping-schema.js';
import type { EvaluateHooks, EvaluateRequest, Evaluation } from './app/evaluate.js';
import { openNewestGood } from './app/open-newest.js';
import type { RunHooks, RunRequest } from './app/tasks.js';
import { loadConfig, type Config, type ConfigOptions } from './config.js';
import type { Backend, DocumentSource, GenerationStore, OnDamaged, OpenBackend } from './core/ports.js';
import type { BuildReport, ReportStore } from './core/report.js';
import type { SearchSettings } from './core/settings.js';
import { createWorkerRunner } from './indexer/worker-runner.js';
import { askdexVersion } from './version.js';

// The one place where adapters are chosen. What reads content and searches is imported where it is used: a command that
// hands its build to another thread need not load it.

export { mappingSchema };

/** Reads the configuration; see `loadConfig`. */
export function readConfig(options: Omit<ConfigOptions, 'mappingSchema'>): Config {
  return loadConfig({ ...options, mappingSchema });
}

/** The documents of the configured content. */
export async function openSource({
  content,
  mapping,
}: Pick<Config, 'content' | 'mapping'>): Promise<DocumentSource> {
  const { createDocumentSource } = await import('./adapters/markdown/source.js');
  return createDocumentSource({ path: content, mapping: mappingSchema.parse(mapping) });
}

/** The generations of the configured index folder. */
export function openStore({ index }: Pick<Config, 'index'>): GenerationStore {
  return createGenerationStore(index, { version: askdexVersion() });
}

/** The report of the last build of the configured index folder. */
export function openReports({ index }: Pick<Config, 'index'>): ReportStore {
  return createReportStore(index);
}

/** How a generation is opened for searching. */
export async function backendOpener(settings: SearchSettings): Promise<OpenBackend> {
  const { openPackedBackend } = await import('./adapters/packed/backend.js');
  const { loadAnalyzer } = await import('./adapters/stemmers/analyzer.js');
  return openPackedBackend(settings, await loadAnalyzer(settings));
}

/** The backend of the newest good generation; null: there is none. Each damaged one is told to `onDamaged`. */
export async function openNewest(
  config: Pick<Config, 'index' | 'settings'>,
  onDamaged: OnDamaged,
): Promise<Backend | null> {
  return openNewestGood(openStore(config), await backendOpener(config.settings), onDamaged);
}

/** The part of a configuration that builds depend on. */
export type BuilderConfig = Pick<
  Config,
  'content' | 'index' | 'mapping' | 'settings' | 'goldenQueries' | 'keepGenerations'
>;

/** Runs builds of the configured content, each in a thread of its own; see `createWorkerRunner`. */
export function createBuilder(
  config: BuilderConfig,
): (request: RunRequest, hooks: RunHooks) => Promise<BuildReport> {
  const { content, index, mapping, settings, goldenQueries, keepGenerations: keep } = config;
  // The thread takes the mapping as it comes out of the schema, which it then need not load.
  return createWorkerRunner({
    // Compiled or, in tests, from source.
    module: new URL(`./build-entry${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url),
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
  /** Where relative names start. Absolute. */
  readonly folder: string;
}

/** Measures a ranking over a collection; see `evaluate`. */
export async function runEvaluation(
  { files, settings, folder, mapping }: EvaluationOptions,
  hooks: EvaluateHooks,
): Promise<Evaluation> {
  const { evaluate } = await import('./app/evaluate.js');
  const { textFileReader } = await import('./adapters/evaluation/text-file.js');
  const { createDocumentSource } = await import('./adapters/markdown/source.js');
  const { loadAnalyzer } = await import('./adapters/stemmers/analyzer.js');
  const { withStemmers } = await import('./adapters/stemmers/source.js');
  const { createIndexWriter } = await import('./adapters/minisearch/writer.js');
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
  return evaluate(
    { source, writer: createIndexWriter(analyzer), analyzer, settings, readText, now },
    files,
    hooks,
  );
}
