import { quoteForMessage } from '../../core/errors.js';
import { RawNumber, isMapping, type Data } from './front-matter.js';
import type { ReportProblem } from './problems.js';

/** A value of the source and its name. */
export interface FieldValue {
  readonly name: string;
  readonly value: unknown;
}

/** Reads the fields of one source by their names and reports values of the wrong type. */
export class FieldReader {
  constructor(
    private readonly data: Data,
    private readonly lineOf: (name: string) => number | null,
    private readonly report: ReportProblem,
  ) {}

  /** The first of the names that has a value. null, `''` and an empty list do not count as values. */
  find(names: readonly string[]): FieldValue | null {
    for (const name of names) {
      const value = lookUp(this.data, name);
      if (!isBlank(value)) return { name, value };
    }
    return null;
  }

  line(name: string): number | null {
    return this.lineOf(name);
  }

  names(): string[] {
    return Object.keys(this.data);
  }

  /**
   * The text of a value, trimmed. A number is used as written, with a warning. For anything else reports a problem and
   * returns null. `needed`: the problem means that the document is left out.
   */
  text(found: FieldValue | null, needed = false): string | null {
    if (found === null) return null;
    const { name, value } = found;
    if (typeof value === 'string') return value.trim();
    const text = scalarText(value);
    const type = typeName(value);
    if (text === null) {
      this.reportWrongType(found, needed);
      return null;
    }
    if (!(value instanceof Date)) {
      this.report('field_type', `${quoteForMessage(name)} is ${type} (${text}), not text; it is read as "${text}".`, {
        line: this.lineOf(name),
        skipped: false,
        remedy: `Write ${name}: "${text}".`,
      });
    }
    return text;
  }

  /** The texts of a list, or of one text split at `separator`: trimmed, without empty ones and duplicates. */
  list(found: FieldValue | null, separator: RegExp): string[] {
    if (found === null) return [];
    if (!Array.isArray(found.value)) return unique((this.text(found) ?? '').split(separator));
    const texts: string[] = [];
    for (const value of found.value as unknown[]) {
      const text = scalarText(value);
      if (text === null) this.reportWrongType({ name: found.name, value });
      else texts.push(text);
    }
    return unique(texts);
  }

  reportWrongType({ name, value }: FieldValue, skipped = false): void {
    this.report('field_type', `${quoteForMessage(name)} is ${typeName(value)}, not text.`, {
      line: this.lineOf(name),
      skipped,
    });
  }
}

/** The member of this name, or of this path with dots. Ignores inherited members. */
function lookUp(data: Data, name: string): unknown {
  if (Object.hasOwn(data, name)) return data[name];
  let value: unknown = data;
  for (const part of name.split('.')) {
    if (!isMapping(value) || !Object.hasOwn(value, part)) return undefined;
    value = value[part];
  }
  return value;
}

function isBlank(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  return typeof value === 'string' ? value.trim() === '' : Array.isArray(value) && value.length === 0;
}

/** The text of a string, a number as written or a TOML date. null for other values. */
export function scalarText(value: unknown): string | null {
  if (typeof value === 'string') return value.trim();
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (value instanceof RawNumber) return value.text;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  return null;
}

function typeName(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'bigint' || value instanceof RawNumber) return 'a number';
  if (typeof value === 'boolean') return `a truth value (${String(value)})`;
  if (value === null || value === undefined) return 'empty';
  if (Array.isArray(value)) return 'a list';
  return value instanceof Date ? 'a date' : 'a mapping';
}

function unique(texts: readonly string[]): string[] {
  const seen = new Map<string, string>();
  for (const text of texts) {
    const trimmed = trimAndNormalizeWhitespace(text);
    if (trimmed !== '' && !seen.has(trimmed.toLowerCase())) seen.set(trimmed.toLowerCase(), trimmed);
  }
  return [...seen.values()];
}

const NOT_SINGLE_SPACES = /[^\S ]| {2}/;

/** Replaces each run of white space, including no-break spaces and line feeds, by one space. */
export function normalizeWhitespace(text: string): string {
  return NOT_SINGLE_SPACES.test(text) ? text.replace(/\s+/g, ' ') : text;
}

/** Like `normalizeWhitespace`, and trims the text. */
export function trimAndNormalizeWhitespace(text: string): string {
  return normalizeWhitespace(text).trim();
}
