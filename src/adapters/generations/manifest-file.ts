import { AskdexError, shown } from '../../core/errors.js';
import type { Manifest, ManifestFile } from '../../core/manifest.js';
import { checksumOf } from './checksum.js';
import { isFileName, isGenerationName } from './names.js';

const SHA256 = /^[0-9a-f]{64}$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;

/** The bytes of `manifest.json`. */
export function manifestBytes(manifest: Manifest): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`);
}

/** Reads the manifest of the generation named; throws `index_damaged` naming the generation and what is wrong. */
export function parseManifest(bytes: Uint8Array, generation: string): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw damaged(generation, 'its manifest is not JSON', error);
  }
  const manifest = manifestOf(value, generation);
  const { checksum, ...body } = manifest;
  if (checksumOf(body) !== checksum)
    throw damaged(generation, 'its manifest does not match its own checksum');
  if (body.generation !== generation)
    throw damaged(generation, `its manifest names another generation, ${shown(body.generation)}`);
  if (new Set(body.files.map((file) => file.name)).size !== body.files.length)
    throw damaged(generation, 'its manifest names a file twice');
  return manifest;
}

/** `index_damaged` for a generation. */
export function damaged(generation: string, what: string, cause?: unknown): AskdexError {
  return new AskdexError('index_damaged', `The generation ${shown(generation)} is damaged: ${what}.`, {
    remedy: 'Build again with `askdex index`, or go back with `askdex rollback`.',
    cause,
  });
}

type Members = Readonly<Record<string, unknown>>;

/** The members in the order in which they stand in the JSON that the checksum is taken of, and no others. */
function manifestOf(value: unknown, generation: string): Manifest {
  const wrong = (place: string, what: string): AskdexError =>
    damaged(generation, `${place} is wrong (${what})`);
  const read = new MemberReader(value, 'its manifest', wrong);
  const manifest = {
    format: read.as('format', isOne, 'not 1'),
    generation: read.as('generation', isName, 'not the name of a generation'),
    createdAt: read.as('createdAt', isTime, 'not a time'),
    sequence: read.as('sequence', isCount, 'not a count'),
    contentHash: read.as('contentHash', isSha256, 'not a sha256'),
    askdex: read.as('askdex', isText, 'not a text'),
    analyzer: read.as('analyzer', isText, 'not a text'),
    documents: read.as('documents', isCount, 'not a count'),
    files: read.as('files', Array.isArray, 'not a list').map((file) => fileOf(file, wrong)),
    checksum: read.as('checksum', isSha256, 'not a sha256'),
  };
  read.end();
  return manifest;
}

function fileOf(value: unknown, wrong: Wrong): ManifestFile {
  const read = new MemberReader(value, 'a file of its manifest', wrong);
  const file = {
    name: read.as('name', isPlainName, 'not a plain file name'),
    size: read.as('size', isCount, 'not a count'),
    sha256: read.as('sha256', isSha256, 'not a sha256'),
  };
  read.end();
  return file;
}

type Wrong = (place: string, what: string) => AskdexError;

/** Takes an object apart member by member; what is missing, of another kind or left over is thrown. */
class MemberReader {
  readonly #members: Members;
  readonly #read = new Set<string>();

  constructor(
    value: unknown,
    private readonly place: string,
    private readonly wrong: Wrong,
  ) {
    if (!isMembers(value)) throw wrong(place, 'not an object');
    this.#members = value;
  }

  as<T>(name: string, is: (value: unknown) => value is T, otherwise: string): T {
    const value = this.#members[name];
    this.#read.add(name);
    if (!is(value)) throw this.wrong(`${shown(name)} of ${this.place}`, otherwise);
    return value;
  }

  end(): void {
    const more = Object.keys(this.#members).find((name) => !this.#read.has(name));
    if (more !== undefined) throw this.wrong(this.place, `${shown(more)} is unknown`);
  }
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isOne(value: unknown): value is 1 {
  return value === 1;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isName(value: unknown): value is string {
  return isText(value) && isGenerationName(value);
}

function isPlainName(value: unknown): value is string {
  return isText(value) && isFileName(value);
}

function isTime(value: unknown): value is string {
  return isText(value) && TIME.test(value) && !Number.isNaN(Date.parse(value));
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isSha256(value: unknown): value is string {
  return isText(value) && SHA256.test(value);
}
