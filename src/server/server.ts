import { hashKey, keyVerifier } from '../http/security.js';
import { logTask } from './log.js';
import type { Logger } from 'pino';
import { createQueryLog } from '../app/query-log.js';
import { openLatestUsable } from '../app/open-latest-generation.js';
import { createTaskQueue, type TaskQueue } from '../app/tasks/task-queue.js';
import type { Config } from '../config/config.js';
import { resolveAdminKey } from '../config/admin-key.js';
import { createApp } from '../http/app.js';
import { createMetrics, type Metrics } from '../http/routes/metrics.js';
import { servedPrefix } from '../http/routes/snapshots.js';
import { listen } from '../http/listen.js';
import { DEFAULT_HTTP_SETTINGS, type HttpSettings, type Services } from '../http/routes/services.js';
import { startSchedule } from './schedule.js';
import { startWatch } from './watch.js';
import { createActiveBackend, type ActiveBackend } from './active-backend.js';
import { askdexVersion } from '../version.js';
import { backendOpener, createBuilder, openReports, openSnapshots, openStore } from '../wiring.js';

export interface ServerOptions {
  readonly log: Logger;
  /** Called with the admin key that was generated at this start. It cannot be shown again. */
  readonly onAdminKey: (key: string) => void;
}

/** A server that answers requests and rebuilds its index. */
export interface RunningServer {
  /** Such as `http://127.0.0.1:7373/base/path`. */
  readonly url: string;
  /** Number of documents; null if there is no index yet. */
  documents(): number | null;
  /** Requests a build, as SIGHUP does. */
  reindex(): void;
  /** Refuses new requests and builds and ends the running ones. Settles within about 7 seconds. */
  stop(): Promise<void>;
}

/** Time for running requests to finish when the server stops, in milliseconds. */
const REQUEST_GRACE_MS = 5000;

/**
 * Serves the newest usable generation and starts the first build, the schedule and the watcher.
 *
 * @throws {AskdexError} port_unavailable, index_unreadable. invalid_configuration: if the schedule can never run.
 */
export async function startServer(config: Config, options: ServerOptions): Promise<RunningServer> {
  const { log } = options;
  const admin = await resolveAdminKey({
    index: config.index,
    configured: config.adminKey,
    now: () => new Date(),
  });
  if (admin.created !== null) options.onAdminKey(admin.created);
  const store = openStore(config);
  const open = await backendOpener(config.settings);
  const serving = createActiveBackend({ store, open, log });
  const metrics = createMetrics({ manifest: () => serving.backend()?.manifest ?? null, process: true });
  const tasks = createTasks(config, { log, serving, metrics });
  const snapshots = await openSnapshots(config, servedPrefix, (err) =>
    log.error({ err }, 'a snapshot could not be built'),
  );
  const stopping = new AbortController();
  const services: Services = {
    backend: () => serving.backend(),
    tasks,
    async rollback(generation) {
      const manifest = await store.rollback(generation);
      await serving.refresh();
      return manifest;
    },
    snapshots,
    report: () => openReports(config).load(),
    queryLog: createQueryLog({ now: Date.now }),
    isAdmin: keyVerifier([admin.sha256]),
    isSearchKey: keyVerifier([...config.searchKeys.map(hashKey), admin.sha256]),
    settings: httpSettings(config),
    log,
    metrics,
    version: askdexVersion(),
    stopping: stopping.signal,
  };
  serving.start(
    await openLatestUsable(store, open, (generation, err) =>
      log.warn({ err, generation }, 'skipped a generation that cannot be used'),
    ),
  );
  const listening = await listen(createApp(services), config).catch(async (error: unknown) => {
    await serving.stop();
    throw error;
  });
  const stopRebuilds = startRebuilds(config, tasks, log);
  return {
    url: `${listening.url}${config.basePath}`,
    documents: () => serving.backend()?.manifest.documents ?? null,
    reindex: () => void tasks.enqueue({ trigger: 'signal' }),
    async stop() {
      stopping.abort();
      await Promise.all([stopRebuilds(), tasks.close(), snapshots.close(), listening.close(REQUEST_GRACE_MS)]);
      await serving.stop();
    },
  };
}

interface TaskParts {
  readonly log: Logger;
  readonly serving: ActiveBackend;
  readonly metrics: Metrics;
}

function createTasks(config: Config, { log, serving, metrics }: TaskParts): TaskQueue {
  const build = createBuilder(config);
  return createTaskQueue({
    timeoutMs: config.buildTimeoutMs,
    async run(request, hooks) {
      const report = await build(request, hooks);
      // A client that waits for the task and then searches must find the new documents.
      await serving.refresh();
      return report;
    },
    onFinished: (task, outcome) => logTask(log, metrics, task, outcome),
  });
}

/** Starts the first build, the schedule and the watcher. Returns a function that stops them. */
function startRebuilds(config: Config, tasks: TaskQueue, log: Logger): () => Promise<void> {
  const onError = (err: unknown) => log.error({ err }, 'a build could not be requested');
  const schedule = startSchedule({
    expression: config.schedule ?? 'off',
    enqueue: () => void tasks.enqueue({ trigger: 'cron' }),
    onError,
  });
  const watching = config.watch
    ? startWatch({
        path: config.content,
        ignore: [config.index],
        enqueue: () => void tasks.enqueue({ trigger: 'watch' }),
        onError,
      })
    : null;
  // Only reading the content shows whether it changed. If it did not, nothing is published.
  tasks.enqueue({ trigger: 'start' });
  return async () => {
    schedule.stop();
    await watching?.stop();
  };
}

function httpSettings(config: Config): HttpSettings {
  const { corsOrigins, rateLimit, trustProxy, basePath, logQueries, searchKeys } = config;
  const adminRateLimit = rateLimit === null ? null : DEFAULT_HTTP_SETTINGS.adminRateLimit;
  return {
    ...DEFAULT_HTTP_SETTINGS,
    ...{ corsOrigins, rateLimit, adminRateLimit, trustProxy, basePath, logQueries },
    searchKeyRequired: searchKeys.length > 0,
  };
}
