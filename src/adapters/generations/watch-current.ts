import type { Disk } from './file-system.js';
import type { Places } from './index-paths.js';
import { readPointer } from './current-pointer.js';

const LOOK_EVERY = 500;

export interface FollowEnvironment {
  readonly disk: Disk;
  readonly places: Places;
  readonly every: (ms: number, call: () => void) => () => void;
}

/** Looks at `CURRENT` twice a second. A look that fails (a volume away for a moment) changes nothing. */
export function followPointer(
  { disk, places, every }: FollowEnvironment,
  onChange: (generation: string) => void,
  since?: string | null,
): () => void {
  let known = since;
  let looking = false;
  let stopped = false;
  const look = async (): Promise<void> => {
    const name = await readPointer(disk, places).catch(() => null);
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
  const stop = every(LOOK_EVERY, lookOnce);
  return () => {
    stopped = true;
    stop();
  };
}
