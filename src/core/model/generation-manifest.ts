import { AskdexError, quoteForMessage } from '../errors.js';
import { isCount, isFileName, isRecord, isSha256, isText } from '../guards.js';

/** One file of a generation. */
export interface ManifestFile {
  /** A plain name, no folder. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
}

/** How a generation was made. The only file of it (with the folder's name) that holds the time. */
export interface Manifest {
  /** Version of this object's own shape. */
  readonly format: 1;
  /** `<UTC time as YYYYMMDDTHHMMSSZ>-<first 12 hex digits of the content hash>`, with `-2` and so on where it is taken. */
  readonly generation: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** Rises by one with every publication. A rollback is one: it rewrites this one file, whole, under a higher number. */
  readonly sequence: number;
  /** sha256 over the analyzer's id and the files' names, sizes and checksums: equal content, configuration and version give an equal hash. */
  readonly contentHash: string;
  /** The version of Askdex that built it. */
  readonly askdex: string;
  /** Names the analyzer; an index is only ever searched with the analyzer of that id. */
  readonly analyzer: string;
  readonly documents: number;
  readonly files: readonly ManifestFile[];
  /** sha256 of this object's JSON without this member: a damaged manifest gives itself away. */
  readonly checksum: string;
}

/** Throws `index_damaged` where a generation was written with another analyzer than the one that is to read it. */
export function requireAnalyzer(manifest: Manifest, analyzer: { readonly id: string }): void {
  if (manifest.analyzer === analyzer.id) return;
  throw new AskdexError(
    'index_damaged',
    `Generation ${manifest.generation} was written with the analyzer ${manifest.analyzer}, this configuration asks for ${analyzer.id}.`,
    { remedy: 'Build the index again with `askdex index`.' },
  );
}

/** What a writer hands over to be published: everything of a manifest that the store does not make itself. */
export interface GenerationDraft {
  readonly analyzer: string;
  readonly documents: number;
  readonly files: readonly OutputFile[];
}

export interface OutputFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The name of the file that a manifest lies in. */
export const MANIFEST_FILE = 'manifest.json';

const GENERATION = /^\d{8}T\d{6}Z-[0-9a-f]{12}(?:-[1-9]\d{0,3})?$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;

/** Whether a text can name a generation. Such a name has no dot and no slash, so no path made of it leaves its folder. */
export function isGenerationName(value: unknown): value is string {
  return isText(value) && GENERATION.test(value);
}

/** What reading a manifest takes of its caller. */
export interface ManifestReading {
  /** sha256 of a text in UTF-8, in lower-case hexadecimal. */
  readonly sha256: (text: string) => string;
  /** Makes the error for a manifest of which `what` is wrong. */
  readonly damaged: (what: string, cause?: unknown) => AskdexError;
}

/**
 * Reads the manifest of a generation and checks it against its own checksum. A member that is missing, unknown or of
 * another kind is an error that names it.
 *
 * @throws what `damaged` makes.
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

/** The members in the order in which they stand in the JSON that the checksum is taken of, and no others. */
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

/** Takes an object apart member by member; what is missing, of another kind or left over is thrown. */
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

/** Whether a text can name a file of a generation; the manifest is not one of the files that it names. */
export function isGenerationFileName(value: unknown): value is string {
  return isFileName(value) && value !== MANIFEST_FILE;
}

function isTime(value: unknown): value is string {
  return isText(value) && TIME.test(value) && !Number.isNaN(Date.parse(value));
}
