import { AskdexError } from '../core/errors.js';

/** One thing wrong with the configuration. */
export interface ConfigProblem {
  /** The variable, option or key at fault, as the user wrote it: `PORT`, `--content`, `boosts.title`. */
  readonly name: string;
  /** What is wrong, naming the value: `is "abc"; a port is a whole number from 0 to 65535`. */
  readonly message: string;
  /** What to do, one sentence. */
  readonly remedy: string;
}

/** Thrown by a parser; the reader that called it adds the name. */
export class InvalidSettingError extends Error {
  readonly remedy: string;

  constructor(message: string, remedy: string) {
    super(message);
    this.remedy = remedy;
  }
}

/** One error for all problems, so that nobody mends a configuration in as many starts as it has mistakes. */
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
