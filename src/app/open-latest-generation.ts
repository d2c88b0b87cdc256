import { AskdexError } from '../core/errors.js';
import type { GenerationStore, OnDamaged, StoredGeneration } from '../core/model/ports.js';

/**
 * Opens the generation that `CURRENT` names or, if that fails, the newest one that can be opened. Calls `onDamaged` for
 * each generation that cannot be opened. Returns null if there is none or none can be opened.
 */
export async function openLatestUsable<T>(
  store: GenerationStore,
  open: (generation: StoredGeneration) => Promise<T>,
  onDamaged: OnDamaged,
): Promise<T | null> {
  const tried = new Set<string>();
  const attempt = async (find: () => Promise<StoredGeneration | null>, name: string | null): Promise<T | null> => {
    let generation = name;
    try {
      const stored = await find();
      if (stored === null) return null;
      generation = stored.manifest.generation;
      tried.add(generation);
      return await open(stored);
    } catch (error) {
      onDamaged(generation, error);
      return null;
    }
  };
  const current = await attempt(() => store.current(), null);
  if (current !== null) return current;
  for (const { generation } of await listOrEmpty(store, onDamaged)) {
    if (tried.has(generation)) continue;
    const opened = await attempt(() => store.open(generation), generation);
    if (opened !== null) return opened;
  }
  return null;
}

async function listOrEmpty(store: GenerationStore, onDamaged: OnDamaged): ReturnType<GenerationStore['list']> {
  try {
    return await store.list(onDamaged);
  } catch (error) {
    if (!(error instanceof AskdexError)) throw error;
    onDamaged(null, error);
    return [];
  }
}
