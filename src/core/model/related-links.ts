import type { RelatedLink } from './document.js';
import type { RelatedHit } from './search-response.js';

/** A link with whether its url is a document of the index. */
export interface IndexedLink extends RelatedLink {
  readonly indexed: boolean;
}

/** Related links that a hit shows. */
export const RELATED_COUNT = 5;

/**
 * A document's own links first, in their order, without itself and without twins; then the computed neighbours, until
 * there are `count`.
 */
export function mergeRelated(
  own: readonly IndexedLink[],
  neighbours: Iterable<IndexedLink>,
  options: { readonly self: string; readonly count: number },
): RelatedHit[] {
  const seen = new Set([options.self]);
  const related: RelatedHit[] = [];
  const take = (link: IndexedLink, computed: boolean): void => {
    if (related.length >= options.count || seen.has(link.url)) return;
    seen.add(link.url);
    related.push({
      title: link.title,
      url: link.url,
      subject: link.subject,
      indexed: link.indexed,
      computed,
    });
  };
  for (const link of own) take(link, false);
  if (related.length < options.count) for (const link of neighbours) take(link, true);
  return related;
}
