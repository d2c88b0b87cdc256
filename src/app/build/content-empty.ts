import { AskdexError } from '../../core/errors.js';
import type { Problem } from '../../core/model/ports.js';

/** `content_empty`, with what was wrong with the files that were there. */
export class ContentEmptyError extends AskdexError {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const skipped = problems.filter((problem) => problem.skipped).length;
    super(
      'content_empty',
      skipped === 0
        ? 'The content holds no documents.'
        : `The content holds no document that can be indexed: ${skipped} ${skipped === 1 ? 'was' : 'were'} skipped.`,
      {
        parameter: 'content',
        remedy:
          skipped === 0
            ? 'Check the content path (ASKDEX_CONTENT or --content): it should hold .md files or be a .jsonl file.'
            : 'Mend the files named, or check the content path; `askdex check` lists every problem.',
      },
    );
    this.problems = problems;
  }
}
