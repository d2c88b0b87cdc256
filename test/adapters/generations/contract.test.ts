import { generationStoreContract } from '../../contract/generation-store.js';
import { temporaryFolder, testStore, tickingClock } from './support.js';

generationStoreContract('a folder', async () => {
  const folder = await temporaryFolder();
  const now = tickingClock();
  const open = () => testStore(folder.path, { now });
  return { store: open(), other: open(), dispose: folder.dispose };
});
