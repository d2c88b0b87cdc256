import { AskdexError } from '../../core/errors.js';
import { MANIFEST_FILE, type GenerationDraft, type Manifest } from '../../core/model/generation-manifest.js';
import type { PublishOptions, StoredGeneration } from '../../core/model/ports.js';
import type { FileSystem } from './file-system.js';
import { generationName, type IndexPaths } from './index-paths.js';
import { readPointer, readRollbackHold, replaceFile, writePointer, writeRollbackHold } from './current-pointer.js';
import { openGeneration, verifyGeneration } from './generation.js';
import { checkDraft, readGenerations, removeGeneration, writeGeneration } from './generation-writer.js';
import { join } from 'node:path';
import { manifestBytes, contentHashOf, manifestFiles, withChecksum } from './manifest-file.js';

/** What publishing and rolling back need. */
export interface PublishContext {
  readonly disk: FileSystem;
  readonly paths: IndexPaths;
  readonly now: () => number;
  readonly version: string;
  /** Rejects with `index_locked` unless the lock is still held. */
  readonly assertLockHeld: () => Promise<void>;
}

/** Implements `GenerationStore.publish`. */
export async function publishDraft(
  to: PublishContext,
  draft: GenerationDraft,
  options: PublishOptions,
): Promise<Manifest> {
  await to.assertLockHeld();
  checkDraft(draft);
  const files = manifestFiles(draft);
  const contentHash = contentHashOf(draft.analyzer, files);
  const current = await currentOrNull(to);
  if (current !== null && (await isAlreadyCurrent(to, current, { contentHash, force: options.force === true })))
    return current.manifest;

  const time = to.now();
  const manifest = withChecksum({
    format: 1,
    generation: generationName(time, contentHash, await to.disk.list(to.paths.generations)),
    createdAt: new Date(time).toISOString(),
    sequence: await nextSequence(to),
    contentHash,
    askdex: to.version,
    analyzer: draft.analyzer,
    documents: draft.documents,
    files,
  });
  await writeGeneration(to.disk, to.paths, { draft, manifest });
  await checkAndActivate(to, manifest.generation, options);
  // The new generation is current now, so nothing below may fail the publication.
  await to.disk.remove(to.paths.held).catch(() => undefined);
  await prune(to, options.keep, manifest.generation).catch(() => undefined);
  return manifest;
}

/** Whether the current generation stays: it is intact and has this content, or this content was rolled back. */
async function isAlreadyCurrent(
  to: PublishContext,
  current: StoredGeneration,
  draft: { contentHash: string; force: boolean },
): Promise<boolean> {
  const isSame = current.manifest.contentHash === draft.contentHash;
  const isHeld = !isSame && !draft.force && (await heldContentHashes(to, current)).includes(draft.contentHash);
  return (isSame || isHeld) && (await isIntact(current));
}

/** Verifies and tests the written generation, then makes it current. Removes it if that fails. */
async function checkAndActivate(to: PublishContext, generation: string, { check }: PublishOptions): Promise<void> {
  try {
    const stored = readOnce(await openGeneration(to.disk, to.paths, generation));
    await verifyGeneration(stored);
    await check(stored);
    await to.assertLockHeld();
  } catch (error) {
    await removeGeneration(to.disk, to.paths, generation).catch(() => undefined);
    throw error;
  }
  await switchTo(to, generation);
}

/** Wraps a generation so that each file is read and verified only once. */
function readOnce(stored: StoredGeneration): StoredGeneration {
  const known = new Map<string, Promise<Uint8Array>>();
  return {
    manifest: stored.manifest,
    read(name) {
      const bytes = known.get(name) ?? stored.read(name);
      known.set(name, bytes);
      return bytes;
    },
  };
}

async function switchTo(to: PublishContext, generation: string): Promise<void> {
  try {
    await writePointer(to.disk, to.paths, generation);
  } catch (error) {
    // If the switch failed, the generation would only take up space.
    const now = await readPointer(to.disk, to.paths).catch(() => generation);
    if (now !== generation) await removeGeneration(to.disk, to.paths, generation).catch(() => undefined);
    throw error;
  }
}

/** The current generation. null if there is none or it cannot be opened, which the next build repairs. */
export async function currentOrNull(to: PublishContext): Promise<StoredGeneration | null> {
  try {
    const name = await readPointer(to.disk, to.paths);
    return name === null ? null : await openGeneration(to.disk, to.paths, name);
  } catch (error) {
    if (error instanceof AskdexError) return null;
    throw error;
  }
}

/** The content hashes that are held back while `current` is the current generation. */
async function heldContentHashes(to: PublishContext, current: StoredGeneration | null): Promise<readonly string[]> {
  const hold = await readRollbackHold(to.disk, to.paths);
  return hold !== null && hold.sequence === current?.manifest.sequence ? hold.contentHashes : [];
}

/** One more than in any manifest, including those of builds that were killed before the switch. */
async function nextSequence(to: PublishContext): Promise<number> {
  const [newest] = await readGenerations(to.disk, to.paths);
  return (newest?.manifest.sequence ?? 0) + 1;
}

export async function isIntact(stored: StoredGeneration): Promise<boolean> {
  try {
    await verifyGeneration(stored);
    return true;
  } catch (error) {
    if (error instanceof AskdexError && error.code === 'index_damaged') return false;
    throw error;
  }
}

async function prune(to: PublishContext, keep: number, current: string): Promise<void> {
  const damagedNames: string[] = [];
  const intact = await readGenerations(to.disk, to.paths, (name, error) => {
    if (name !== null && error instanceof AskdexError && error.code === 'index_damaged') damagedNames.push(name);
  });
  const names = intact.map(({ manifest }) => manifest.generation);
  for (const name of [...names.slice(Math.max(1, keep)), ...damagedNames]) {
    if (name !== current) await removeGeneration(to.disk, to.paths, name);
  }
}

const MAX_HELD = 20;

/** Implements `GenerationStore.rollback`. Requires the lock. */
export async function rollBack(to: PublishContext, generation?: string): Promise<Manifest> {
  const current = await currentOrNull(to);
  const target = generation === undefined ? await previousGeneration(to, current) : await verified(to, generation);
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

async function verified(to: PublishContext, generation: string): Promise<StoredGeneration> {
  const stored = await openGeneration(to.disk, to.paths, generation);
  await verifyGeneration(stored);
  return stored;
}

/** The newest intact generation before the current one with other content, or of all if the current one is damaged. */
async function previousGeneration(to: PublishContext, current: StoredGeneration | null): Promise<StoredGeneration> {
  const pointer = await readPointer(to.disk, to.paths).catch(() => null);
  for (const candidate of await readGenerations(to.disk, to.paths)) {
    const { generation, sequence, contentHash } = candidate.manifest;
    const isEarlier =
      current === null || (sequence < current.manifest.sequence && contentHash !== current.manifest.contentHash);
    if (isEarlier && generation !== pointer && (await isIntact(candidate))) return candidate;
  }
  throw new AskdexError('no_earlier_generation', 'There is no earlier generation to go back to.', {
    remedy: 'Only the last few generations are retained. Change the content and build again instead.',
  });
}
