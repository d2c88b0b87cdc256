import { MANIFEST_FILE } from '../../core/model/generation-manifest.js';
import { join } from 'node:path';
import { AskdexError } from '../../core/errors.js';
import type { Manifest } from '../../core/model/generation-manifest.js';
import type { StoredGeneration } from '../../core/model/ports.js';
import { seal } from './checksum.js';
import { manifestBytes } from './manifest-file.js';
import { readPointer, replaceFile, writeHold, writePointer } from './current-pointer.js';
import { type Publication, currentHold, isSound, nextSequence, quietCurrent } from './publish.js';
import { openStored, verifyStored } from './generation.js';
import { readGenerations } from './generation-writer.js';

const HELD_AT_MOST = 20;

/** `GenerationStore.rollback`, under the lock. */
export async function rollBack(to: Publication, generation?: string): Promise<Manifest> {
  const current = await quietCurrent(to);
  const target = generation === undefined ? await earlier(to, current) : await named(to, generation);
  if (target.manifest.generation === current?.manifest.generation) return target.manifest;
  const manifest = seal({ ...target.manifest, sequence: await nextSequence(to) });
  const held = await currentHold(to, current);
  await to.ours();
  await replaceFile(to.disk, to.places.folder, {
    path: join(to.places.generations, manifest.generation, MANIFEST_FILE),
    bytes: manifestBytes(manifest),
  });
  await to.disk.sync(join(to.places.generations, manifest.generation));
  await writeHold(to.disk, to.places, {
    sequence: manifest.sequence,
    contentHashes: [...(current === null ? [] : [current.manifest.contentHash]), ...held]
      .filter((hash, index, all) => hash !== manifest.contentHash && all.indexOf(hash) === index)
      .slice(0, HELD_AT_MOST),
  });
  await writePointer(to.disk, to.places, manifest.generation);
  return manifest;
}

async function named(to: Publication, generation: string): Promise<StoredGeneration> {
  const stored = await openStored(to.disk, to.places, generation);
  await verifyStored(stored);
  return stored;
}

/** The newest sound generation before the current one, of other content; of all, where the current one is damaged. */
async function earlier(to: Publication, current: StoredGeneration | null): Promise<StoredGeneration> {
  const pointer = await readPointer(to.disk, to.places).catch(() => null);
  for (const candidate of await readGenerations(to.disk, to.places)) {
    const { generation, sequence, contentHash } = candidate.manifest;
    const before =
      current === null ||
      (sequence < current.manifest.sequence && contentHash !== current.manifest.contentHash);
    if (before && generation !== pointer && (await isSound(candidate))) return candidate;
  }
  throw new AskdexError('no_earlier_generation', 'There is no earlier generation to go back to.', {
    remedy: 'Builds keep the last few generations; change the content and build again instead.',
  });
}
