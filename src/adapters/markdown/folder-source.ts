import { join } from 'node:path';
import type { CancelSignal, Scan, SourceEntry, SourceItem } from '../../core/ports.js';
import { shown } from '../../core/errors.js';
import { decodeText } from './decode.js';
import { toDocument, type Address } from './document.js';
import type { FieldReader } from './fields.js';
import { readFrontMatter } from './front-matter.js';
import { namesOf, presetOf, type FrontMatterMapping } from './mapping.js';
import { problemOf, type Report } from './problems.js';
import { readWholeFile } from './read-file.js';
import { isDraft, urlFromPath, urlFromSlug } from './site.js';
import { urlFault } from './values.js';
import { scanFolder } from './walk.js';

export interface FolderOptions {
  readonly mapping: FrontMatterMapping;
  readonly allowEmptyText: boolean;
}

/** The documents of a folder of Markdown files. `root` is a real path. */
export class FolderSource {
  private linked: ReadonlyMap<string, string> = new Map();

  constructor(
    private readonly root: string,
    private readonly options: FolderOptions,
  ) {}

  async scan(signal?: CancelSignal): Promise<Scan> {
    const { linked, ...scan } = await scanFolder(this.root, signal);
    this.linked = linked;
    return scan;
  }

  read(entry: SourceEntry): SourceItem[] {
    const items: SourceItem[] = [];
    const report: Report = (code, reason, details) => {
      items.push({ kind: 'problem', problem: problemOf(entry.path, code, reason, details) });
    };
    if (entry.path.split('/').includes('..')) {
      report('symlink_outside', 'Its path leaves the content folder.');
      return items;
    }
    const read = readWholeFile(this.linked.get(entry.path) ?? join(this.root, entry.path), entry.version);
    if (!read.ok) {
      report(read.code, read.reason);
      return items;
    }
    if (read.version !== entry.version) {
      const reason = 'It changed after the content was listed; what it says now is indexed.';
      report('file_changed', reason, { skipped: false });
    }
    this.parse(entry.path, read.bytes, { items, report });
    return items;
  }

  private parse(
    file: string,
    bytes: Buffer,
    out: { readonly items: SourceItem[]; readonly report: Report },
  ): void {
    const { items, report } = out;
    const decoded = decodeText(bytes);
    if (!decoded.ok) {
      report(decoded.code, decoded.reason, decoded.remedy === undefined ? {} : { remedy: decoded.remedy });
      return;
    }
    if (decoded.text.trim() === '') {
      report('file_empty', 'It is empty.');
      return;
    }
    const front = readFrontMatter(decoded.text);
    if (!front.ok) {
      report(front.code, front.reason, { line: front.line });
      return;
    }
    if (isDraft(file, front.data)) return;
    const { mapping, allowEmptyText } = this.options;
    const preset = presetOf(mapping, front.data);
    const names = namesOf(mapping, preset);
    const site = preset === 'site';
    const document = toDocument(
      {
        file,
        data: front.data,
        body: front.body,
        names,
        lineOf: front.lineOf,
        escapedBreaks: true,
        site,
        allowEmptyText,
        address: (fields, problems) =>
          addressOf({ file, site, names: names.url, mapping, fields, report: problems }),
      },
      report,
    );
    if (document !== null) items.push({ kind: 'document', document, line: null });
  }
}

interface AddressSource {
  readonly file: string;
  readonly site: boolean;
  readonly names: readonly string[];
  readonly mapping: FrontMatterMapping;
  readonly fields: FieldReader;
  readonly report: Report;
}

/** The url that the front matter gives, else the one that the path gives. */
function addressOf({ file, site, names, mapping, fields, report }: AddressSource): Address | null {
  const fromPath = mapping.urlPrefix + urlFromPath(file);
  const found = fields.find(names);
  if (found === null) {
    if (!site) {
      const reason = `It has no url; it is indexed under ${shown(fromPath)}.`;
      report('url_missing', reason, { skipped: false });
    }
    return { key: fromPath, url: fromPath };
  }
  const written = fields.text(found, true);
  if (written === null) return null;
  let url = written;
  // A permalink such as /blog/:title/ is a pattern that only the site's own builder can fill.
  if (site && /^(?:\/|[^:/]*\/).*:\w|^:\w/.test(written)) url = fromPath;
  else if (found.name === 'slug') url = mapping.urlPrefix + urlFromSlug(written, file);
  const fault =
    urlFault(url) ?? (found.name === 'slug' && /(?:^|\/)\.\.?(?:\/|$)/.test(url) ? 'holds ".."' : null);
  if (fault === null) return { key: url, url };
  report('url_invalid', `The ${found.name} ${shown(written)} ${fault}.`, { line: fields.line(found.name) });
  return null;
}
