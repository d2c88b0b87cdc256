/** A BCP 47 language tag, in any case. */
export const LANGUAGE_TAG = /^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,4}$/;

export const FACET_FIELDS = ['subject', 'language', 'keywords'] as const;
export type FacetField = (typeof FACET_FIELDS)[number];

/** Keeps the documents whose `field` has any of `values` (compared without regard to case). */
export interface ValueFilter {
  readonly kind: 'values';
  readonly field: FacetField;
  readonly values: readonly string[];
}

/** Keeps the documents whose date compares so with `value` (`YYYY-MM-DD`); a document without a date is left out. */
export interface DateFilter {
  readonly kind: 'date';
  readonly op: '=' | '>' | '>=' | '<' | '<=';
  readonly value: string;
}

export type Filter = ValueFilter | DateFilter;

export interface Sort {
  readonly field: 'date';
  readonly order: 'asc' | 'desc';
}

/** What was asked, validated. An empty `text` matches every document (to browse by filter and facet). */
export interface Query {
  readonly text: string;
  /** 0 to 100. */
  readonly limit: number;
  /** 0 to 10,000. */
  readonly offset: number;
  /** All must hold. */
  readonly filters: readonly Filter[];
  readonly facets: readonly FacetField[];
  /** null: by score. */
  readonly sort: Sort | null;
  /** BCP 47; null: the site's language. */
  readonly language: string | null;
  /** Adds to each hit the parts that add up to its score. */
  readonly explain: boolean;
  /** Counts every hit even where an early end would do for the top. */
  readonly exactTotal: boolean;
  /** The text is a new question: find documents that already answer it. */
  readonly similar: boolean;
}

export const QUERY_LIMITS = {
  /** UTF-16 units of `text`. */
  textLength: 2000,
  limit: 100,
  offset: 10_000,
  /** Distinct terms that count, the rarest kept. */
  terms: 64,
  /** Terms that prefix and typo tolerance may expand. */
  expandedTerms: 10,
  /** UTF-16 units of one term; longer ones are cut. */
  termLength: 40,
  /** Expansions of one term. */
  expansions: 50,
  filters: 20,
  filterValues: 50,
} as const;

/** A query for `text` with every other choice at its default. */
export function queryOf(text: string, choices: Partial<Omit<Query, 'text'>> = {}): Query {
  return {
    text,
    limit: 10,
    offset: 0,
    filters: [],
    facets: [],
    sort: null,
    language: null,
    explain: false,
    exactTotal: false,
    similar: false,
    ...choices,
  };
}
