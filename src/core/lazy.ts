/** Makes a value when it is asked for first, and gives the same from then on: opening an index makes nothing it may not need. */
export function lazy<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
