import { isSha256 } from '../core/guards.js';
import { sha256 } from '../sha256.js';
import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { AskdexError, systemErrorCodeOr } from '../core/errors.js';

const FILE = 'admin-key.json';

const fileSchema = z.object({
  format: z.literal(1),
  sha256: z.string().refine(isSha256),
  createdAt: z.string(),
});

/** The admin key of a server. */
export interface AdminKey {
  /** SHA-256 of the key, lower-case hexadecimal. A random key of 256 bits needs no slower hash. */
  readonly sha256: string;
  /** The key itself if this call created it, the only time that it can be shown; otherwise null. */
  readonly created: string | null;
}

export interface AdminKeyOptions {
  /** The absolute path of the index folder, which is created if missing. */
  readonly index: string;
  /** `ASKDEX_ADMIN_KEY`; null: the index folder stores the hash of a key. */
  readonly configured: string | null;
  readonly now: () => Date;
}

/**
 * Returns the configured key, or the one whose hash the index folder stores, or a new one whose hash is written there
 * (readable only by its owner).
 *
 * @throws {AskdexError} index_unreadable: the folder or the file cannot be used
 */
export async function resolveAdminKey(options: AdminKeyOptions): Promise<AdminKey> {
  if (options.configured !== null) return { sha256: sha256(options.configured), created: null };
  const path = join(options.index, FILE);
  const kept = await readHash(path);
  if (kept !== null) return { sha256: kept, created: null };
  const key = `askdex_${randomBytes(32).toString('base64url')}`;
  const made = await writeHash(path, {
    format: 1,
    sha256: sha256(key),
    createdAt: options.now().toISOString(),
  });
  if (made) return { sha256: sha256(key), created: key };
  const other = await readHash(path);
  if (other === null) throw unusable('vanished while the server started', undefined);
  return { sha256: other, created: null };
}

async function readHash(path: string): Promise<string | null> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (systemErrorCodeOr(error) === 'ENOENT') return null;
    throw unusable(`cannot be read (${systemErrorCodeOr(error)})`, error);
  }
  try {
    return fileSchema.parse(JSON.parse(text)).sha256;
  } catch (error) {
    throw unusable('is damaged', error);
  }
}

/** Writes a temporary file and links it, so that exactly one of two concurrent first starts creates the key. */
async function writeHash(path: string, content: z.input<typeof fileSchema>): Promise<boolean> {
  const aside = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await mkdir(join(path, '..'), { recursive: true });
    const file = await open(aside, 'wx', 0o600);
    try {
      await file.writeFile(`${JSON.stringify(content, null, 2)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await publish(aside, path);
    return true;
  } catch (error) {
    if (systemErrorCodeOr(error) === 'EEXIST') return false;
    throw unusable(`cannot be written (${systemErrorCodeOr(error)})`, error);
  } finally {
    await unlink(aside).catch(() => undefined);
  }
}

async function publish(aside: string, path: string): Promise<void> {
  try {
    await link(aside, path);
  } catch (error) {
    // Some network and container volumes have no hard links. A rename is the next best way.
    if (!['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP'].includes(systemErrorCodeOr(error))) throw error;
    await rename(aside, path);
  }
}

function unusable(what: string, cause: unknown): AskdexError {
  return new AskdexError('index_unreadable', `${FILE} in the index folder ${what}.`, {
    parameter: 'ASKDEX_INDEX',
    remedy:
      'Make the folder writable and, if the file is damaged, delete it: the next start makes a new key. Or set ASKDEX_ADMIN_KEY.',
    cause,
  });
}
