import { decodeText } from './read-file.js';
import type { Document } from '../../core/model/document.js';
import { quoteForMessage } from '../../core/errors.js';
import { toDocument, type Address } from './document.js';
import type { FieldReader } from './field-reader.js';
import { readFrontMatter } from './front-matter.js';
import { fieldNames, detectPreset, type FrontMatterMapping } from './field-mapping.js';
import type { ReportProblem } from './problems.js';
import { isDraft, urlFromPath, urlFromSlug } from './site-preset.js';
import { urlError } from './field-values.js';

export interface FolderOptions {
  readonly mapping: FrontMatterMapping;
  readonly allowEmptyText: boolean;
}

/** The document of a Markdown file. null if it is left out, with a problem reported unless it is a draft. */
export function readMarkdown(
  file: string,
  bytes: Buffer,
  { options, report }: { readonly options: FolderOptions; readonly report: ReportProblem },
): Document | null {
  const decoded = decodeText(bytes);
  if (!decoded.ok) {
    report(decoded.code, decoded.reason, decoded.remedy === undefined ? {} : { remedy: decoded.remedy });
    return null;
  }
  if (decoded.text.trim() === '') {
    report('file_empty', 'It is empty.');
    return null;
  }
  const front = readFrontMatter(decoded.text);
  if (!front.ok) {
    report(front.code, front.reason, { line: front.line });
    return null;
  }
  if (isDraft(file, front.data)) return null;
  const { mapping, allowEmptyText } = options;
  const preset = detectPreset(mapping, front.data);
  const names = fieldNames(mapping, preset);
  const site = preset === 'site';
  return toDocument(
    {
      file,
      data: front.data,
      body: front.body,
      names,
      lineOf: front.lineOf,
      escapedBreaks: true,
      site,
      allowEmptyText,
      address: (fields, problems) => addressOf({ file, site, names: names.url, mapping, fields, report: problems }),
    },
    report,
  );
}

interface AddressSource {
  readonly file: string;
  readonly site: boolean;
  readonly names: readonly string[];
  readonly mapping: FrontMatterMapping;
  readonly fields: FieldReader;
  readonly report: ReportProblem;
}

/** The url from the front matter, or else from the path. */
function addressOf({ file, site, names, mapping, fields, report }: AddressSource): Address | null {
  const fromPath = mapping.urlPrefix + urlFromPath(file);
  const found = fields.find(names);
  if (found === null) {
    if (!site) {
      const reason = `It has no url and is indexed as ${quoteForMessage(fromPath)}.`;
      report('url_missing', reason, { skipped: false });
    }
    return { key: fromPath, url: fromPath };
  }
  const written = fields.text(found, true);
  if (written === null) return null;
  let url = written;
  // A permalink such as /blog/:title/ is a pattern that only the site generator can fill.
  if (site && /^(?:\/|[^:/]*\/).*:\w|^:\w/.test(written)) url = fromPath;
  else if (found.name === 'slug') url = mapping.urlPrefix + urlFromSlug(written, file);
  const fault = urlError(url) ?? (found.name === 'slug' && /(?:^|\/)\.\.?(?:\/|$)/.test(url) ? 'contains ".."' : null);
  if (fault === null) return { key: url, url };
  report('url_invalid', `The ${found.name} ${quoteForMessage(written)} ${fault}.`, {
    line: fields.line(found.name),
  });
  return null;
}
