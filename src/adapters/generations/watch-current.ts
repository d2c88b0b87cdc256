import type { FileSystem } from './file-system.js';
import type { IndexPaths } from './index-paths.js';
import { readPointer } from './current-pointer.js';

const POLL_INTERVAL_MS = 500;

export interface FollowEnvironment {
  readonly disk: FileSystem;
  readonly paths: IndexPaths;
  readonly every: (ms: number, call: () => void) => () => void;
}

/** Looks at `CURRENT` twice a second. A look that fails (a volume away for a moment) changes nothing. */
export function watchCurrent(
  { disk, paths, every }: FollowEnvironment,
  onChange: (generation: string) => void,
  since?: string | null,
): () => void {
  let known = since;
  let looking = false;
  let stopped = false;
  const look = async (): Promise<void> => {
    const name = await readPointer(disk, paths).catch(() => null);
    const before = known;
    if (name !== null || before === undefined) known = name;
    if (name !== null && before !== undefined && name !== before && !stopped) onChange(name);
  };
  const lookOnce = (): void => {
    if (looking || stopped) return;
    looking = true;
    void look().finally(() => {
      looking = false;
    });
  };
  lookOnce();
  const stop = every(POLL_INTERVAL_MS, lookOnce);
  return () => {
    stopped = true;
    stop();
  };
}
