import { AskdexError } from '../core/errors.js';

/** A problem of the configuration. */
export interface ConfigProblem {
  /** The variable, option or key at fault, as the user wrote it: `PORT`, `--content`, `boosts.title`. */
  readonly name: string;
  /** What is wrong, naming the value: `is "abc"; a port is a whole number from 0 to 65535`. */
  readonly message: string;
  /** One sentence. */
  readonly remedy: string;
}

/** Thrown by a parser. The caller adds the setting's name. */
export class InvalidSettingError extends Error {
  readonly remedy: string;

  constructor(message: string, remedy: string) {
    super(message);
    this.remedy = remedy;
  }
}

/** Reports all problems in one error, so a user does not have to restart once per mistake. */
export function configurationError(problems: readonly ConfigProblem[]): AskdexError {
  const [first, ...more] = problems;
  if (first === undefined) return new AskdexError('invalid_configuration', 'The configuration is invalid.');
  if (more.length === 0) {
    return new AskdexError('invalid_configuration', `${first.name} ${first.message}.`, {
      parameter: first.name,
      remedy: first.remedy,
    });
  }
  const lines = problems.map((problem) => `  - ${problem.name} ${problem.message}. ${problem.remedy}`);
  return new AskdexError('invalid_configuration', [`${problems.length} settings are wrong:`, ...lines].join('\n'), {
    parameter: problems.map((problem) => problem.name).join(', '),
  });
}
