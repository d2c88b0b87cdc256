import { AskdexError, quoteForMessage } from '../errors.js';
import { isCount, isFileName, isRecord, isSha256, isText } from '../guards.js';

/** One file of a generation. */
export interface ManifestFile {
  /** A file name without a folder. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
}

/** Describes a generation. Only this file and the folder's name contain the time of the build. */
export interface Manifest {
  /** Version of the manifest format. */
  readonly format: 1;
  /**
   * `<UTC time as YYYYMMDDTHHMMSSZ>-<first 12 hex digits of the content hash>`, plus `-2` and so on if the name exists.
   */
  readonly generation: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** Increases by one with every publication and every rollback. A rollback rewrites only the manifest. */
  readonly sequence: number;
  /**
   * sha256 over the analyzer's id and the files' names, sizes and checksums. Equal content, configuration and version
   * give an equal hash.
   */
  readonly contentHash: string;
  /** The version of Askdex that built it. */
  readonly askdex: string;
  /** Id of the analyzer. An index is only searched with the analyzer of this id. */
  readonly analyzer: string;
  readonly documents: number;
  readonly files: readonly ManifestFile[];
  /** sha256 of this object's JSON without this member. */
  readonly checksum: string;
}

/** @throws {AskdexError} index_damaged: when a generation was written with another analyzer. */
export function requireAnalyzer(manifest: Manifest, analyzer: { readonly id: string }): void {
  if (manifest.analyzer === analyzer.id) return;
  throw new AskdexError(
    'index_damaged',
    `Generation ${manifest.generation} was written with the analyzer ${manifest.analyzer}, ` +
      `but this configuration uses ${analyzer.id}.`,
    { remedy: 'Build the index again with `askdex index`.' },
  );
}

/** A built index that can be published. The store adds the other members of the manifest. */
export interface GenerationDraft {
  readonly analyzer: string;
  readonly documents: number;
  readonly files: readonly OutputFile[];
}

export interface OutputFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export const MANIFEST_FILE = 'manifest.json';

const GENERATION = /^\d{8}T\d{6}Z-[0-9a-f]{12}(?:-[1-9]\d{0,3})?$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;

/**
 * Whether a value can name a generation. Such a name has no dot and no slash, so a path made of it stays in its folder.
 */
export function isGenerationName(value: unknown): value is string {
  return isText(value) && GENERATION.test(value);
}

/** Functions that `parseManifest` gets from its caller. */
export interface ManifestReading {
  /** Returns the sha256 of a text in UTF-8, in lower-case hexadecimal. */
  readonly sha256: (text: string) => string;
  /** Creates the error for a damaged manifest. */
  readonly damaged: (what: string, cause?: unknown) => AskdexError;
}

/**
 * Parses the manifest of a generation and verifies its checksum.
 *
 * @throws {AskdexError} the error from `damaged`: when the checksum differs or a member is missing, unknown or invalid.
 */
export function parseManifest(text: string, { sha256, damaged }: ManifestReading): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw damaged('its manifest is not JSON', error);
  }
  const manifest = toManifest(value, (place, what) => damaged(`${place} is wrong (${what})`));
  const { checksum, ...body } = manifest;
  if (sha256(JSON.stringify(body)) !== checksum) throw damaged('its manifest does not match its own checksum');
  if (new Set(body.files.map((file) => file.name)).size !== body.files.length)
    throw damaged('its manifest names a file twice');
  return manifest;
}

type Wrong = (place: string, what: string) => AskdexError;

/** The order of the members is their order in the JSON that the checksum covers. */
function toManifest(value: unknown, wrong: Wrong): Manifest {
  const read = new MemberReader(value, 'its manifest', wrong);
  const manifest = {
    format: read.as('format', isOne, 'not 1'),
    generation: read.as('generation', isGenerationName, 'not the name of a generation'),
    createdAt: read.as('createdAt', isTime, 'not a time'),
    sequence: read.as('sequence', isCount, 'not a count'),
    contentHash: read.as('contentHash', isSha256, 'not a sha256'),
    askdex: read.as('askdex', isText, 'not a text'),
    analyzer: read.as('analyzer', isText, 'not a text'),
    documents: read.as('documents', isCount, 'not a count'),
    files: read.as('files', Array.isArray, 'not a list').map((file) => toManifestFile(file, wrong)),
    checksum: read.as('checksum', isSha256, 'not a sha256'),
  };
  read.end();
  return manifest;
}

function toManifestFile(value: unknown, wrong: Wrong): ManifestFile {
  const read = new MemberReader(value, 'a file of its manifest', wrong);
  const file = {
    name: read.as('name', isGenerationFileName, 'not a plain file name'),
    size: read.as('size', isCount, 'not a count'),
    sha256: read.as('sha256', isSha256, 'not a sha256'),
  };
  read.end();
  return file;
}

/** Reads an object member by member. Missing, invalid and unread members are errors. */
class MemberReader {
  readonly #members: Readonly<Record<string, unknown>>;
  readonly #read = new Set<string>();

  constructor(
    value: unknown,
    private readonly place: string,
    private readonly wrong: Wrong,
  ) {
    if (!isRecord(value)) throw wrong(place, 'not an object');
    this.#members = value;
  }

  as<T>(name: string, is: (value: unknown) => value is T, otherwise: string): T {
    const value = this.#members[name];
    this.#read.add(name);
    if (!is(value)) throw this.wrong(`${quoteForMessage(name)} of ${this.place}`, otherwise);
    return value;
  }

  end(): void {
    const more = Object.keys(this.#members).find((name) => !this.#read.has(name));
    if (more !== undefined) throw this.wrong(this.place, `${quoteForMessage(more)} is unknown`);
  }
}

function isOne(value: unknown): value is 1 {
  return value === 1;
}

/** Whether a value can name a file of a generation other than its manifest. */
export function isGenerationFileName(value: unknown): value is string {
  return isFileName(value) && value !== MANIFEST_FILE;
}

function isTime(value: unknown): value is string {
  return isText(value) && TIME.test(value) && !Number.isNaN(Date.parse(value));
}
