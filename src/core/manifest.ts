import { AskdexError } from './errors.js';

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
export interface Draft {
  readonly analyzer: string;
  readonly documents: number;
  readonly files: readonly DraftFile[];
}

export interface DraftFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}
