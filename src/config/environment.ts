import { closestMatch } from '../core/closest-match.js';
import { InvalidSettingError, type ConfigProblem } from './problems.js';
import { VARIABLES, type Variable } from './variables.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** A setting given on the command line. It overrides the variable of the same setting. */
export interface Override {
  /** As the user wrote it, for example `--content`. */
  readonly option: string;
  readonly value: string;
}

/** Overrides by the name of the variable that they replace. */
export type Overrides = Readonly<Record<string, Override | undefined>>;

/** Reads variables and collects all problems instead of stopping at the first one. */
export class EnvironmentReader {
  readonly problems: ConfigProblem[] = [];
  readonly #environment: Environment;
  readonly #overrides: Overrides;

  constructor(environment: Environment, overrides: Overrides = {}) {
    this.#environment = environment;
    this.#overrides = overrides;
  }

  /** Whether the user set it. An empty variable counts as unset, since `ASKDEX_X= askdex` and compose produce one. */
  isSet(variable: Variable<unknown>): boolean {
    return this.#text(variable) !== '';
  }

  /** The value. After a problem, which is added to `problems`, the default. */
  read<T>(variable: Variable<T>): T {
    const override = this.#overrides[variable.name];
    const text = this.#text(variable);
    if (override !== undefined && text === '') {
      this.#add(override.option, 'is empty', 'Give it a value or leave it out.');
    }
    if (text !== '') {
      try {
        return variable.parse(text);
      } catch (error) {
        if (!(error instanceof InvalidSettingError)) throw error;
        this.#add(override?.option ?? variable.name, error.message, error.remedy);
      }
    }
    return variable.unset();
  }

  #text(variable: Variable<unknown>): string {
    return (this.#overrides[variable.name]?.value ?? this.#environment[variable.name] ?? '').trim();
  }

  #add(name: string, message: string, remedy: string): void {
    this.problems.push({ name, message, remedy });
  }
}

/**
 * Returns a warning for each variable whose name is probably a misspelled one of ours. It is not an error, since
 * container platforms add variables with a service's name (`ASKDEX_SERVICE_HOST`, `ASKDEX_PORT_7373_TCP`).
 */
export function misspeltVariables(environment: Environment): string[] {
  const known = Object.values(VARIABLES).map((variable) => variable.name);
  const suspects = Object.keys(environment).filter((name) => name.startsWith('ASKDEX') && !known.includes(name));
  return suspects.flatMap((name) => {
    const meant = closestMatch(name, known);
    return meant === null ? [] : [`${name} is not a setting of Askdex. Did you mean ${meant}?`];
  });
}
