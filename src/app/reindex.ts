import { createHash } from 'node:crypto';
import type { Document } from '../core/document.js';
import { AskdexError } from '../core/errors.js';
import type { Draft, DraftFile, Manifest } from '../core/manifest.js';
import type { HashedDocument } from '../core/packed/segment.js';
import type {
  BuildCache,
  CachedBuild,
  CancelSignal,
  DocumentSource,
  GenerationStore,
  IndexWriter,
  Problem,
  Reading,
  Scan,
  StoredGeneration,
} from '../core/ports.js';
import type { BuildProgress, BuildReport, BuildStage, BuildWarning, ReportStore } from '../core/report.js';
import { ContentEmptyError } from './content-empty.js';
import { type Changes, compareHashes, documentHashes, hashesFile, readHashes } from './document-hashes.js';
import { progressTeller } from './progress.js';
import {
  type FreshDocuments,
  type Gathered,
  type GatheredDocument,
  gatherReadings,
  readEntry,
  stillHolds,
  subjectKey,
} from './readings.js';
import { buildName, chunksOf, type NamedSegment, planSegments, segmentName } from './segments.js';

export type { BuildProgress, BuildReport, BuildStage, BuildWarning } from '../core/report.js';

export interface ReindexDeps {
  readonly source: DocumentSource;
  readonly writer: IndexWriter;
  readonly cache: BuildCache;
  readonly store: GenerationStore;
  readonly reports: ReportStore;
  /** Opens and tries a generation that was written, before it becomes current; throws where it does not serve. */
  readonly check: (generation: StoredGeneration) => Promise<void>;
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
 * published. What comes out depends on the content alone, not on what was remembered.
 *
 * Throws, with what is served unchanged: `index_locked`, `content_unreadable`, `content_empty` (a `ContentEmptyError`),
 * `build_canceled`, and what the writer, the check and the disk throw.
 */
export async function reindex(
  deps: ReindexDeps,
  request: ReindexRequest,
  hooks: ReindexHooks,
): Promise<BuildReport> {
  const started = deps.now();
  const lock = await deps.store.lock();
  try {
    const work = { deps, signal: hooks.signal, tell: progressTeller(hooks.onProgress) };
    const previous = await currentOrNull(deps.store);
    const remembered = request.full ? null : deps.cache.load();
    const content = await readContent(work, remembered);
    const { documents, spellings } = content.gathered;
    const build = buildName(documents, deps.writer.id, spellings);
    const unchanged = previous !== null && isBuilt(previous, remembered, build) && (await isWhole(previous));
    const { manifest, changes, held } = unchanged
      ? { manifest: previous.manifest, changes: unchangedBy(content.gathered), held: false }
      : await publish(work, { request, previous, content });
    if (!unchanged || content.read > 0) {
      // Where the build is held, what is current came out of another one.
      remember(deps, {
        build: held ? '' : build,
        generation: manifest.generation,
        readings: content.readings,
      });
    }
    const durationMs = Math.round(deps.now() - started);
    const report = reportOf({ previous, gathered: content.gathered, manifest, changes, held, durationMs });
    // The generation serves already: a report that cannot be kept must not make the build look failed.
    await deps.reports.save(report).catch(() => undefined);
    work.tell('publishing', 1, 1);
    return report;
  } finally {
    // What was built or thrown counts more than a lock file that could not be removed: the next build will name it.
    await lock.release().catch(() => undefined);
  }
}

interface Work {
  readonly deps: ReindexDeps;
  readonly signal: CancelSignal;
  readonly tell: (stage: BuildStage, done: number, total: number) => void;
}

interface Content {
  readonly scan: Scan;
  readonly readings: readonly Reading[];
  readonly gathered: Gathered;
  /** By path: documents of the files that were read just now. */
  readonly fresh: Map<string, FreshDocuments>;
  /** Files read. */
  readonly read: number;
}

/** Scans the content and reads the files that are new or changed. */
async function readContent({ deps, signal, tell }: Work, remembered: CachedBuild | null): Promise<Content> {
  throwIfCanceled(signal);
  tell('scanning', 0, 0);
  const scan = await deps.source.scan(signal);
  const known = new Map(
    remembered?.source === deps.source.id
      ? remembered.readings.map((reading) => [reading.path, reading])
      : [],
  );
  const readings: Reading[] = [];
  const fresh = new Map<string, FreshDocuments>();
  for (const [done, entry] of scan.entries.entries()) {
    throwIfCanceled(signal);
    tell('parsing', done, scan.entries.length);
    const before = known.get(entry.path);
    if (stillHolds(before, entry)) {
      readings.push(before);
      continue;
    }
    const { reading, documents } = await readEntry(deps.source, entry);
    readings.push(reading);
    fresh.set(entry.path, documents);
  }
  const gathered = gatherReadings(readings, scan.problems);
  if (gathered.documents.length === 0) throw new ContentEmptyError(gathered.problems);
  return { scan, readings, gathered, fresh, read: fresh.size };
}

/** Throws `build_canceled` where a build was told to end. */
export function throwIfCanceled(signal: CancelSignal): void {
  if (signal.aborted)
    throw new AskdexError('build_canceled', 'The build was canceled; what is served has not changed.');
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

/** What a publication came to. `held`: the content was rolled back from, so what is current stayed. */
interface Published {
  readonly manifest: Manifest;
  readonly changes: Changes;
  readonly held: boolean;
}

interface Publishing {
  readonly request: ReindexRequest;
  readonly previous: StoredGeneration | null;
  readonly content: Content;
}

async function publish(work: Work, { request, previous, content }: Publishing): Promise<Published> {
  const { deps, signal, tell } = work;
  const draft = await draftOf(work, content, request.full);
  throwIfCanceled(signal);
  tell('publishing', 0, 0);
  const hashes = documentHashes(content.gathered.documents);
  const files = [...draft.files, hashesFile(hashes)];
  const manifest = await deps.store.publish(
    { ...draft, files },
    { check: deps.check, keep: request.keep, force: request.force },
  );
  const stayed = manifest.generation === previous?.manifest.generation;
  const held = stayed && !consistsOf(manifest, draft.analyzer, files);
  return { manifest, changes: compareHashes(await readHashes(previous), hashes), held };
}

/** Whether a generation is made of just these files. */
function consistsOf(manifest: Manifest, analyzer: string, files: readonly DraftFile[]): boolean {
  const hashes = new Map(manifest.files.map(({ name, sha256 }) => [name, sha256]));
  return (
    manifest.analyzer === analyzer &&
    hashes.size === files.length &&
    files.every(({ name, bytes }) => hashes.get(name) === createHash('sha256').update(bytes).digest('hex'))
  );
}

/** Builds segments for the documents that no remembered one holds, and merges all. */
async function draftOf({ deps, signal, tell }: Work, content: Content, full: boolean): Promise<Draft> {
  const { cache, writer } = deps;
  const { documents, spellings } = content.gathered;
  const plan = full ? { kept: [], missing: documents } : planSegments(documents, deps);
  const entries = new Map(content.scan.entries.map((entry) => [entry.path, entry]));
  const segments: NamedSegment[] = [...plan.kept];
  let done = documents.length - plan.missing.length;
  for (const chunk of chunksOf(plan.missing)) {
    throwIfCanceled(signal);
    tell('indexing', done, documents.length);
    segments.push(await built(chunk));
    done += chunk.length;
  }
  throwIfCanceled(signal);
  const draft = writer.merge(segments, (subject) => spellings.get(subjectKey(subject)) ?? subject);
  costsTimeAlone(() => cache.prune(new Set(segments.map(({ name }) => name))));
  return draft;

  async function built(chunk: readonly GatheredDocument[]): Promise<NamedSegment> {
    const chunkDocuments: HashedDocument[] = [];
    for (const { path, key, hash } of chunk)
      chunkDocuments.push({ document: await documentOf(path, key, hash), hash });
    const name = segmentName(chunk, writer.id);
    const bytes = writer.segment(chunkDocuments);
    costsTimeAlone(() => cache.keep(name, bytes));
    return { name, bytes, live: null };
  }

  /** A document from the files just read or, where its file did not change, from the file again. */
  async function documentOf(path: string, key: string, hash: string): Promise<Document> {
    let read = content.fresh.get(path);
    const entry = entries.get(path);
    if (read === undefined && entry !== undefined) {
      read = (await readEntry(deps.source, entry)).documents;
      content.fresh.set(path, read);
    }
    const found = read?.get(key);
    // The segment's name vouches for its documents: it must not be kept with others.
    if (found?.hash !== hash) throw changedMeanwhile(path);
    read?.delete(key);
    return found.document;
  }
}

function changedMeanwhile(path: string): AskdexError {
  return new AskdexError('content_unreadable', `The file ${path} changed while the index was built.`, {
    remedy: 'Build again once the content is at rest; what is served has not changed.',
  });
}

/** What the next build need not do again. Losing it costs time and nothing else. */
function remember({ cache, source }: ReindexDeps, build: Omit<CachedBuild, 'source'>): void {
  costsTimeAlone(() => cache.save({ ...build, source: source.id }));
}

/** A cache that cannot be written must not fail a build. */
function costsTimeAlone(write: () => void): void {
  try {
    write();
  } catch {
    // The next build does it again.
  }
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

interface Built {
  readonly previous: StoredGeneration | null;
  readonly gathered: Gathered;
  readonly manifest: Manifest;
  readonly changes: Changes;
  readonly held: boolean;
  readonly durationMs: number;
}

function reportOf({ previous, gathered, manifest, changes, held, durationMs }: Built): BuildReport {
  const published = manifest.generation !== previous?.manifest.generation;
  return {
    generation: manifest.generation,
    published,
    documents: gathered.documents.length,
    ...changes,
    skipped: gathered.problems.filter((problem) => problem.skipped),
    warnings: [
      ...(held ? [HELD] : []),
      ...halved(previous?.manifest.documents ?? 0, gathered.documents.length),
      ...gathered.problems.filter((problem) => !problem.skipped).map(asWarning),
    ],
    durationMs,
    bytes: manifest.files.reduce((sum, file) => sum + file.size, 0),
  };
}

const HELD: BuildWarning = {
  file: null,
  line: null,
  code: 'generation_held',
  reason: 'This content was rolled back from, so it was not published again.',
  remedy: 'Change the content, or publish it all the same with `askdex index` or a reindex by an admin.',
};

function halved(before: number, after: number): readonly BuildWarning[] {
  if (after * 2 >= before) return [];
  const reason = `Only ${after} of ${before} documents are left, fewer than half.`;
  const remedy = 'If that was not meant, restore the content, or go back with `askdex rollback`.';
  return [{ file: null, line: null, code: 'documents_halved', reason, remedy }];
}

function asWarning({ file, line, code, reason, remedy }: Problem): BuildWarning {
  return { file, line, code, reason, remedy };
}
