import { sha256 } from '../../sha256.js';
import { AskdexError } from '../../core/errors.js';
import type { OutputFile, Manifest } from '../../core/model/generation-manifest.js';
import type {
  BuildCache,
  BuildState,
  CancelSignal,
  DocumentSource,
  GenerationStore,
  IndexWriter,
  StoredGeneration,
} from '../../core/model/ports.js';
import type { BuildProgress, BuildReport, ReportStore } from '../../core/model/build-report.js';
import { type PublishOutcome, createReport, createProgressReporter } from './build-report.js';
import { type ParsedContent, buildIndex, readContent, throwIfCanceled, type BuildContext } from './read-content.js';
import { type ChangeCounts, compareHashes, documentHashes, writeHashesFile, readHashes } from './document-hashes.js';
import { isGoldenQueryFailure, type GoldenQuery } from './golden-queries.js';
import type { CollectedDocuments } from './parsed-files.js';
import { ignoreCacheErrors, SegmentPool, buildHash } from './segment-pool.js';
import type { SearchSettings } from '../../core/model/settings.js';

export type { BuildProgress, BuildReport, BuildStage, BuildWarning } from '../../core/model/build-report.js';

export interface ReindexDeps {
  readonly source: DocumentSource;
  readonly writer: IndexWriter;
  readonly cache: BuildCache;
  readonly store: GenerationStore;
  readonly reports: ReportStore;
  /**
   * Opens and tests a written generation before it becomes current. Throws if it cannot serve, or
   * `golden_queries_failed`.
   */
  readonly check: (generation: StoredGeneration) => Promise<void>;
  /** Whether there are golden queries. Then `check` runs even if nothing changed. */
  readonly hasGoldenQueries: boolean;
  /** A clock in milliseconds, from any starting point. */
  readonly now: () => number;
}

export interface ReindexRequest {
  /** How many generations are retained, including the new one. */
  readonly keep: number;
  /** Publish the content even if it was rolled back. */
  readonly force: boolean;
  /** Ignore the caches: read and build everything again. */
  readonly full: boolean;
}

export interface ReindexHooks {
  readonly onProgress: (progress: BuildProgress) => void;
  readonly signal: CancelSignal;
}

/**
 * Runs one build: reads the content, writes a generation and switches `CURRENT` to it, under the index folder's lock.
 *
 * Reads only changed files and builds only changed documents. If nothing changed, merges and publishes nothing. The
 * result depends on the content alone and not on the caches. The same holds for a refusal by the golden queries, which
 * run at every build: against the new generation or, if nothing changed, against the current one.
 *
 * After an error the served index is unchanged. Errors of the writer, the check and the disk are passed on.
 *
 * @throws {AskdexError} index_locked, content_unreadable, build_canceled. content_empty: a `ContentEmptyError`.
 *   golden_queries_failed: after its report was saved like that of a successful build.
 */
export async function reindex(deps: ReindexDeps, request: ReindexRequest, hooks: ReindexHooks): Promise<BuildReport> {
  const started = deps.now();
  const lock = await deps.store.lock();
  try {
    const { source, writer } = deps;
    const pool = new SegmentPool(deps, request.full);
    const context = {
      source,
      writer,
      pool,
      signal: hooks.signal,
      reportProgress: createProgressReporter(hooks.onProgress),
    };
    const previous = await currentOrNull(deps.store);
    const cached = request.full ? null : deps.cache.load();
    const content = await readContent(context, cached);
    const { documents, canonicalSubjects } = content.collected;
    const build = buildHash(documents, deps.writer.id, canonicalSubjects);
    const unchanged = previous !== null && isUnchanged(previous, cached, build) && (await isIntact(previous));
    const outcome = unchanged
      ? await keepCurrent(deps, previous, unchangedBy(content.collected))
      : await publish(deps, context, { request, previous, content });
    if (!unchanged || content.read > 0) {
      // If the build was held or refused, the current generation comes from another build.
      const generation = outcome.manifest?.generation ?? '';
      saveBuildState(deps, { build: outcome.isCurrent ? build : '', generation, readings: content.readings });
    }
    const durationMs = Math.round(deps.now() - started);
    const report = createReport({ previous, collected: content.collected, ...outcome, durationMs });
    // The generation is already served, so a report that cannot be saved must not fail the build.
    await deps.reports.save(report).catch(() => undefined);
    if (outcome.refusal !== null) throw outcome.refusal;
    context.reportProgress('publishing', 1, 1);
    return { ...report, generation: outcome.manifest.generation };
  } finally {
    // A lock file that cannot be removed must not hide the result or error. The next build will report it.
    await lock.release().catch(() => undefined);
  }
}

function isUnchanged(previous: StoredGeneration, cached: BuildState | null, build: string): boolean {
  return cached?.build === build && cached.generation === previous.manifest.generation;
}

/** Whether every file of a generation matches its manifest. A damaged generation is rebuilt. */
async function isIntact(generation: StoredGeneration): Promise<boolean> {
  try {
    for (const { name } of generation.manifest.files) await generation.read(name);
    return true;
  } catch {
    return false;
  }
}

function unchangedBy({ documents }: CollectedDocuments): ChangeCounts {
  return { added: 0, changed: 0, removed: 0, unchanged: documents.length };
}

/** The outcome without a publication: accepted, or refused by the golden queries. */
async function keepCurrent(
  deps: ReindexDeps,
  current: StoredGeneration,
  changes: ChangeCounts,
): Promise<PublishOutcome> {
  const checked = deps.hasGoldenQueries ? await catchGoldenQueryFailure(() => deps.check(current)) : undefined;
  const refusal = checked instanceof AskdexError ? checked : null;
  return { manifest: current.manifest, changes, isCurrent: true, refusal };
}

/** Returns the result of `act`, or the golden-query failure that it throws. */
async function catchGoldenQueryFailure<T>(act: () => Promise<T>): Promise<T | AskdexError> {
  try {
    return await act();
  } catch (error) {
    if (isGoldenQueryFailure(error)) return error;
    throw error;
  }
}

interface Publishing {
  readonly request: ReindexRequest;
  /** The current generation. */
  readonly previous: StoredGeneration | null;
  readonly content: ParsedContent;
}

async function publish(deps: ReindexDeps, context: BuildContext, publishing: Publishing): Promise<PublishOutcome> {
  const { request, previous, content } = publishing;
  const { signal, reportProgress } = context;
  const draft = await buildIndex(context, content);
  throwIfCanceled(signal);
  reportProgress('publishing', 0, 0);
  const hashes = documentHashes(content.collected.documents);
  const changes = compareHashes(await readHashes(previous), hashes);
  const files = [...draft.files, writeHashesFile(hashes)];
  const { keep, force } = request;
  const manifest = await catchGoldenQueryFailure(() =>
    deps.store.publish({ ...draft, files }, { check: deps.check, keep, force }),
  );
  if (manifest instanceof AskdexError)
    return { manifest: previous?.manifest ?? null, changes, isCurrent: false, refusal: manifest };
  if (manifest.generation !== previous?.manifest.generation)
    return { manifest, changes, isCurrent: true, refusal: null };
  return hasFiles(manifest, draft.analyzer, files)
    ? keepCurrent(deps, previous, changes)
    : { manifest, changes, isCurrent: false, refusal: null };
}

/** Whether a generation consists of exactly these files. */
function hasFiles(manifest: Manifest, analyzer: string, files: readonly OutputFile[]): boolean {
  const hashes = new Map(manifest.files.map((file) => [file.name, file.sha256]));
  return (
    manifest.analyzer === analyzer &&
    hashes.size === files.length &&
    files.every(({ name, bytes }) => hashes.get(name) === sha256(bytes))
  );
}

/** Saves what the next build can reuse. Losing it only costs time. */
function saveBuildState({ cache, source }: ReindexDeps, build: Omit<BuildState, 'source'>): void {
  ignoreCacheErrors(() => cache.save({ ...build, source: source.id }));
}

/** The current generation. null if it is damaged: this build replaces it. */
async function currentOrNull(store: GenerationStore): Promise<StoredGeneration | null> {
  try {
    return await store.current();
  } catch (error) {
    if (error instanceof AskdexError && error.code === 'index_damaged') return null;
    throw error;
  }
}

/** Plain data, which can be sent to another thread without loss. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined };

/** The input of a build, as plain data because the build runs in its own thread. */
export interface BuildOptions {
  /** The content folder or file: an absolute path. */
  readonly content: string;
  /** The index folder: an absolute path. */
  readonly index: string;
  /** The front-matter mapping, validated by the source's own schema. */
  readonly mapping: Json;
  readonly settings: SearchSettings;
  /** The golden queries, or the absolute path of a file of them, which is read at each build. */
  readonly goldenQueries: string | readonly GoldenQuery[];
  /** Ignore the caches: read and build everything again. */
  readonly full: boolean;
  /** Publish the content even if it was rolled back. */
  readonly force: boolean;
  /** How many generations are retained. */
  readonly keep: number;
  /** The version of Askdex, for the manifest. */
  readonly version: string;
}

export interface BuildHooks {
  readonly onProgress: (progress: BuildProgress) => void;
  readonly signal: CancelSignal;
}

/** The `runBuild` export of the module that the build thread loads. */
export type RunBuild = (options: BuildOptions, hooks: BuildHooks) => Promise<BuildReport>;
