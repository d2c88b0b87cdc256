const NOT_SINGLE_SPACES = /[^\S ]| {2}/;

/** Each run of blanks of any kind (also no-break spaces and line feeds) becomes one space. */
export function normalizeWhitespace(text: string): string {
  return NOT_SINGLE_SPACES.test(text) ? text.replace(/\s+/g, ' ') : text;
}

/** The same, and none at the ends. */
export function trimAndNormalizeWhitespace(text: string): string {
  return normalizeWhitespace(text).trim();
}
