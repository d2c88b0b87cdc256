import { type Timer, systemTimer } from '../app/tasks/run-with-timeout.js';
import { basename, isAbsolute, relative, resolve, sep } from 'node:path';
import { watch } from 'chokidar';

export interface WatchOptions {
  /** The content: a folder or a file. */
  readonly path: string;
  /** Folders whose changes are ignored, such as an index folder inside the content. */
  readonly ignore?: readonly string[];
  readonly enqueue: () => void;
  /** Called with errors. Watching continues if possible. */
  readonly onError: (error: unknown) => void;
  /** Milliseconds without a change before a build is requested. */
  readonly debounceMs?: number;
  /** Milliseconds after which a build is requested even if changes continue. */
  readonly maxDelayMs?: number;
  readonly timer?: Timer;
  readonly watcher?: WatcherFactory;
}

export interface Watcher {
  close(): Promise<void>;
}

export interface WatcherHooks {
  readonly ignored: (path: string) => boolean;
  readonly onChange: () => void;
  readonly onError: (error: unknown) => void;
}

export type WatcherFactory = (path: string, hooks: WatcherHooks) => Watcher;

/** Requests one build after a burst of changes in the content. */
export function startWatch(options: WatchOptions): { stop(): Promise<void> } {
  const { path, ignore = [], enqueue, onError, debounceMs = 1_000, maxDelayMs = 10_000 } = options;
  const { timer = systemTimer, watcher: start = chokidarWatcher } = options;
  let cancelDebounce: (() => void) | null = null;
  let cancelMaxDelay: (() => void) | null = null;

  const clear = (): void => {
    cancelDebounce?.();
    cancelMaxDelay?.();
    cancelDebounce = null;
    cancelMaxDelay = null;
  };
  const requestBuild = (): void => {
    clear();
    try {
      enqueue();
    } catch (error) {
      onError(error);
    }
  };
  const onChange = (): void => {
    cancelDebounce?.();
    cancelDebounce = timer(debounceMs, requestBuild);
    cancelMaxDelay ??= timer(maxDelayMs, requestBuild);
  };

  const watcher = open(start, path, { ignored: ignoring(resolve(path), ignore), onChange, onError });
  return {
    async stop() {
      clear();
      await watcher?.close().catch(onError);
    },
  };
}

function open(start: WatcherFactory, path: string, hooks: WatcherHooks): Watcher | null {
  try {
    return start(path, hooks);
  } catch (error) {
    hooks.onError(error);
    return null;
  }
}

/** Ignores hidden files, node_modules and `folders`: files that a build writes must not cause the next build. */
function ignoring(root: string, folders: readonly string[]): (path: string) => boolean {
  const ignored = folders.map((folder) => resolve(folder)).filter((folder) => isInside(root, folder));
  return (path) => {
    const full = resolve(path);
    if (full === root) return false;
    if (ignored.some((folder) => full === folder || isInside(folder, full))) return true;
    const name = basename(full);
    return name.startsWith('.') || name === 'node_modules';
  };
}

function isInside(folder: string, path: string): boolean {
  const route = relative(folder, path);
  return route !== '' && route !== '..' && !route.startsWith(`..${sep}`) && !isAbsolute(route);
}

const chokidarWatcher: WatcherFactory = (path, { ignored, onChange, onError }) => {
  const watcher = watch(path, {
    ignoreInitial: true,
    followSymlinks: false,
    persistent: true,
    ignored: (name) => ignored(name),
  });
  watcher.on('all', onChange);
  watcher.on('error', onError);
  return watcher;
};
