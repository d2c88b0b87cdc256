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
import { isGoldenQueryFailure } from './golden-queries.js';
import type { CollectedDocuments } from './parsed-files.js';
import { ignoreCacheErrors, SegmentPool, buildHash } from './segment-pool.js';

export type { BuildProgress, BuildReport, BuildStage, BuildWarning } from '../../core/model/build-report.js';

export interface ReindexDeps {
  readonly source: DocumentSource;
  readonly writer: IndexWriter;
  readonly cache: BuildCache;
  readonly store: GenerationStore;
  readonly reports: ReportStore;
  /**
   * Opens and tries a generation that was written, before it becomes current; throws where it does not serve, or
   * `golden_queries_failed`.
   */
  readonly check: (generation: StoredGeneration) => Promise<void>;
  /** Whether there are golden queries: then `check` is asked also where nothing changed. */
  readonly hasGoldenQueries: boolean;
  /** Milliseconds, from any beginning. */
  readonly now: () => number;
}

export interface ReindexRequest {
  /** How many generations stay, the new one included. */
  readonly keep: number;
  /** Publish also what was rolled back from. */
  readonly force: boolean;
  /** Read and build everything again, whatever is remembered. */
  readonly full: boolean;
}

export interface ReindexHooks {
  readonly onProgress: (progress: BuildProgress) => void;
  readonly signal: CancelSignal;
}

/**
 * One build: content in, a generation out, `CURRENT` switched. Holds the index folder's lock meanwhile.
 *
 * Only files that changed are read, only documents that changed are built; where nothing changed nothing is merged nor
 * published. What comes out depends on the content alone, not on what was remembered. So does a refusal by the golden
 * queries: they are asked at every build, of what it made or, where nothing changed, of what is current.
 *
 * Throws, with what is served unchanged: `index_locked`, `content_unreadable`, `content_empty` (a `ContentEmptyError`),
 * `golden_queries_failed` (reported like a build that ended well), `build_canceled`, and what the writer, the check and
 * the disk throw.
 */
export async function reindex(deps: ReindexDeps, request: ReindexRequest, hooks: ReindexHooks): Promise<BuildReport> {
  const started = deps.now();
  const lock = await deps.store.lock();
  try {
    const { source, writer } = deps;
    const shelf = new SegmentPool(deps, request.full);
    const work = {
      source,
      writer,
      shelf,
      signal: hooks.signal,
      reportProgress: createProgressReporter(hooks.onProgress),
    };
    const previous = await currentOrNull(deps.store);
    const remembered = request.full ? null : deps.cache.load();
    const content = await readContent(work, remembered);
    const { documents, canonicalSubjects } = content.gathered;
    const build = buildHash(documents, deps.writer.id, canonicalSubjects);
    const unchanged = previous !== null && isUnchanged(previous, remembered, build) && (await isIntact(previous));
    const outcome = unchanged
      ? await keepCurrent(deps, previous, unchangedBy(content.gathered))
      : await publish(deps, work, { request, previous, content });
    if (!unchanged || content.read > 0) {
      // Where the build is held or refused, what is current came out of another one.
      const generation = outcome.manifest?.generation ?? '';
      saveBuildState(deps, { build: outcome.isCurrent ? build : '', generation, readings: content.readings });
    }
    const durationMs = Math.round(deps.now() - started);
    const report = createReport({ previous, gathered: content.gathered, ...outcome, durationMs });
    // The generation serves already: a report that cannot be kept must not make the build look failed.
    await deps.reports.save(report).catch(() => undefined);
    if (outcome.refusal !== null) throw outcome.refusal;
    work.reportProgress('publishing', 1, 1);
    return { ...report, generation: outcome.manifest.generation };
  } finally {
    // What was built or thrown counts more than a lock file that could not be removed: the next build will name it.
    await lock.release().catch(() => undefined);
  }
}

function isUnchanged(previous: StoredGeneration, remembered: BuildState | null, build: string): boolean {
  return remembered?.build === build && remembered.generation === previous.manifest.generation;
}

/** Whether every file of a generation is what its manifest says; a damaged one is built anew. */
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

/** What stays current without a publication, unless the golden queries have something against it. */
async function keepCurrent(
  deps: ReindexDeps,
  current: StoredGeneration,
  changes: ChangeCounts,
): Promise<PublishOutcome> {
  const checked = deps.hasGoldenQueries ? await catchGoldenQueryFailure(() => deps.check(current)) : undefined;
  const refusal = checked instanceof AskdexError ? checked : null;
  return { manifest: current.manifest, changes, isCurrent: true, refusal };
}

/** What `act` gives, or the refusal that it throws. */
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

async function publish(deps: ReindexDeps, work: BuildContext, publishing: Publishing): Promise<PublishOutcome> {
  const { request, previous, content } = publishing;
  const { signal, reportProgress } = work;
  const draft = await buildIndex(work, content);
  throwIfCanceled(signal);
  reportProgress('publishing', 0, 0);
  const hashes = documentHashes(content.gathered.documents);
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

/** Whether a generation is made of just these files. */
function hasFiles(manifest: Manifest, analyzer: string, files: readonly OutputFile[]): boolean {
  const hashes = new Map(manifest.files.map((file) => [file.name, file.sha256]));
  return (
    manifest.analyzer === analyzer &&
    hashes.size === files.length &&
    files.every(({ name, bytes }) => hashes.get(name) === sha256(bytes))
  );
}

/** What the next build need not do again. Losing it costs time and nothing else. */
function saveBuildState({ cache, source }: ReindexDeps, build: Omit<BuildState, 'source'>): void {
  ignoreCacheErrors(() => cache.save({ ...build, source: source.id }));
}

/** A damaged current generation is none to compare with: this build is what replaces it. */
async function currentOrNull(store: GenerationStore): Promise<StoredGeneration | null> {
  try {
    return await store.current();
  } catch (error) {
    if (error instanceof AskdexError && error.code === 'index_damaged') return null;
    throw error;
  }
}
