import { MANIFEST_FILE } from '../../core/model/generation-manifest.js';
import { join } from 'node:path';
import { AskdexError } from '../../core/errors.js';
import type { Manifest } from '../../core/model/generation-manifest.js';
import type { StoredGeneration } from '../../core/model/ports.js';
import { withChecksum } from './checksum.js';
import { manifestBytes } from './manifest-file.js';
import { readPointer, replaceFile, writeRollbackHold, writePointer } from './current-pointer.js';
import { type PublishContext, heldContentHashes, isIntact, nextSequence, currentOrNull } from './publish.js';
import { openGeneration, verifyGeneration } from './generation.js';
import { readGenerations } from './generation-writer.js';

const MAX_HELD = 20;

/** `GenerationStore.rollback`, under the lock. */
export async function rollBack(to: PublishContext, generation?: string): Promise<Manifest> {
  const current = await currentOrNull(to);
  const target = generation === undefined ? await earlier(to, current) : await named(to, generation);
  if (target.manifest.generation === current?.manifest.generation) return target.manifest;
  const manifest = withChecksum({ ...target.manifest, sequence: await nextSequence(to) });
  const held = await heldContentHashes(to, current);
  await to.assertLockHeld();
  await replaceFile(to.disk, to.paths.folder, {
    path: join(to.paths.generations, manifest.generation, MANIFEST_FILE),
    bytes: manifestBytes(manifest),
  });
  await to.disk.sync(join(to.paths.generations, manifest.generation));
  await writeRollbackHold(to.disk, to.paths, {
    sequence: manifest.sequence,
    contentHashes: [...(current === null ? [] : [current.manifest.contentHash]), ...held]
      .filter((hash, index, all) => hash !== manifest.contentHash && all.indexOf(hash) === index)
      .slice(0, MAX_HELD),
  });
  await writePointer(to.disk, to.paths, manifest.generation);
  return manifest;
}

async function named(to: PublishContext, generation: string): Promise<StoredGeneration> {
  const stored = await openGeneration(to.disk, to.paths, generation);
  await verifyGeneration(stored);
  return stored;
}

/** The newest sound generation before the current one, of other content; of all, where the current one is damaged. */
async function earlier(to: PublishContext, current: StoredGeneration | null): Promise<StoredGeneration> {
  const pointer = await readPointer(to.disk, to.paths).catch(() => null);
  for (const candidate of await readGenerations(to.disk, to.paths)) {
    const { generation, sequence, contentHash } = candidate.manifest;
    const before =
      current === null || (sequence < current.manifest.sequence && contentHash !== current.manifest.contentHash);
    if (before && generation !== pointer && (await isIntact(candidate))) return candidate;
  }
  throw new AskdexError('no_earlier_generation', 'There is no earlier generation to go back to.', {
    remedy: 'Builds keep the last few generations; change the content and build again instead.',
  });
}
