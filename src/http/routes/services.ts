import type { Logger } from 'pino';
import type { QueryLog } from '../../app/query-log.js';
import type { TaskQueue } from '../../app/tasks/task-queue.js';
import type { Manifest } from '../../core/model/generation-manifest.js';
import type { Backend } from '../../core/model/ports.js';
import type { StoredReport } from '../../core/model/build-report.js';
import type { SnapshotManifest, TextMode } from '../../core/model/snapshot-manifest.js';
import type { Metrics } from './metrics.js';

/** What the API asks of the queue of builds. */
export type TaskQueuePort = Pick<TaskQueue, 'enqueue' | 'list' | 'get' | 'cancel' | 'subscribe'>;

/** How the HTTP side behaves; checked where the configuration is read. */
export interface HttpSettings {
  /** Origins that may call the API from a browser; `'*'` among them means every origin. */
  readonly corsOrigins: readonly string[];
  /** Requests per minute and address to the API; null: no limit. */
  readonly rateLimit: number | null;
  /** The same for the admin routes, counted apart. */
  readonly adminRateLimit: number | null;
  /** How many proxies in front are believed about the visitor's address; 0: none. */
  readonly trustProxy: number;
  /** `''` or `/prefix` without a slash at its end: stands before every route and link. */
  readonly basePath: string;
  /** Whether a search needs a key. */
  readonly searchKeyRequired: boolean;
  /** Bytes of a request body. */
  readonly bodyLimit: number;
  /** Bytes of a request's target (path and query string). */
  readonly urlLimit: number;
  /** Whether the log may hold what visitors asked. */
  readonly logQueries: boolean;
  /** Whether the server is reached by HTTPS alone, so that browsers may be told to insist on it. */
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
  /** null: there is no snapshot of this generation, or not yet. */
  get(generation: string, text: TextMode): Promise<SnapshotManifest | null>;
  /** Begins to make it, off this thread, unless that is being done. Throws what the last try failed with. */
  startBuild(generation: string, text: TextMode): void;
  /** Where a file of it lies. */
  filePath(generation: string, text: TextMode, name: string): string;
}

/** Everything that the HTTP side uses. It reads them at each request and keeps none, so that a backend swaps whole. */
export interface Services {
  /** What answers now; null while there is no generation. */
  backend(): Backend | null;
  readonly tasks: TaskQueuePort;
  /** Makes the generation before (or the one named) current. Throws `generation_not_found`, `no_earlier_generation`. */
  rollback(generation?: string): Promise<Manifest>;
  /** What the last build did and skipped; null: nothing was built yet. */
  report(): Promise<StoredReport | null>;
  /** Left out: nothing can be downloaded, and there are no such routes. */
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
  /** Aborted when the server begins to stop: streams end then. */
  readonly stopping?: AbortSignal;
}
