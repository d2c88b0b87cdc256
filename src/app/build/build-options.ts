import type { CancelSignal } from '../../core/model/ports.js';
import type { BuildProgress, BuildReport } from '../../core/model/build-report.js';
import type { SearchSettings } from '../../core/model/settings.js';
import type { GoldenQuery } from './golden-queries.js';

/** Plain data, which can be sent to another thread without loss. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined };

/** The input of a build, as plain data because the build runs in its own thread. */
export interface BuildOptions {
  /** The content folder or file: an absolute path. */
  readonly content: string;
  /** The index folder: an absolute path. */
  readonly index: string;
  /** The front-matter mapping, validated by the source's own schema. */
  readonly mapping: Json;
  readonly settings: SearchSettings;
  /** The golden queries, or the absolute path of a file of them, which is read at each build. */
  readonly goldenQueries: string | readonly GoldenQuery[];
  /** Ignore the caches: read and build everything again. */
  readonly full: boolean;
  /** Publish the content even if it was rolled back. */
  readonly force: boolean;
  /** How many generations are retained. */
  readonly keep: number;
  /** The version of Askdex, for the manifest. */
  readonly version: string;
}

export interface BuildHooks {
  readonly onProgress: (progress: BuildProgress) => void;
  readonly signal: CancelSignal;
}

/** The `runBuild` export of the module that the build thread loads. */
export type RunBuild = (options: BuildOptions, hooks: BuildHooks) => Promise<BuildReport>;
