import type { RelatedLink } from '../../core/model/document.js';
import { quoteForMessage } from '../../core/errors.js';
import { trimAndNormalizeWhitespace } from './whitespace.js';
import { scalarText, type FieldReader, type FieldValue } from './field-reader.js';
import { isMapping } from './front-matter.js';
import type { ReportProblem } from './problems.js';
import { urlError } from './field-values.js';

const MAX_LINKS = 5;

/**
 * The source's related links in its order, without twins (by url) and without the document itself, at most five. `names`
 * are lists of links, or numbered links where they end in `*`; the first that is there wins.
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

/** `prefix1`, `prefix2`, … by number: that is their order, wherever they stand in the file. */
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

/** The link, or what is wrong with it. */
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
