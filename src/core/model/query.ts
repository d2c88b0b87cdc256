/** A BCP 47 language tag, in any case. */
export const LANGUAGE_TAG = /^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,4}$/;

export const FACET_FIELDS = ['subject', 'language', 'keywords'] as const;
export type FacetField = (typeof FACET_FIELDS)[number];

/** Passes the documents whose `field` has any of `values`, ignoring case. */
export interface ValueFilter {
  readonly kind: 'values';
  readonly field: FacetField;
  readonly values: readonly string[];
}

/**
 * Passes the documents whose date compares with `value` (`YYYY-MM-DD`) by `op`. A document without a date never passes.
 */
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

/** A validated query. An empty `text` matches every document, for browsing by filter and facet. */
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
  /** Whether to add to each hit the parts of its score. */
  readonly explain: boolean;
  /** Whether to count every hit, even if the best hits are found without that. */
  readonly exactTotal: boolean;
  /** Whether the text is a whole question, for which documents that already answer it are searched. */
  readonly similar: boolean;
}

export const QUERY_LIMITS = {
  /** UTF-16 units of `text`. */
  textLength: 2000,
  limit: 100,
  offset: 10_000,
  /** Distinct terms. If there are more, only the rarest count. */
  terms: 64,
  /** Terms that prefix and typo tolerance may expand. */
  expandedTerms: 10,
  /** UTF-16 units of one term. Longer ones are cut. */
  termLength: 40,
  /** Expansions of one term. */
  expansions: 50,
  filters: 20,
  filterValues: 50,
} as const;

/** Returns a query for `text` with defaults for all other members. */
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
