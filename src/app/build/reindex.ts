import { sha256 } from '../../sha256.js';
import { AskdexError } from '../../core/errors.js';
import type { DraftFile, Manifest } from '../../core/model/generation-manifest.js';
import type {
  BuildCache,
  CachedBuild,
  CancelSignal,
  DocumentSource,
  GenerationStore,
  IndexWriter,
  StoredGeneration,
} from '../../core/model/ports.js';
import type { BuildProgress, BuildReport, ReportStore } from '../../core/model/build-report.js';
import { type Outcome, reportOf } from './build-report.js';
import { type Content, draftOf, readContent, throwIfCanceled, type Work } from './read-content.js';
import { type Changes, compareHashes, documentHashes, hashesFile, readHashes } from './document-hashes.js';
import { isRefusal } from './golden-queries.js';
import { progressTeller } from './progress.js';
import type { Gathered } from './parsed-files.js';
import { buildName } from './segment-selection.js';
import { costsTimeAlone, Shelf } from './segment-pool.js';

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
  readonly guarded: boolean;
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
export async function reindex(
  deps: ReindexDeps,
  request: ReindexRequest,
  hooks: ReindexHooks,
): Promise<BuildReport> {
  const started = deps.now();
  const lock = await deps.store.lock();
  try {
    const { source, writer } = deps;
    const shelf = new Shelf(deps, request.full);
    const work = { source, writer, shelf, signal: hooks.signal, tell: progressTeller(hooks.onProgress) };
    const previous = await currentOrNull(deps.store);
    const remembered = request.full ? null : deps.cache.load();
    const content = await readContent(work, remembered);
    const { documents, spellings } = content.gathered;
    const build = buildName(documents, deps.writer.id, spellings);
    const unchanged = previous !== null && isBuilt(previous, remembered, build) && (await isWhole(previous));
    const outcome = unchanged
      ? await stayAs(deps, previous, unchangedBy(content.gathered))
      : await publish(deps, work, { request, previous, content });
    if (!unchanged || content.read > 0) {
      // Where the build is held or refused, what is current came out of another one.
      const generation = outcome.manifest?.generation ?? '';
      remember(deps, { build: outcome.holds ? build : '', generation, readings: content.readings });
    }
    const durationMs = Math.round(deps.now() - started);
    const report = reportOf({ previous, gathered: content.gathered, ...outcome, durationMs });
    // The generation serves already: a report that cannot be kept must not make the build look failed.
    await deps.reports.save(report).catch(() => undefined);
    if (outcome.refusal !== null) throw outcome.refusal;
    work.tell('publishing', 1, 1);
    return { ...report, generation: outcome.manifest.generation };
  } finally {
    // What was built or thrown counts more than a lock file that could not be removed: the next build will name it.
    await lock.release().catch(() => undefined);
  }
}

function isBuilt(previous: StoredGeneration, remembered: CachedBuild | null, build: string): boolean {
  return remembered?.build === build && remembered.generation === previous.manifest.generation;
}

/** Whether every file of a generation is what its manifest says; a damaged one is built anew. */
async function isWhole(generation: StoredGeneration): Promise<boolean> {
  try {
    for (const { name } of generation.manifest.files) await generation.read(name);
    return true;
  } catch {
    return false;
  }
}

function unchangedBy({ documents }: Gathered): Changes {
  return { added: 0, changed: 0, removed: 0, unchanged: documents.length };
}

/** What stays current without a publication, unless the golden queries have something against it. */
async function stayAs(deps: ReindexDeps, current: StoredGeneration, changes: Changes): Promise<Outcome> {
  const checked = deps.guarded ? await orRefusal(() => deps.check(current)) : undefined;
  const refusal = checked instanceof AskdexError ? checked : null;
  return { manifest: current.manifest, changes, holds: true, refusal };
}

/** What `act` gives, or the refusal that it throws. */
async function orRefusal<T>(act: () => Promise<T>): Promise<T | AskdexError> {
  try {
    return await act();
  } catch (error) {
    if (isRefusal(error)) return error;
    throw error;
  }
}

interface Publishing {
  readonly request: ReindexRequest;
  /** The current generation. */
  readonly previous: StoredGeneration | null;
  readonly content: Content;
}

async function publish(deps: ReindexDeps, work: Work, publishing: Publishing): Promise<Outcome> {
  const { request, previous, content } = publishing;
  const { signal, tell } = work;
  const draft = await draftOf(work, content);
  throwIfCanceled(signal);
  tell('publishing', 0, 0);
  const hashes = documentHashes(content.gathered.documents);
  const changes = compareHashes(await readHashes(previous), hashes);
  const files = [...draft.files, hashesFile(hashes)];
  const { keep, force } = request;
  const manifest = await orRefusal(() =>
    deps.store.publish({ ...draft, files }, { check: deps.check, keep, force }),
  );
  if (manifest instanceof AskdexError)
    return { manifest: previous?.manifest ?? null, changes, holds: false, refusal: manifest };
  if (manifest.generation !== previous?.manifest.generation)
    return { manifest, changes, holds: true, refusal: null };
  return consistsOf(manifest, draft.analyzer, files)
    ? stayAs(deps, previous, changes)
    : { manifest, changes, holds: false, refusal: null };
}

/** Whether a generation is made of just these files. */
function consistsOf(manifest: Manifest, analyzer: string, files: readonly DraftFile[]): boolean {
  const hashes = new Map(manifest.files.map((file) => [file.name, file.sha256]));
  return (
    manifest.analyzer === analyzer &&
    hashes.size === files.length &&
    files.every(({ name, bytes }) => hashes.get(name) === sha256(bytes))
  );
}

/** What the next build need not do again. Losing it costs time and nothing else. */
function remember({ cache, source }: ReindexDeps, build: Omit<CachedBuild, 'source'>): void {
  costsTimeAlone(() => cache.save({ ...build, source: source.id }));
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
