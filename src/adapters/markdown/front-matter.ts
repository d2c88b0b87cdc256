import matter from 'gray-matter';
import { CORE_SCHEMA, NOT_RESOLVED, YAMLException, defineScalarTag, floatCoreTag, intCoreTag, load } from 'js-yaml';
import { TomlError, parse as parseToml } from 'smol-toml';
import { quoteForMessage } from '../../core/errors.js';
import type { ProblemCode } from './problems.js';

export type Data = Readonly<Record<string, unknown>>;

export type FrontMatter =
  | {
      readonly ok: true;
      readonly data: Data;
      /** The text below the front matter. */
      readonly body: string;
      /** The line of the file (from 1) of a top-level name; null if unknown. */
      readonly lineOf: (name: string) => number | null;
    }
  | { readonly ok: false; readonly code: ProblemCode; readonly reason: string; readonly line: number | null };

const SAFE_LANGUAGES = new Set(['', 'yaml', 'yml']);
/** gray-matter's pattern for comments takes quadratic time in the length of a run of white space. */
const BLANKS_IN_A_ROW = /\n\s{500}/;
/** UTF-16 units up to which that time does not matter. */
const HARMLESS = 5000;

/**
 * Splits a text with line ends `\n` into front matter and body: YAML between `---` lines, TOML between `+++` lines, or
 * none. Rejects other languages before parsing, because gray-matter would run JavaScript.
 */
export function readFrontMatter(text: string): FrontMatter {
  if (text.startsWith('+++')) {
    const opening = firstLine(text);
    if (/^\+\+\+[ \t]*$/.test(opening)) return readToml(text, opening.length + 1);
  }
  if (text.startsWith('---') && text[3] !== '-') return readYaml(text);
  return { ok: true, data: {}, body: text, lineOf: () => null };
}

function readYaml(text: string): FrontMatter {
  const opening = firstLine(text);
  const language = opening.slice(3).trim();
  if (!SAFE_LANGUAGES.has(language.toLowerCase())) {
    const reason = `The front matter names the language ${quoteForMessage(language)}; only YAML is read.`;
    return { ok: false, code: 'front_matter_unsafe', reason, line: 1 };
  }
  const fence = closingFence(text, opening.length, '---');
  if (!fence.ok) return fence;
  if (fence.source.length > HARMLESS && BLANKS_IN_A_ROW.test(fence.source)) {
    return invalid('It has more than 500 white space characters in a row.', null);
  }
  try {
    // Without options gray-matter caches by text, and an invalid file would parse as empty the next time.
    const { data } = matter(text, { language: 'yaml', engines: ENGINES });
    return { ok: true, data, body: fence.body, lineOf: lineFinder(fence.source) };
  } catch (error) {
    return failure(error);
  }
}

const REFUSED = {
  parse: (): object => {
    throw new NotAMapping('another language');
  },
};

const ENGINES = {
  yaml: { parse: parseMapping },
  json: REFUSED,
  javascript: REFUSED,
  js: REFUSED,
  coffee: REFUSED,
};

class NotAMapping extends Error {}

function parseMapping(source: string): object {
  const value = parseYaml(source);
  if (value === null || value === undefined) return {};
  if (!isMapping(value)) throw new NotAMapping(Array.isArray(value) ? 'a list' : quoteForMessage(value));
  return value;
}

function readToml(text: string, openingLength: number): FrontMatter {
  const fence = closingFence(text, openingLength - 1, '+++');
  if (!fence.ok) return fence;
  try {
    const data = parseToml(fence.source, {
      maxDepth: 20,
      unsafeKeyBehaviour: 'drop',
      integersAsBigInt: 'asNeeded',
    });
    return { ok: true, data, body: fence.body, lineOf: lineFinder(fence.source) };
  } catch (error) {
    return failure(error);
  }
}

type Fence =
  { readonly ok: true; readonly source: string; readonly body: string } | Extract<FrontMatter, { ok: false }>;

/**
 * Finds the closing line, the first that starts with the mark. If it has more text, that is an error: gray-matter would
 * silently end the front matter there.
 */
function closingFence(text: string, openingEnd: number, mark: string): Fence {
  const at = text.indexOf(`\n${mark}`, openingEnd);
  if (at < 0) {
    const reason = `The front matter that starts with ${mark} is never closed.`;
    return { ok: false, code: 'front_matter_unclosed', reason, line: 1 };
  }
  const end = text.indexOf('\n', at + 1);
  const closing = text.slice(at + 1, end < 0 ? text.length : end);
  if (closing.trimEnd() !== mark) {
    const reason = `The line ${quoteForMessage(closing)} starts with ${mark} but does not close the front matter.`;
    return { ok: false, code: 'front_matter_unclosed', reason, line: lineNumber(text, at + 1) };
  }
  const source = at > openingEnd ? text.slice(openingEnd + 1, at) : '';
  return { ok: true, source, body: end < 0 ? '' : text.slice(end + 1) };
}

function failure(error: unknown): Extract<FrontMatter, { ok: false }> {
  if (error instanceof NotAMapping) {
    const reason = `The front matter is ${error.message}, not names with values.`;
    return { ok: false, code: 'front_matter_not_mapping', reason, line: 1 };
  }
  if (error instanceof YAMLException) {
    const aliases = error.reason.includes('maxAliases');
    const reason = aliases ? 'It uses a YAML alias (*name). Aliases are not supported.' : `YAML: ${error.reason}.`;
    // gray-matter passes the text after the opening mark, including the line feed: line 0 is line 1 of the file.
    return invalid(reason, error.mark === undefined ? null : error.mark.line + 1);
  }
  if (error instanceof TomlError) {
    return invalid(`TOML: ${firstLine(error.message).replace(/^Invalid TOML document: /, '')}.`, error.line + 1);
  }
  return invalid(error instanceof Error ? firstLine(error.message) : 'It cannot be read.', null);
}

function invalid(reason: string, line: number | null): Extract<FrontMatter, { ok: false }> {
  return { ok: false, code: 'front_matter_invalid', reason, line };
}

export function isMapping(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function firstLine(text: string): string {
  const end = text.indexOf('\n');
  return end < 0 ? text : text.slice(0, end);
}

function lineNumber(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}

function lineFinder(source: string): (name: string) => number | null {
  return (name) => {
    const key = name.split('.')[0] ?? name;
    const lines = source.split('\n');
    const at = lines.findIndex((line) => line.startsWith(key) && /^\s*[:=]/.test(line.slice(key.length)));
    return at < 0 ? null : at + 2;
  };
}

/** A number as written, so that an id `0000010` or a title `1.0` stays unchanged. */
export class RawNumber {
  constructor(readonly text: string) {}

  toString(): string {
    return this.text;
  }
}

const asWritten = (tag: typeof intCoreTag) =>
  defineScalarTag<RawNumber>(tag.tagName, {
    implicit: true,
    implicitFirstChars: tag.implicitFirstChars,
    resolve: (source, isExplicit, tagName) =>
      tag.resolve(source, isExplicit, tagName) === NOT_RESOLVED ? NOT_RESOLVED : new RawNumber(source),
    identify: (value) => value instanceof RawNumber,
  });

const SCHEMA = CORE_SCHEMA.withTags(asWritten(intCoreTag), asWritten(floatCoreTag));

/**
 * Parses untrusted YAML 1.2: no aliases (a few bytes can expand to gigabytes), at most 20 levels. Dates and times stay
 * text, numbers become `RawNumber`. Throws `YAMLException` and other errors of the parser.
 */
function parseYaml(source: string): unknown {
  return load(source, { schema: SCHEMA, maxAliases: 0, maxDepth: 20 });
}
