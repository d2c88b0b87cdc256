/** Values are compared without regard to case. */
export function facetKey(value: string): string {
  return value.normalize('NFKC').toLowerCase();
}

/** Whether a date (`YYYY-MM-DD`, so that text order is time order) compares as the filter asks. */
export function matchesDate(date: string, op: '=' | '>' | '>=' | '<' | '<=', value: string): boolean {
  switch (op) {
    case '=':
      return date === value;
    case '>':
      return date > value;
    case '>=':
      return date >= value;
    case '<':
      return date < value;
    case '<=':
      return date <= value;
  }
}

/** Values of one facet field that an answer lists, the most frequent. */
export const MAX_FACET_VALUES = 100;

/** The most frequent values first, then by name, `FACET_VALUES` of them. */
export function facetRecord(
  values: readonly { readonly name: string; readonly count: number }[],
): Record<string, number> {
  const sorted = [...values].sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
  // Object.fromEntries defines members, so that a value named `__proto__` is a value like another.
  return Object.fromEntries(sorted.slice(0, MAX_FACET_VALUES).map(({ name, count }) => [name, count]));
}
