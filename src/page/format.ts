/** A half-open range of UTF-16 offsets. */
export type TextRange = readonly [start: number, end: number];

export interface Piece {
  readonly text: string;
  readonly marked: boolean;
}

/** Splits a text at its highlights. The pieces joined are the text, even if ranges are invalid. */
export function pieces(text: string, highlights: readonly TextRange[]): Piece[] {
  const found: Piece[] = [];
  let at = 0;
  const add = (to: number, marked: boolean): void => {
    if (to > at) found.push({ text: text.slice(at, to), marked });
    at = Math.max(at, to);
  };
  for (const [start, end] of highlights) {
    add(Math.min(start, text.length), false);
    add(Math.min(end, text.length), true);
  }
  add(text.length, false);
  return found;
}

/** The lines of an answer's plain text, one for each paragraph. */
export function paragraphs(text: string): string[] {
  return text.split('\n').filter((line) => line.trim() !== '');
}

/** A heading before its passage: `Causes: `, but `Why? ` as it stands. */
export function leadIn(heading: string): string {
  return /[.:?!]$/.test(heading) ? `${heading} ` : `${heading}: `;
}

/** `1 answer`, `42 answers`, `more than 1,000 answers`. `noun`: singular and plural. */
export function countOf(total: number, exact: boolean, [one, many]: readonly [string, string]): string {
  const number = total.toLocaleString('en');
  return `${exact ? '' : 'more than '}${number} ${total === 1 ? one : many}`;
}

/** Formats a date such as `2024-12-20` for readers. Returns any other text unchanged. */
export function dateOf(date: string): string {
  const time = Date.parse(`${date}T00:00:00Z`);
  if (Number.isNaN(time)) return date;
  return new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeZone: 'UTC' }).format(time);
}
