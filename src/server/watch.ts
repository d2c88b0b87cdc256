import { type Timer, systemTimer } from '../app/tasks/run-with-timeout.js';
import { basename, isAbsolute, relative, resolve, sep } from 'node:path';
import { watch } from 'chokidar';

export interface WatchOptions {
  /** The content: a folder or a file. */
  readonly path: string;
  /** Folders whose changes do not count, such as an index folder inside the content. */
  readonly ignore?: readonly string[];
  readonly enqueue: () => void;
  /** Told of what goes wrong; watching goes on where it can. */
  readonly onError: (error: unknown) => void;
  /** How long it must be quiet before a build is asked for; milliseconds. */
  readonly debounceMs?: number;
  /** After so long a build is asked for even where changes do not end; milliseconds. */
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

/** Asks for one build after a burst of changes in the content. */
export function startWatch(options: WatchOptions): { stop(): Promise<void> } {
  const { path, ignore = [], enqueue, onError, debounceMs = 1_000, maxDelayMs = 10_000 } = options;
  const { timer = systemTimer, watcher: start = chokidarWatcher } = options;
  let forgetQuiet: (() => void) | null = null;
  let forgetPatience: (() => void) | null = null;

  const clear = (): void => {
    forgetQuiet?.();
    forgetPatience?.();
    forgetQuiet = null;
    forgetPatience = null;
  };
  const ask = (): void => {
    clear();
    try {
      enqueue();
    } catch (error) {
      onError(error);
    }
  };
  const onChange = (): void => {
    forgetQuiet?.();
    forgetQuiet = timer(debounceMs, ask);
    forgetPatience ??= timer(maxDelayMs, ask);
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

/** Hidden files and node_modules are no content, and what a build writes must not ask for the next one. */
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
  const way = relative(folder, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
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
