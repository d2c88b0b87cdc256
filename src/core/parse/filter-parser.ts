import { AskdexError, quoteForMessage } from '../errors.js';
import { FACET_FIELDS, QUERY_LIMITS, type DateFilter, type FacetField, type Filter } from '../model/query.js';

const EXAMPLE = 'Write for example subject:"Medicine", subject:"Medicine","Biology" or date>=2024-01-01.';
const AND_REMEDY =
  'Repeat the filter parameter if all conditions must hold. Commas between values of one field mean OR.';
const MAX_VALUE_LENGTH = 500;

/**
 * Parses filter expressions, all of which must hold.
 *
 * One expression names one field: `subject:"Medicine"`, `subject:Medicine`, `subject:"A","B"` (any of the values),
 * `subject:"A",subject:"B"` (the same), `date>=2024-01-01`, `date:2024-01-01`. In quotes, `\"` is a quote and `\\` a
 * backslash.
 *
 * @throws {AskdexError} invalid_filter: when an expression is malformed. The message names the position, from 1 in
 * UTF-16 units.
 */
export function parseFilters(expressions: readonly string[]): Filter[] {
  if (expressions.length > QUERY_LIMITS.filters) {
    throw new AskdexError(
      'invalid_filter',
      `There are ${expressions.length} filters; at most ${QUERY_LIMITS.filters} are allowed.`,
      {
        parameter: 'filter',
        remedy: 'Join the values of one field with commas.',
      },
    );
  }
  return expressions.map(parseFilter);
}

/**
 * Parses one filter expression; see {@link parseFilters}.
 *
 * @throws {AskdexError} invalid_filter: when the expression is malformed.
 */
export function parseFilter(expression: string): Filter {
  const cursor = new Cursor(expression);
  const field = cursor.field();
  return field === 'date' ? dateFilter(cursor) : valueFilter(cursor, field);
}

function valueFilter(cursor: Cursor, field: FacetField): Filter {
  cursor.colon(field);
  const values = [cursor.value()];
  while (cursor.comma()) {
    cursor.sameFieldAgain(field);
    values.push(cursor.value());
  }
  cursor.end();
  if (values.length > QUERY_LIMITS.filterValues) {
    cursor.fail(`has ${values.length} values; at most ${QUERY_LIMITS.filterValues} are allowed`);
  }
  return { kind: 'values', field, values };
}

function dateFilter(cursor: Cursor): DateFilter {
  const op = cursor.comparison();
  const start = cursor.position;
  const value = cursor.value();
  if (!isDate(value)) cursor.fail(`has ${quoteForMessage(value)} where a date as YYYY-MM-DD is needed`, EXAMPLE, start);
  if (cursor.comma()) {
    cursor.fail(
      'gives more than one date',
      'Repeat the filter for a period: filter=date>=2024-01-01&filter=date<2025-01-01.',
    );
  }
  cursor.end();
  return { kind: 'date', op, value };
}

/** Whether `text` is a day of the calendar, written `YYYY-MM-DD`. */
function isDate(text: string): boolean {
  const [, year = '', month = '', day = ''] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? [];
  const [y, m, d] = [Number(year), Number(month), Number(day)];
  if (m < 1 || m > 12 || d < 1) return false;
  const leap = (y % 4 === 0 && y % 100 !== 0) || y % 400 === 0;
  return d <= (m === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(m) ? 30 : 31);
}

function isFacetField(name: string): name is FacetField {
  return FACET_FIELDS.some((field) => field === name);
}

/** A position in an expression. Errors name it. */
class Cursor {
  position = 0;

  constructor(private readonly text: string) {}

  field(): FacetField | 'date' {
    this.space();
    if (/^(?:[-!]|NOT\b)/i.test(this.rest())) {
      this.fail('uses a negation, which is not supported', 'List the values to include instead.');
    }
    const start = this.position;
    const name = this.take(/^[A-Za-z_][\w.-]*/);
    if (name === null) return this.fail('does not begin with a field', EXAMPLE);
    if (name === 'date' || isFacetField(name)) return name;
    return this.fail(
      `names the field ${quoteForMessage(name)}, which cannot be filtered`,
      `Fields are ${FACET_FIELDS.join(', ')} and date. ${EXAMPLE}`,
      start,
    );
  }

  colon(field: string): void {
    this.space();
    if (/^(?:!|:\s*!)/.test(this.rest())) {
      this.fail('uses a negation, which is not supported', 'List the values to include instead.');
    }
    if (this.take(/^:/) === null) this.fail(`needs a colon after ${quoteForMessage(field)}`, EXAMPLE);
  }

  comparison(): DateFilter['op'] {
    this.space();
    switch (this.take(/^(?:>=|<=|>|<|=|:)/)) {
      case ':':
      case '=':
        return '=';
      case '>':
        return '>';
      case '>=':
        return '>=';
      case '<':
        return '<';
      case '<=':
        return '<=';
      case null:
      default:
        return this.fail('needs one of : = > >= < <= after "date"', EXAMPLE);
    }
  }

  value(): string {
    this.space();
    const start = this.position;
    const value = this.text[start] === '"' ? this.quoted() : this.bare();
    if (value.trim() === '') this.fail('has an empty value', EXAMPLE, start);
    if (value.length > MAX_VALUE_LENGTH)
      this.fail(`has a value longer than ${MAX_VALUE_LENGTH} characters`, EXAMPLE, start);
    return value;
  }

  comma(): boolean {
    this.space();
    return this.take(/^,/) !== null;
  }

  /** Skips the second `subject:` in `subject:"A",subject:"B"`. */
  sameFieldAgain(field: FacetField): void {
    this.space();
    const again = /^([A-Za-z_]\w*)\s*(?::|[<>=])/.exec(this.rest())?.[1];
    if (again === undefined || (again !== 'date' && !isFacetField(again))) return;
    if (again !== field)
      this.fail(`joins ${quoteForMessage(field)} and ${quoteForMessage(again)} with a comma`, AND_REMEDY);
    this.take(/^\w+\s*:/);
  }

  end(): void {
    this.space();
    if (this.position < this.text.length)
      this.fail(`has more text after its value: ${quoteForMessage(this.rest())}`, AND_REMEDY);
  }

  fail(what: string, remedy = EXAMPLE, at = this.position): never {
    throw new AskdexError(
      'invalid_filter',
      `The filter ${quoteForMessage(this.text)} ${what} (at character ${at + 1}).`,
      {
        parameter: 'filter',
        remedy,
      },
    );
  }

  private quoted(): string {
    const start = this.position;
    const written = this.take(/^"(?:[^"\\]|\\[^])*"/);
    if (written === null) return this.fail('has a quote that is not closed', EXAMPLE, start);
    return written.slice(1, -1).replace(/\\(["\\])/g, '$1');
  }

  private bare(): string {
    const start = this.position;
    const value = (this.take(/^[^,]*/) ?? '').trim();
    const stray = value.indexOf('"');
    if (stray >= 0)
      this.fail('has a quote inside a value', 'Put the whole value in quotes: subject:"A value".', start + stray);
    if (/\s(?:AND|OR|NOT)\s/.test(value)) this.fail('joins conditions with a word', AND_REMEDY, start);
    return value;
  }

  private space(): void {
    this.take(/^\s+/);
  }

  private rest(): string {
    return this.text.slice(this.position);
  }

  private take(pattern: RegExp): string | null {
    const found = pattern.exec(this.rest())?.[0];
    if (found === undefined) return null;
    this.position += found.length;
    return found;
  }
}
