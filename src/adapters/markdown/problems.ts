import type { Problem } from '../../core/model/ports.js';

/**
 * Every problem that reading content can report: code → what to do about it. `docs/content.md` lists the same codes;
 * a test compares them both ways.
 */
export const PROBLEM_REMEDIES = {
  answer_missing: 'Write the answer in the front matter (answer:) or as the text below it.',
  answer_too_long: 'Split the answer: one document may have at most 1 MiB of text.',
  boost_invalid: 'Write a number above 0 and at most 10, or leave it out; 1 is neutral.',
  date_invalid: 'Write a date that exists, as YYYY-MM-DD.',
  field_type: 'Write the field as plain text (in quotes where it looks like a number), lists as lists.',
  file_binary: 'Remove the file from the content, or give it a name that does not end in .md.',
  file_changed: 'Nothing, if somebody was just editing it; the next build reads it again.',
  file_empty: 'Write a title and an answer, or delete the file.',
  file_encoding: 'Save the file as UTF-8.',
  file_not_regular: 'Replace it by a plain file; pipes, sockets and devices are never opened.',
  file_too_large: 'Split the file: a Markdown file may have at most 2 MiB.',
  file_unreadable: 'Give the user that runs Askdex permission to read the file.',
  file_vanished: 'Nothing, if it was deleted on purpose; the next build does without it.',
  folder_unreadable: 'Give the user that runs Askdex permission to read the folder.',
  front_matter_invalid:
    'Correct the front matter at that line; quote values that hold ": ", "#" or start with *, & or @.',
  front_matter_not_mapping: 'Write the front matter as lines of "name: value".',
  front_matter_unclosed: 'Close the front matter with a line that is the same three characters as its first line.',
  front_matter_unsafe: 'Write the front matter as YAML between two lines of ---; other languages are never run.',
  gzip_damaged: 'Compress the file again with gzip.',
  json_invalid: 'Write one JSON object per line.',
  jsonl_too_large: 'Split the file, or unpack and check it: it holds more than is read from one file.',
  key_missing: 'Give the document an id, an _id or a url.',
  language_invalid: 'Write a language tag such as en or pt-br.',
  line_too_long: 'Split the document: one line may have at most 2 MiB.',
  related_invalid: 'Give each related link a title and a url that starts with / or http(s)://.',
  symlink_broken: 'Remove the link or restore the file that it names.',
  symlink_loop: 'Remove the link: it leads back to a folder that holds it.',
  symlink_outside: 'Copy the file into the content folder; links that leave it are not followed.',
  title_missing: 'Write a title in the front matter (title:) or as the first heading.',
  title_too_long: 'Shorten the title to at most 1,000 characters; details belong in the answer.',
  url_invalid: 'Write a path that starts with / or an http(s) address, without spaces (write %20).',
  url_missing: 'Write the url of the page in the front matter (url:).',
} as const;

export type ProblemCode = keyof typeof PROBLEM_REMEDIES;

export interface ProblemDetails {
  /** From 1. */
  readonly line?: number | null;
  /** Default true: the document is left out. */
  readonly skipped?: boolean;
  /** Said instead of the table's remedy where the case allows a better one. */
  readonly remedy?: string;
}

/** Takes what is wrong with the one file it was made for. */
export type ReportProblem = (code: ProblemCode, reason: string, details?: ProblemDetails) => void;

/** One problem of `file` (relative to the content, with `/`), with the remedy of the table. */
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
