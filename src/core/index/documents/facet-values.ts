/** Normalizes a facet value for comparison, ignoring case. */
export function facetKey(value: string): string {
  return value.normalize('NFKC').toLowerCase();
}

/** By value: the number of the first value that differs from it at most in case. */
export function firstSpellings(count: number, valueOf: (number: number) => string): Uint32Array {
  const known = new Map<string, number>();
  return Uint32Array.from({ length: count }, (_, number) => {
    const key = facetKey(valueOf(number));
    const first = known.get(key) ?? number;
    known.set(key, first);
    return first;
  });
}

/** Whether a date satisfies a comparison. Dates are `YYYY-MM-DD`, so text order is chronological order. */
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

/** Maximum number of values that a response lists for one facet. */
export const MAX_FACET_VALUES = 100;

/** The `MAX_FACET_VALUES` most frequent values, ordered by count and then by name. */
export function facetRecord(
  values: readonly { readonly name: string; readonly count: number }[],
): Record<string, number> {
  const sorted = [...values].sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
  // `Object.fromEntries` defines members, so that a value named `__proto__` is safe.
  return Object.fromEntries(sorted.slice(0, MAX_FACET_VALUES).map(({ name, count }) => [name, count]));
}
