import type { CancelSignal } from '../../core/model/ports.js';
import type { BuildProgress, BuildReport } from '../../core/model/build-report.js';
import type { SearchSettings } from '../../core/model/settings.js';
import type { GoldenQuery } from './golden-queries.js';

/** Plain data: what can be sent to another thread without loss. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined };

/** All that a build needs, as plain data, because it runs in a thread of its own. */
export interface BuildOptions {
  /** The content folder or file: an absolute path. */
  readonly content: string;
  /** The index folder: an absolute path. */
  readonly index: string;
  /** The front-matter mapping, validated by the source's own schema. */
  readonly mapping: Json;
  readonly settings: SearchSettings;
  /** What must come first for which query, or the absolute path of such a list, read anew at each build. */
  readonly goldenQueries: string | readonly GoldenQuery[];
  /** Read and build everything again, caches or not. */
  readonly full: boolean;
  /** Publish also what was rolled back from. */
  readonly force: boolean;
  /** How many generations stay. */
  readonly keep: number;
  /** The version of Askdex that the manifest names. */
  readonly version: string;
}

export interface BuildHooks {
  readonly onProgress: (progress: BuildProgress) => void;
  readonly signal: CancelSignal;
}

/** What the module given to the worker exports as `runBuild`. */
export type RunBuild = (options: BuildOptions, hooks: BuildHooks) => Promise<BuildReport>;
