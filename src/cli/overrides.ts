import type { Config } from '../config/config.js';
import type { Overrides } from '../config/environment.js';
import { VARIABLES } from '../config/variables.js';
import { safeForTerminal } from '../terminal.js';
import { readConfig } from '../wiring.js';
import type { Io } from './process-io.js';

/** Command line options that override a variable. */
export interface SettingOptions {
  readonly content?: string;
  readonly index?: string;
  readonly host?: string;
  readonly port?: string;
}

/** Reads the configuration of a command and prints its warnings to standard error. */
export function configFor(io: Io, options: SettingOptions): Config {
  const config = readConfig({
    environment: io.environment,
    folder: io.folder,
    overrides: overridesOf(options),
  });
  for (const warning of config.warnings) io.err(`warning: ${safeForTerminal(warning)}\n`);
  return config;
}

/** The given options by the variable that each one overrides. */
export function overridesOf(options: SettingOptions): Overrides {
  const names = ['content', 'index', 'host', 'port'] as const;
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = options[name];
      return value === undefined ? [] : [[VARIABLES[name].name, { option: `--${name}`, value }]];
    }),
  );
}
