import { AskdexError } from '../core/errors.js';
import { LAZY_FILE, LAZY_HEAD_FILE } from '../core/partial/lazy-directory.js';
import { predictMissingPieces, predictMissingTitles } from '../core/partial/prefetch-plan.js';
import { MissingPiecesError } from '../core/index/format/availability.js';
import { IndexSearcher } from '../core/search/index-searcher.js';
import { DEFAULT_SETTINGS, type SearchSettings } from '../core/model/settings.js';
import { damagedSnapshotError, snapshotFile, type SnapshotManifest } from '../core/model/snapshot-manifest.js';
import { snapshotClosedError, SwappableSnapshot } from './swappable-snapshot.js';
import { SnapshotSource, type DownloadProgress } from './download/snapshot-source.js';
import type { Searchable, Snapshot, SnapshotOptions } from './types.js';
import { loadSynonyms } from './on-demand/load-synonyms.js';
import { loadFilterParser } from './on-demand/load-filter-parser.js';
import { loadLanguage } from './on-demand/languages.js';
import { fetchLatestManifest, urlOf, type LatestManifest } from './download/fetch-latest.js';
import { PieceLoader } from './download/piece-loader.js';
import { isOlder, settingsFor } from './snapshot-context.js';
import { HttpClient, RangeReader } from './download/http-client.js';
import { validateLimit, validateText, toQuery } from './search-options.js';
import { createCheckedAnalyzer, markApproximate, decodeUtf8 } from './snapshot.js';
import { SnapshotStore, manifestUrl } from './store/snapshot-store.js';

/** Opens the whole snapshot of the same source. `more` overrides options. */
export type OpenComplete = (more: Pick<SnapshotOptions, 'onProgress'>) => Promise<Snapshot>;

interface LazyParts {
  readonly source: SnapshotSource;
  readonly newest: LatestManifest;
  readonly options: SnapshotOptions;
  readonly openComplete: OpenComplete;
}

/** A generation of which only some pieces are loaded. */
interface PartialSnapshot extends Searchable {
  readonly manifest: SnapshotManifest;
  readonly newest: LatestManifest;
}

/**
 * Opens a snapshot of the text mode `none` by downloading only its directory. Each query downloads the pieces that it
 * needs. Answers equal those of the whole snapshot, except that related links lack computed neighbors. If the browser
 * has stored the snapshot, the whole one is opened.
 *
 * It searches in this thread, since a query mostly waits for the network.
 *
 * @throws {AskdexError} invalid_parameter: the snapshot has no lazy file, or its ranking needs the whole index
 * @throws {AskdexError} the errors of `openSnapshot`
 */
export async function openLazily(url: URL, options: SnapshotOptions, openWhole: OpenComplete): Promise<Snapshot> {
  const source = new SnapshotSource(manifestUrl(url), options);
  const store = options.store === false ? null : await SnapshotStore.open(source.url);
  if (store !== null && (await store.read()) !== null) return openWhole({});
  const parts = {
    source,
    newest: await fetchLatestManifest(source, options),
    options,
    openComplete: openWhole,
  };
  const closing = new AbortController();
  return new LazySnapshot(parts, await openPartial(parts, closing.signal), closing);
}

/** A snapshot that downloads pieces while it is searched. */
export class LazySnapshot extends SwappableSnapshot<PartialSnapshot | Snapshot> implements Snapshot {
  #partial: PartialSnapshot;
  #complete: Snapshot | null = null;
  #filling: Promise<void> | null = null;

  constructor(
    private readonly parts: LazyParts,
    opened: PartialSnapshot,
    private readonly closing: AbortController,
  ) {
    super(opened);
    this.#partial = opened;
  }

  override get manifest(): Snapshot['manifest'] {
    return this.#complete?.manifest ?? super.manifest;
  }

  /** Whether the whole snapshot is open. */
  get isComplete(): boolean {
    return this.#complete !== null;
  }

  /**
   * Opens the whole snapshot, once. Answers come from it afterwards.
   *
   * @throws {AskdexError} the errors of `openSnapshot`
   */
  async fill(onProgress?: (progress: DownloadProgress) => void): Promise<void> {
    this.requireOpen();
    this.#filling ??= this.#fill(onProgress);
    try {
      await this.#filling;
    } catch (error) {
      this.#filling = null;
      throw error;
    }
  }

  async #fill(onProgress?: (progress: DownloadProgress) => void): Promise<void> {
    const whole = await this.parts.openComplete(onProgress === undefined ? {} : { onProgress });
    if (this.isClosed) {
      await whole.close();
      throw snapshotClosedError();
    }
    this.replace(whole);
    this.#complete = whole;
  }

  override async close(): Promise<void> {
    this.closing.abort(snapshotClosedError());
    await super.close();
    await this.#complete?.close();
  }

  protected async fetchNewer(): Promise<boolean> {
    if (this.#complete !== null) return this.#complete.update();
    const { source, options } = this.parts;
    const { json, manifest } = this.#partial.newest;
    const newest = await fetchLatestManifest(source.withSignal(this.closing.signal), options);
    if (newest.json === json || isOlder(newest.manifest, manifest)) return false;
    const opened = await openPartial({ ...this.parts, newest }, this.closing.signal);
    if (this.isComplete) return false;
    this.replace(opened);
    this.#partial = opened;
    options.onUpdate?.(newest.manifest);
    return true;
  }
}

/** `closing` aborts later downloads. */
async function openPartial(parts: LazyParts, closing: AbortSignal): Promise<PartialSnapshot> {
  const { newest, options } = parts;
  const { manifest } = newest;
  const own = settingsFor(manifest, options);
  const settings = { ...DEFAULT_SETTINGS, ...own };
  requireOpenable(manifest, settings);
  const analyzer = await createCheckedAnalyzer(own, manifest);
  const pieces = await openPieces(parts, closing);
  const { index } = pieces.index;
  await analyzer.loadLanguages(index.documents.languageTags());
  await loadSynonyms(settings);
  const { generation } = manifest;
  const searcher = new IndexSearcher(index, { analyzer, settings, generation, neighbours: false });

  /** Runs `ask` until no piece is missing. `plan` predicts the pieces that it will read. */
  const answer = async <T>(ask: () => T, plan: () => ReadonlySet<number> = () => NOTHING): Promise<T> => {
    for (;;) {
      closing.throwIfAborted();
      const missing = attempt(ask, plan);
      if ('answer' in missing) return missing.answer;
      await pieces.load(missing.pieces);
    }
  };
  return {
    ...{ manifest, newest },
    async search(q, choices = {}) {
      const query = await toQuery(q, choices);
      await loadLanguage(query.language);
      const plan = (): ReadonlySet<number> =>
        predictMissingPieces(query.text, index, analyzer.inLanguage(query.language));
      return markApproximate(await answer(() => searcher.search(query), plan));
    },
    async suggest(q, choices = {}) {
      const [text, limit] = [validateText(q), validateLimit(choices.limit)];
      await loadFilterParser(text);
      const plan = (): ReadonlySet<number> =>
        new Set([...predictMissingPieces(text, index, analyzer), ...predictMissingTitles(text, index, limit * 2)]);
      return answer(() => searcher.suggest(text, limit), plan);
    },
    document: (key) => answer(() => searcher.document(key)),
    async related(key, choices = {}) {
      const limit = validateLimit(choices.limit);
      return answer(() => searcher.related(key, limit));
    },
  };
}

function requireOpenable({ files }: SnapshotManifest, { ranking }: SearchSettings): void {
  if (ranking === 'minisearch')
    throw new AskdexError(
      'invalid_parameter',
      'The ranking "minisearch" needs the whole index; it cannot be searched lazily.',
      { parameter: 'form', remedy: 'Open the snapshot as a whole.' },
    );
  if (![LAZY_FILE, LAZY_HEAD_FILE].every((name) => files.some((file) => file.name === name)))
    throw new AskdexError(
      'invalid_parameter',
      `The snapshot has no ${LAZY_FILE}: it includes answers, or an older version exported it.`,
      { parameter: 'form', remedy: 'Give the source of a snapshot with the text mode "none".' },
    );
}

async function openPieces(
  { source, newest, options: { headers } }: LazyParts,
  signal: AbortSignal,
): Promise<PieceLoader> {
  const { manifest } = newest;
  const head = await source.file(snapshotFile(manifest, LAZY_HEAD_FILE), urlOf(newest, LAZY_HEAD_FILE));
  const { origin } = source.url;
  const requests = new HttpClient({ signal, origin, ...(headers === undefined ? {} : { headers }) });
  const ranges = new RangeReader(urlOf(newest, LAZY_FILE), snapshotFile(manifest, LAZY_FILE), requests);
  const pieces = await PieceLoader.open(head, ranges, decodeUtf8);
  const { size, meta } = pieces.index.index;
  if (size !== manifest.documents || meta.analyzer !== manifest.analyzer)
    throw damagedSnapshotError(`${LAZY_FILE} has ${size} documents, but its manifest says ${manifest.documents}`);
  return pieces;
}

const NOTHING: ReadonlySet<number> = new Set();

/** Returns the answer, or the pieces that are missing for it. */
function attempt<T>(
  ask: () => T,
  plan: () => ReadonlySet<number>,
): { readonly answer: T } | { readonly pieces: ReadonlySet<number> } {
  try {
    const planned = plan();
    return planned.size > 0 ? { pieces: planned } : { answer: ask() };
  } catch (error) {
    if (error instanceof MissingPiecesError) return { pieces: error.pieces };
    if (error instanceof AskdexError) throw error;
    // Pieces with a correct checksum and invalid contents.
    throw damagedSnapshotError(`${LAZY_FILE} cannot be read`, error);
  }
}
