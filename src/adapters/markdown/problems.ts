import type { Problem } from '../../core/model/ports.js';

/**
 * The remedy of every problem that reading content can report, by its code. `docs/content.md` lists the same codes,
 * which a test verifies.
 */
export const PROBLEM_REMEDIES = {
  answer_missing: 'Write the answer in the front matter (answer:) or as the text below it.',
  answer_too_long: 'Split the answer: one document may have at most 1 MiB of text.',
  boost_invalid: 'Write a number above 0 and at most 10, or leave it out; 1 is neutral.',
  date_invalid: 'Write a date that exists, as YYYY-MM-DD.',
  field_type: 'Write the field as plain text (in quotes if it looks like a number), lists as lists.',
  file_binary: 'Remove the file from the content, or give it a name that does not end in .md.',
  file_changed: 'Nothing, if somebody was editing it: the next build reads it again.',
  file_empty: 'Write a title and an answer, or delete the file.',
  file_encoding: 'Save the file as UTF-8.',
  file_not_regular: 'Replace it by a plain file. Pipes, sockets and devices are never opened.',
  file_too_large: 'Split the file: a Markdown file may have at most 2 MiB.',
  file_unreadable: 'Give the user that runs Askdex permission to read the file.',
  file_vanished: 'Nothing, if it was deleted on purpose.',
  folder_unreadable: 'Give the user that runs Askdex permission to read the folder.',
  front_matter_invalid:
    'Correct the front matter at that line; quote values that contain ": " or "#" or start with *, & or @.',
  front_matter_not_mapping: 'Write the front matter as lines of "name: value".',
  front_matter_unclosed: 'Close the front matter with a line that is the same three characters as its first line.',
  front_matter_unsafe: 'Write the front matter as YAML between two lines of ---. Other languages are never run.',
  gzip_damaged: 'Compress the file again with gzip.',
  json_invalid: 'Write one JSON object per line.',
  jsonl_too_large: 'Split the file. If it should be smaller, decompress and check it.',
  key_missing: 'Give the document an id, an _id or a url.',
  language_invalid: 'Write a language tag such as en or pt-br.',
  line_too_long: 'Split the document: one line may have at most 2 MiB.',
  related_invalid: 'Give each related link a title and a url that starts with / or http(s)://.',
  symlink_broken: 'Remove the link or restore its target.',
  symlink_loop: 'Remove the link: it leads to a folder that contains it.',
  symlink_outside: 'Copy the file into the content folder. Links out of it are not followed.',
  title_missing: 'Write a title in the front matter (title:) or as the first heading.',
  title_too_long: 'Shorten the title to at most 1,000 characters; details belong in the answer.',
  url_invalid: 'Write a path that starts with / or an http(s) address, without spaces (write %20).',
  url_missing: 'Write the url of the page in the front matter (url:).',
} as const;

export type ProblemCode = keyof typeof PROBLEM_REMEDIES;

export interface ProblemDetails {
  /** The line, from 1. */
  readonly line?: number | null;
  /** Default true: the document is left out. */
  readonly skipped?: boolean;
  /** Replaces the remedy of `PROBLEM_REMEDIES`. */
  readonly remedy?: string;
}

/** Reports a problem of one file. */
export type ReportProblem = (code: ProblemCode, reason: string, details?: ProblemDetails) => void;

/** Creates a problem of `file` (path relative to the content, with `/`). */
export function createProblem(file: string, code: ProblemCode, reason: string, details: ProblemDetails = {}): Problem {
  return {
    file,
    line: details.line ?? null,
    code,
    reason,
    remedy: details.remedy ?? PROBLEM_REMEDIES[code],
    skipped: details.skipped ?? true,
  };
}
