import type { Data } from './front-matter.js';
import { calendarDate, toWellFormed } from './field-values.js';

/** Whether the author keeps the document from readers or from search: left out without a word. */
export function isDraft(file: string, data: Data): boolean {
  const says = (name: string, value: boolean) =>
    Object.hasOwn(data, name) && (data[name] === value || data[name] === String(value));
  return (
    says('draft', true) ||
    says('published', false) ||
    says('unlisted', true) ||
    says('search', false) ||
    says('search_exclude', true) ||
    /(?:^|\/)_drafts\//.test(file)
  );
}

const DATED_NAME = /(?:^|\/)(\d{4}-\d{2}-\d{2})-([^/]+)$/;

/** The date that a file's name starts with (`_posts/2024-01-02-name.md`); null where there is none. */
export function dateFromPath(file: string): string | null {
  return calendarDate(DATED_NAME.exec(file)?.[1] ?? '');
}

/**
 * The url path of a file, percent-encoded: without its ending; `index`, `_index` and `README` stand for their folder
 * (with a slash at the end); a Jekyll post has Jekyll's own address (`/2024/01/02/name.html`).
 */
export function urlFromPath(file: string): string {
  const path = file.replace(/\.(?:md|markdown|mdx)$/i, '');
  const post = /^(.*?)_posts\/(?:.*\/)?(\d{4})-(\d{2})-(\d{2})-([^/]+)$/.exec(path);
  if (post !== null) {
    const [, folder = '', year = '', month = '', day = '', name = ''] = post;
    return `/${encodePath(`${folder}${year}/${month}/${day}/${name}`)}.html`;
  }
  return `/${encodePath(path.replace(/(^|\/)(?:index|_index|readme)$/i, '$1'))}`;
}

/** The url path of a `slug`: from the root where it starts with `/`, else beside the file. */
export function urlFromSlug(slug: string, file: string): string {
  if (slug.startsWith('/')) return slug;
  return `/${encodePath(file.slice(0, file.lastIndexOf('/') + 1))}${encodePath(slug)}`;
}

function encodePath(path: string): string {
  // A name may hold half a surrogate pair, which encodeURI refuses.
  return encodeURI(toWellFormed(path)).replace(/[?#\\]/g, encodeURIComponent);
}
