import type { RelatedLink } from '../../core/model/document.js';
import { quoteForMessage } from '../../core/errors.js';
import { scalarText, trimAndNormalizeWhitespace, type FieldReader, type FieldValue } from './field-reader.js';
import { isMapping } from './front-matter.js';
import type { ReportProblem } from './problems.js';

/** Why a url is invalid, or null if it is a path that starts with one `/` or an http(s) address. */
export function urlError(url: string): string | null {
  if (url.length > 2048) return 'is longer than 2,048 characters';
  if (hasControl(url) || /[\s\\]/.test(url)) return 'contains white space, a backslash or a control character';
  if (url.startsWith('//')) return 'starts with two slashes, so it names another host';
  if (url.startsWith('/')) return null;
  if (!/^https?:\/\//i.test(url)) return 'is neither a path that starts with / nor an http(s) address';
  if (!URL.canParse(url)) return 'is not an address';
  return new URL(url).username === '' ? null : 'contains a user name';
}

/** Whether a browser could run code from such an address. */
export function isScriptUrl(text: string): boolean {
  return /^(?:javascript|data|vbscript|file|blob):/i.test(text.replace(/[\p{Cc}\s]/gu, ''));
}

/** Whether a text has control characters or lone surrogates, which addresses cannot contain. */
export function hasControl(text: string): boolean {
  return /[\p{Cc}\p{Cs}]/u.test(text);
}

/** Replaces lone surrogates by U+FFFD. */
export function toWellFormed(text: string): string {
  return text.replace(/\p{Cs}/gu, '\uFFFD');
}

const DATE = /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:[Zz]|UTC|[+-]\d{2}:?\d{2})?)?$/;

/** `YYYY-MM-DD` of a date or date-time as written, without time zone conversion. null if there is no such day. */
export function calendarDate(text: string): string | null {
  const [, year = '', month = '', day = ''] = DATE.exec(text) ?? [];
  if (year === '') return null;
  const date = new Date(Date.UTC(2000, Number(month) - 1, Number(day)));
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  const exists = date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
  return exists ? `${year}-${month}-${day}` : null;
}

/** A BCP 47 tag in lower case (`pt_BR` counts as `pt-br`). null if the text is no tag. */
export function languageTag(text: string): string | null {
  const tag = text.replaceAll('_', '-').toLowerCase();
  return tag.length <= 35 && /^[a-z]{2,3}(?:-[a-z0-9]{1,8})*$/.test(tag) ? tag : null;
}

/** A boost above 0 and at most 10. null if the text is no such number. */
export function parseBoost(text: string): number | null {
  const number = text === '' ? Number.NaN : Number(text);
  return number > 0 && number <= 10 ? number : null;
}

const MAX_LINKS = 5;

/**
 * The related links of a source in its order: at most five, without duplicate urls and without the document itself.
 * `names` are names of lists, or of numbered links if they end in `*`. The first that has links is used.
 */
export function relatedLinks(
  fields: FieldReader,
  names: readonly string[],
  { self, report }: { readonly self: string; readonly report: ReportProblem },
): RelatedLink[] {
  const links = new Map<string, RelatedLink>();
  for (const entry of entries(fields, names)) {
    const link = linkOf(entry.value);
    if (typeof link === 'string') {
      report('related_invalid', `The related link ${quoteForMessage(entry.name)} ${link}.`, {
        line: fields.line(entry.name),
        skipped: false,
      });
    } else if (link.url !== self && !links.has(link.url)) {
      links.set(link.url, link);
    }
  }
  return [...links.values()].slice(0, MAX_LINKS);
}

function entries(fields: FieldReader, names: readonly string[]): FieldValue[] {
  for (const name of names) {
    const found = name.endsWith('*') ? numbered(fields, name.slice(0, -1)) : listed(fields, name);
    if (found.length > 0) return found;
  }
  return [];
}

/** The values of `prefix1`, `prefix2`, … in the order of their numbers, whatever their order in the file. */
function numbered(fields: FieldReader, prefix: string): FieldValue[] {
  return fields
    .names()
    .filter((name) => name.startsWith(prefix) && /^\d{1,6}$/.test(name.slice(prefix.length)))
    .sort((a, b) => Number(a.slice(prefix.length)) - Number(b.slice(prefix.length)))
    .flatMap((name) => fields.find([name]) ?? []);
}

function listed(fields: FieldReader, name: string): FieldValue[] {
  const found = fields.find([name]);
  if (found === null) return [];
  const values: unknown[] = Array.isArray(found.value) ? found.value : [found.value];
  return values.map((value) => ({ name, value }));
}

/** Returns the link or, as a string, why it is invalid. */
function linkOf(value: unknown): RelatedLink | string {
  if (!isMapping(value)) return 'is not a title with a url';
  const url = scalarText(value['url']) ?? '';
  const title = trimAndNormalizeWhitespace(scalarText(value['title']) ?? '');
  if (url === '') return 'has no url';
  const fault = urlError(url);
  if (fault !== null) return `has a url that ${fault}: ${quoteForMessage(url)}`;
  if (title === '') return 'has no title';
  const subject = trimAndNormalizeWhitespace(scalarText(value['subject']) ?? '');
  return { title, url, subject: subject === '' ? null : subject };
}
