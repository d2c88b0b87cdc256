import type { Answer, Document } from '../../core/model/document.js';
import { quoteForMessage } from '../../core/errors.js';
import { MAX_ANSWER_LENGTH, markdownToAnswer } from './markdown-to-text.js';
import { plainDescription } from './description.js';
import { FieldReader, scalarText, trimAndNormalizeWhitespace } from './field-reader.js';
import type { Data } from './front-matter.js';
import { unescapeNewlines } from './unescape-newlines.js';
import type { FieldNames } from './field-mapping.js';
import type { ReportProblem } from './problems.js';
import { dateFromPath } from './site-preset.js';
import { parseBoost, calendarDate, languageTag, relatedLinks } from './field-values.js';

/** The unchecked parts of a document. */
export interface RawDocument {
  /** Relative to the content, with `/`. */
  readonly file: string;
  readonly data: Data;
  /** The text below the front matter. */
  readonly body: string;
  readonly names: FieldNames;
  /** The line of a name; null if unknown. */
  readonly lineOf: (name: string) => number | null;
  /** Whether line breaks may be written as the two characters `\n` (front matter) or are decoded (JSON). */
  readonly escapedBreaks: boolean;
  /** Whether a title may come from the first heading and a date from the file's name. */
  readonly site: boolean;
  /** Accepts an empty title or answer, for evaluation corpora. */
  readonly allowEmptyText: boolean;
  readonly address: (fields: FieldReader, report: ReportProblem) => Address | null;
}

export interface Address {
  readonly key: string;
  readonly url: string;
}

const TITLE_LENGTH = 1000;

/** Returns the document. Returns null and reports at least one problem if it is left out. */
export function toDocument(raw: RawDocument, report: ReportProblem): Document | null {
  const fields = new FieldReader(raw.data, raw.lineOf, report);
  const read = readAnswer(raw, fields, report);
  const title = read === null ? null : readTitle(raw, { fields, report, answer: read.answer });
  const address = raw.address(fields, report);
  if (read === null || title === null || address === null) return null;
  const answer = read.fromBody ? withoutTitle(read.answer, title) : read.answer;
  if (answer.text === '' && !raw.allowEmptyText) {
    report('answer_missing', 'It has no answer.');
    return null;
  }
  return {
    ...address,
    title,
    answer,
    ...readOptionalFields(raw, fields, report),
    related: relatedLinks(fields, raw.names.related, { self: address.url, report }),
  };
}

function readAnswer(
  raw: RawDocument,
  fields: FieldReader,
  report: ReportProblem,
): { readonly answer: Answer; readonly fromBody: boolean } | null {
  const found = fields.find(raw.names.answer);
  const text = found === null ? raw.body : fields.text(found, true);
  if (text === null) return null;
  if (text.length > MAX_ANSWER_LENGTH) {
    report('answer_too_long', `The answer has ${String(text.length)} characters.`, {
      line: found === null ? null : fields.line(found.name),
    });
    return null;
  }
  const markdown = found !== null && raw.escapedBreaks ? unescapeNewlines(text) : text;
  return { answer: markdownToAnswer(markdown), fromBody: found === null };
}

interface TitleSource {
  readonly fields: FieldReader;
  readonly report: ReportProblem;
  readonly answer: Answer;
}

function readTitle(raw: RawDocument, { fields, report, answer }: TitleSource): string | null {
  const found = fields.find(raw.names.title);
  const written = fields.text(found, true);
  if (found !== null && written === null) return null;
  const title = trimAndNormalizeWhitespace(written ?? (raw.site ? firstHeading(answer) : ''));
  if (title === '' && !raw.allowEmptyText) {
    report('title_missing', raw.site ? 'It has neither a title nor a heading.' : 'It has no title.');
    return null;
  }
  if (title.length > TITLE_LENGTH) {
    const line = found === null ? null : fields.line(found.name);
    report('title_too_long', `The title has ${String(title.length)} characters.`, { line });
    return null;
  }
  return title;
}

function firstHeading(answer: Answer): string {
  const heading = answer.blocks.find((block) => block.kind === 'heading');
  return heading === undefined ? '' : answer.text.slice(heading.start, heading.end);
}

/** Removes a first heading that repeats the title, which would otherwise count twice. */
function withoutTitle(answer: Answer, title: string): Answer {
  const [first, second] = answer.blocks;
  if (first?.kind !== 'heading') return answer;
  if (trimAndNormalizeWhitespace(answer.text.slice(first.start, first.end)).toLowerCase() !== title.toLowerCase())
    return answer;
  const cut = second?.start ?? answer.text.length;
  return {
    text: answer.text.slice(cut),
    blocks: answer.blocks.slice(1).map(({ kind, start, end }) => ({ kind, start: start - cut, end: end - cut })),
    atoms: answer.atoms.flatMap(([start, end]) => (start < cut ? [] : [[start - cut, end - cut] as const])),
  };
}

type OptionalFields = Pick<Document, 'keywords' | 'subject' | 'date' | 'language' | 'description' | 'boost'>;

/** Reads the optional fields. Problems with them are only warnings. */
function readOptionalFields(raw: RawDocument, fields: FieldReader, report: ReportProblem): OptionalFields {
  const { names } = raw;
  const checked = <T>(field: 'date' | 'language' | 'boost', parse: (text: string) => T | null): T | null => {
    const found = fields.find(names[field]);
    if (found === null) return null;
    const text = scalarText(found.value);
    if (text === null) {
      fields.reportWrongType(found);
      return null;
    }
    const value = parse(text);
    if (value === null) {
      const code = `${field}_invalid` as const;
      report(code, `${quoteForMessage(found.name)} is ${quoteForMessage(text)}.`, {
        line: fields.line(found.name),
        skipped: false,
      });
    }
    return value;
  };
  const description = fields.text(fields.find(names.description));
  const subject = fields.list(fields.find(names.subject), /(?!)/)[0];
  return {
    keywords: fields.list(fields.find(names.keywords), /[,\n]/),
    subject: subject ?? null,
    date: checked('date', calendarDate) ?? (raw.site ? dateFromPath(raw.file) : null),
    language: checked('language', languageTag),
    description:
      description === null ? null : plainDescription(raw.escapedBreaks ? unescapeNewlines(description) : description),
    boost: checked('boost', parseBoost) ?? 1,
  };
}
