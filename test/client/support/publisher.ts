import { generateKeyPairSync, type KeyPairKeyObjectResult } from 'node:crypto';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { buildIndex } from '../../../src/index.js';
import type { TextMode } from '../../../src/core/model/snapshot-manifest.js';
import { exportSnapshot, readConfig } from '../../../src/wiring.js';
import { temporaryFolder, type TemporaryFolder } from '../../cli/harness.js';

export interface Publisher {
  /** The exported folder. */
  readonly folder: string;
  /** PEM. */
  readonly publicKey: string;
  /** Writes content files (empty ones are not questions), builds, and replaces the export. */
  publish(files?: Readonly<Record<string, string>>): Promise<void>;
  /** Another publisher with the same content and key. */
  copy(): Publisher;
  remove(): void;
}

export interface PublisherOptions {
  readonly page?: boolean;
  readonly text?: TextMode;
}

/** Publishes signed snapshots of its content. */
export function publisher(options: PublisherOptions = {}): Publisher {
  return publisherIn(temporaryFolder(), generateKeyPairSync('ed25519'), options);
}

function publisherIn(site: TemporaryFolder, keys: KeyPairKeyObjectResult, options: PublisherOptions): Publisher {
  const { page = false, text = 'full' } = options;
  const content = join(site.path, 'content');
  const index = join(site.path, 'index');
  const folder = join(site.path, 'search');
  const environment = { ASKDEX_CONTENT: content, ASKDEX_INDEX: index };
  return {
    folder,
    publicKey: keys.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    async publish(files = {}) {
      for (const [name, written] of Object.entries(files)) site.write(`content/${name}`, written);
      await buildIndex({ content, index });
      const config = readConfig({ environment, folder: site.path });
      const choices = { kind: 'packed', text, subject: null, prefix: '', signKey: keys.privateKey } as const;
      await exportSnapshot({ config, out: folder, options: choices, page });
    },
    copy() {
      const other = temporaryFolder();
      cpSync(site.path, other.path, { recursive: true });
      return publisherIn(other, keys, options);
    },
    remove: () => site.remove(),
  };
}
