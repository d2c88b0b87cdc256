import { resolve, dirname } from 'node:path';
import type { z } from 'zod';
import type { SearchSettings } from '../core/model/settings.js';
import { EnvironmentReader, misspeltVariables, type Environment, type Overrides } from './environment.js';
import { readConfigFile } from './config-file.js';
import { InvalidSettingError, configurationError } from './problems.js';
import type { LogLevel } from './parsers.js';
import type { ConfigFile, GoldenQuery } from './schema.js';
import { VARIABLES } from './variables.js';

/** The validated and frozen configuration. */
export interface Config {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Absolute path of a folder or a `.jsonl` or `.jsonl.gz` file. */
  readonly content: string;
  /** Absolute path of a folder, which need not exist yet. */
  readonly index: string;
  /** Five cron fields, UTC; null: never. */
  readonly schedule: string | null;
  readonly watch: boolean;
  /** null: created at the first start, see `admin-key.ts`. */
  readonly adminKey: string | null;
  /** Empty: anyone may search. */
  readonly searchKeys: readonly string[];
  readonly corsOrigins: readonly string[];
  /** Requests a minute from one address; null: no limit. */
  readonly rateLimit: number | null;
  /** Number of proxies in front. */
  readonly trustProxy: number;
  /** `''` or `/x`. */
  readonly basePath: string;
  readonly logLevel: LogLevel;
  /** The file that was read; null: there is none. */
  readonly configFile: string | null;
  readonly settings: SearchSettings;
  /** The mapping of front matter to documents from the file, validated by its adapter's schema. */
  readonly mapping: ConfigFile['mapping'];
  /** A list, the absolute path of one (read at each build), or null. */
  readonly goldenQueries: string | readonly GoldenQuery[] | null;
  /** Number of generations retained on disk. */
  readonly keepGenerations: number;
  readonly buildTimeoutMs: number;
  /** Whether the log may contain queries. */
  readonly logQueries: boolean;
  /** Warnings, one sentence each. */
  readonly warnings: readonly string[];
}

export interface ConfigOptions {
  readonly environment: Environment;
  /** The absolute path that relative paths are resolved against. */
  readonly folder: string;
  readonly overrides?: Overrides;
  /** Validates the file's `mapping`. */
  readonly mappingSchema: z.ZodType;
  /** Throws an `InvalidSettingError`, or an error with a message and perhaps a remedy, for an invalid schedule. */
  readonly checkSchedule?: (schedule: string) => void;
}

/**
 * Reads the environment and the configuration file.
 *
 * @throws {AskdexError} invalid_configuration: it lists all problems of both
 */
export function loadConfig(options: ConfigOptions): Config {
  const reader = new EnvironmentReader(options.environment, options.overrides);
  const environment = readEnvironment(reader, options.folder);
  checkSchedule(environment.schedule, options.checkSchedule, reader);
  const name = reader.read(VARIABLES.configFile);
  const file = readConfigFile({
    path: resolve(options.folder, name),
    name,
    required: reader.isSet(VARIABLES.configFile),
    mappingSchema: options.mappingSchema,
  });
  const problems = [...reader.problems, ...file.problems];
  if (problems.length > 0) throw configurationError(problems);
  return frozen({
    ...environment,
    ...fromFile(file.settings, dirname(resolve(options.folder, name))),
    configFile: file.path,
    warnings: misspeltVariables(options.environment),
  });
}

function readEnvironment(reader: EnvironmentReader, folder: string) {
  return {
    host: reader.read(VARIABLES.host),
    port: reader.read(VARIABLES.port),
    content: resolve(folder, reader.read(VARIABLES.content)),
    index: resolve(folder, reader.read(VARIABLES.index)),
    schedule: reader.read(VARIABLES.schedule),
    watch: reader.read(VARIABLES.watch),
    adminKey: reader.read(VARIABLES.adminKey),
    searchKeys: reader.read(VARIABLES.searchKeys),
    corsOrigins: reader.read(VARIABLES.corsOrigins),
    rateLimit: reader.read(VARIABLES.rateLimit),
    trustProxy: reader.read(VARIABLES.trustProxy),
    basePath: reader.read(VARIABLES.basePath),
    logLevel: reader.read(VARIABLES.logLevel),
  };
}

/** The members of the configuration that the configuration file sets. */
export function fromFile(file: ConfigFile, folder: string) {
  const { language, boosts, ranking, weights, synonyms, oneWaySynonyms } = file;
  const { protectedWords, stopWords, snippetLength } = file;
  const golden = file.goldenQueries;
  return {
    settings: {
      language,
      boosts,
      ranking,
      weights,
      synonyms,
      oneWaySynonyms,
      protectedWords,
      stopWords,
      snippetLength,
    },
    mapping: file.mapping,
    goldenQueries: typeof golden === 'string' ? resolve(folder, golden) : golden,
    keepGenerations: file.keepGenerations,
    buildTimeoutMs: file.buildTimeoutMinutes * 60_000,
    logQueries: file.logQueries,
  };
}

/** The scheduler validates the schedule; its error is reported with the other problems. */
function checkSchedule(
  schedule: string | null,
  check: ConfigOptions['checkSchedule'],
  reader: EnvironmentReader,
): void {
  if (schedule === null || check === undefined) return;
  try {
    check(schedule);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const remedy = 'remedy' in error && typeof error.remedy === 'string' ? error.remedy : '';
    const message =
      error instanceof InvalidSettingError ? error.message : `is refused: ${error.message.replace(/\.$/, '')}`;
    reader.problems.push({ name: VARIABLES.schedule.name, message, remedy });
  }
}

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const member of Object.values(value)) frozen(member);
  }
  return value;
}
