import type { Block, Field, TextRange, RelatedLink } from './document.js';
import type { FacetField } from './query.js';

/** A piece of plain text. `highlights` are the UTF-16 ranges of `text` that match the query, in order. */
export interface Snippet {
  readonly field: Field | 'description';
  /** The heading above the passage, if the answer has one there. */
  readonly heading: string | null;
  readonly text: string;
  readonly highlights: readonly TextRange[];
  /** `text` escaped for HTML, with `<mark>` around highlights and `…` where the passage was cut. */
  readonly html: string;
}

export interface RelatedHit {
  readonly title: string;
  readonly url: string;
  readonly subject: string | null;
  /** Whether the url is a document of the served generation. */
  readonly indexed: boolean;
  /** true: found by content; false: written in the source. */
  readonly computed: boolean;
}

/** One part of a score; a hit's parts add up to its score. */
export interface ScorePart {
  readonly part: string;
  readonly score: number;
}

/** A document that the query found. */
export interface Hit {
  readonly id: string;
  readonly title: string;
  readonly url: string;
  readonly subject: string | null;
  readonly date: string | null;
  readonly score: number;
  readonly titleHighlights: readonly TextRange[];
  readonly snippets: readonly Snippet[];
  readonly related: readonly RelatedHit[];
  readonly explain?: readonly ScorePart[];
}

export type Facets = { readonly [field in FacetField]?: Readonly<Record<string, number>> };

/** A backend's response, with members in the order of the JSON. The HTTP layer adds `processingTimeMs`. */
export interface SearchResponse {
  readonly query: string;
  readonly hits: readonly Hit[];
  readonly totalHits: number;
  /** false: `totalHits` is a lower bound. */
  readonly totalHitsExact: boolean;
  /** Words of the query that were not searched. */
  readonly droppedTerms: readonly string[];
  readonly limit: number;
  readonly offset: number;
  readonly facets?: Facets;
  /** A clearly better spelling of the query. */
  readonly didYouMean?: string;
  /** Present and true if the snapshot has no answers, so that the second ranking stage was skipped. */
  readonly approximate?: true;
  readonly generation: string;
}

export interface Suggestion {
  readonly text: string;
  /** Present if the suggestion is a document's title. */
  readonly url?: string;
}

/** A document as the API returns it. */
export interface DocumentView {
  readonly id: string;
  readonly title: string;
  readonly url: string;
  readonly subject: string | null;
  readonly date: string | null;
  readonly language: string | null;
  readonly keywords: readonly string[];
  readonly description: string | null;
  /** The answer's plain text; null in a snapshot without texts. */
  readonly answer: string | null;
  /** The structure of `answer`; null if `answer` is. */
  readonly blocks: readonly Block[] | null;
  /** Inline code and math in `answer`; null if `answer` is. */
  readonly atoms: readonly TextRange[] | null;
}

export interface IndexedLink extends RelatedLink {
  /** Whether the url is a document of the index. */
  readonly indexed: boolean;
}

/** Related links that a hit shows. */
export const RELATED_COUNT = 5;

/**
 * Returns at most `count` links: a document's own ones in their order, then computed neighbours; without duplicates and
 * without the document itself (`self`, its url).
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
