const NOT_SINGLE_SPACES = /[^\S ]| {2}/;

/** Each run of blanks of any kind (also no-break spaces and line feeds) becomes one space. */
export function collapseBlanks(text: string): string {
  return NOT_SINGLE_SPACES.test(text) ? text.replace(/\s+/g, ' ') : text;
}

/** The same, and none at the ends. */
export function collapse(text: string): string {
  return collapseBlanks(text).trim();
}
