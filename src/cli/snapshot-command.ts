import { EXIT } from './usage.js';
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { AskdexError } from '../core/errors.js';
import type { SnapshotKind, SnapshotManifest, TextMode } from '../core/model/snapshot-manifest.js';
import { safeForTerminal } from '../terminal.js';
import { exportSnapshot, verifySnapshotFolder } from '../wiring.js';
import type { Io } from './process-io.js';
import { configFor, type SettingOptions } from './overrides.js';
import { byteSize, pluralize } from './format.js';

export interface ExportCommandOptions extends SettingOptions {
  readonly out: string;
  readonly text: TextMode;
  readonly format: SnapshotKind;
  readonly subject?: string;
  readonly signKey?: string;
  /** `--no-page` sets it to false. */
  readonly page: boolean;
  /** `--no-deltas` sets it to false. */
  readonly deltas: boolean;
  readonly json?: true;
}

export interface VerifyCommandOptions {
  readonly publicKey?: string;
  readonly json?: true;
}

/** `askdex snapshot export`: writes the current generation as a folder for clients. */
export async function exportCommand(io: Io, options: ExportCommandOptions): Promise<number> {
  const config = configFor(io, options);
  const { text, format: kind, subject = null, signKey } = options;
  const key = signKey === undefined ? null : keyFrom(io, signKey, { option: '--sign-key', read: createPrivateKey });
  const { manifest } = await exportSnapshot({
    config,
    out: resolve(io.folder, options.out),
    options: { kind, text, subject, prefix: '', signKey: key },
    page: options.page && kind === 'packed',
    deltas: options.deltas,
  });
  if (options.json === true) io.out(`${JSON.stringify(manifest, null, 2)}\n`);
  else io.out(`${summary(manifest).join('\n')}\n`);
  return EXIT.done;
}

/** `askdex snapshot verify`: prints the checks that passed. A failed one is an error that names the file. */
export async function verifyCommand(io: Io, folder: string, options: VerifyCommandOptions): Promise<number> {
  const { publicKey, json } = options;
  const key =
    publicKey === undefined ? null : keyFrom(io, publicKey, { option: '--public-key', read: createPublicKey });
  const checks: string[] = [];
  const onChecked = (what: string): void => {
    checks.push(what);
    if (json !== true) io.out(`ok  ${safeForTerminal(what)}\n`);
  };
  const manifest = await verifySnapshotFolder({
    folder: resolve(io.folder, folder),
    publicKey: key,
    onChecked,
  });
  const signed = signatureNote(manifest, key);
  if (json === true) {
    const { generation, text, documents } = manifest;
    const found = { ok: true, generation, text, documents, signatureChecked: key !== null, checks };
    io.out(`${JSON.stringify(found, null, 2)}\n`);
  } else io.out(`The snapshot of generation ${safeForTerminal(manifest.generation)} is whole${signed}.\n`);
  return EXIT.done;
}

function signatureNote({ signature }: SnapshotManifest, key: KeyObject | null): string {
  if (key !== null) return ' and signed by the key';
  return signature === undefined ? '; it is not signed' : '; its signature was not checked (--public-key)';
}

function summary(manifest: SnapshotManifest): string[] {
  const { generation, documents, text, subject, deltas, signature } = manifest;
  const files = [...manifest.files, ...deltas];
  const width = Math.max(...files.map(({ name }) => name.length));
  const about = subject === null ? '' : ` of the subject ${JSON.stringify(subject)}`;
  return [
    `Generation ${generation}, ${pluralize(documents, 'document')}${safeForTerminal(about)}, text ${text}${signature === undefined ? '' : ', signed'}:`,
    ...files.map(({ name, size }) => `  ${name.padEnd(width)}  ${byteSize(size).padStart(10)}`),
  ];
}

interface KeyUse {
  readonly option: string;
  readonly read: (pem: Buffer) => KeyObject;
}

/** Reads an Ed25519 key. Errors never quote the file's content. */
function keyFrom(io: Io, file: string, { option, read }: KeyUse): KeyObject {
  const invalid = (why: string, cause?: unknown): AskdexError =>
    new AskdexError('invalid_parameter', `The file of ${option} ${why}.`, {
      parameter: option,
      remedy:
        'Make a key with: openssl genpkey -algorithm ed25519 -out key.pem; openssl pkey -in key.pem -pubout -out public.pem',
      cause,
    });
  let pem: Buffer;
  try {
    pem = readFileSync(resolve(io.folder, file));
  } catch (cause) {
    throw invalid('cannot be read', cause);
  }
  let key: KeyObject;
  try {
    key = read(pem);
  } catch (cause) {
    throw invalid('holds no such key in PEM', cause);
  }
  if (key.asymmetricKeyType !== 'ed25519') throw invalid('holds a key that is not Ed25519');
  return key;
}
