import type { Data } from './front-matter.js';
import { calendarDate, toWellFormed } from './field-values.js';

/** Whether the author hides the document from readers or from search. It is left out without a problem. */
export function isDraft(file: string, data: Data): boolean {
  const hasValue = (name: string, value: boolean) =>
    Object.hasOwn(data, name) && (data[name] === value || data[name] === String(value));
  return (
    hasValue('draft', true) ||
    hasValue('published', false) ||
    hasValue('unlisted', true) ||
    hasValue('search', false) ||
    hasValue('search_exclude', true) ||
    /(?:^|\/)_drafts\//.test(file)
  );
}

const DATED_NAME = /(?:^|\/)(\d{4}-\d{2}-\d{2})-([^/]+)$/;

/** The date at the start of a file's name (`_posts/2024-01-02-name.md`). null if there is none. */
export function dateFromPath(file: string): string | null {
  return calendarDate(DATED_NAME.exec(file)?.[1] ?? '');
}

/**
 * The percent-encoded url path of a file, without its extension. `index`, `_index` and `README` become their folder
 * with a final slash. A Jekyll post has the address that Jekyll gives it (`/2024/01/02/name.html`).
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

/** The url path of a `slug`: absolute if it starts with `/`, otherwise relative to the file's folder. */
export function urlFromSlug(slug: string, file: string): string {
  if (slug.startsWith('/')) return slug;
  return `/${encodePath(file.slice(0, file.lastIndexOf('/') + 1))}${encodePath(slug)}`;
}

function encodePath(path: string): string {
  // A name may contain lone surrogates, for which encodeURI throws.
  return encodeURI(toWellFormed(path)).replace(/[?#\\]/g, encodeURIComponent);
}
