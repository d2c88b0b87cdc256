import type { Logger } from 'pino';
import type { QueryLog } from '../../app/query-log.js';
import type { TaskQueue } from '../../app/tasks/task-queue.js';
import type { Manifest } from '../../core/model/generation-manifest.js';
import type { Backend } from '../../core/model/ports.js';
import type { StoredReport } from '../../core/model/build-report.js';
import type { SnapshotManifest, TextMode } from '../../core/model/snapshot-manifest.js';
import type { Metrics } from './metrics.js';

/** The operations of the build queue that the API uses. */
export type TaskQueuePort = Pick<TaskQueue, 'enqueue' | 'list' | 'get' | 'cancel' | 'subscribe'>;

/** The settings of the HTTP server. They are validated when the configuration is read. */
export interface HttpSettings {
  /** Origins that may call the API from a browser; `'*'` among them means every origin. */
  readonly corsOrigins: readonly string[];
  /** Requests per minute and address to the API; null: no limit. */
  readonly rateLimit: number | null;
  /** The same for the admin routes, counted separately. */
  readonly adminRateLimit: number | null;
  /** Number of proxies in front that are trusted to report the visitor's address. */
  readonly trustProxy: number;
  /** `''` or `/prefix` without a slash at its end: the prefix of every route and link. */
  readonly basePath: string;
  /** Whether a search needs a key. */
  readonly searchKeyRequired: boolean;
  /** Bytes of a request body. */
  readonly bodyLimit: number;
  /** Bytes of a request's URL (path and query string). */
  readonly urlLimit: number;
  /** Whether the log may contain visitors' queries. */
  readonly logQueries: boolean;
  /** Whether the server is only reached by HTTPS, so that browsers may be made to insist on it. */
  readonly https: boolean;
}

export const DEFAULT_HTTP_SETTINGS: HttpSettings = {
  corsOrigins: [],
  rateLimit: 300,
  adminRateLimit: 60,
  trustProxy: 0,
  basePath: '',
  searchKeyRequired: false,
  bodyLimit: 16 * 1024,
  urlLimit: 8 * 1024,
  logQueries: false,
  https: false,
};

/** The files that clients download. */
export interface SnapshotCachePort {
  /** Returns null if there is no snapshot of this generation yet. */
  get(generation: string, text: TextMode): Promise<SnapshotManifest | null>;
  /** Starts to build it in another thread, unless it is being built. Throws the error of the last attempt, if any. */
  startBuild(generation: string, text: TextMode): void;
  /** The path of one of its files. */
  filePath(generation: string, text: TextMode, name: string): string;
}

/** Everything that the HTTP application uses. It reads them at each request, so a backend can be replaced at once. */
export interface Services {
  /** The current backend; null while there is no generation. */
  backend(): Backend | null;
  readonly tasks: TaskQueuePort;
  /**
   * Makes the previous generation (or the one named) current.
   *
   * @throws {AskdexError} generation_not_found, no_earlier_generation
   */
  rollback(generation?: string): Promise<Manifest>;
  /** The report of the last build; null: nothing was built yet. */
  report(): Promise<StoredReport | null>;
  /** If absent, there are no routes for snapshots. */
  readonly snapshots?: SnapshotCachePort;
  readonly queryLog: QueryLog;
  /** Each compares in constant time. */
  isAdmin(key: string): boolean;
  isSearchKey(key: string): boolean;
  readonly settings: HttpSettings;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** The version that the API description names. */
  readonly version: string;
  /** Aborted when the server begins to stop, which ends event streams. */
  readonly stopping?: AbortSignal;
}
