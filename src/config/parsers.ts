import { quoteForMessage } from '../core/errors.js';
import { InvalidSettingError } from './problems.js';

/** Converts the text of a setting to its value. Throws an `InvalidSettingError` with the text and a remedy. */
export type Parser<T> = (text: string) => T;

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Any text without control characters. */
export const plainText: Parser<string> = (text) => {
  if (/\p{Cc}/u.test(text))
    throw new InvalidSettingError(`is ${quoteForMessage(text)}; it holds a control character`, 'Remove it.');
  return text;
};

export const hostName: Parser<string> = (text) => {
  const bare = text.replace(/^\[(.*)\]$/, '$1');
  if (!/^[A-Za-z0-9._:%-]{1,253}$/.test(bare)) {
    throw new InvalidSettingError(
      `is ${quoteForMessage(text)}; an address is a host name or an IP address, without scheme or port`,
      'Use 127.0.0.1 for this machine alone or 0.0.0.0 for every interface.',
    );
  }
  return bare;
};

/** A whole number from `least` to `most`, both included. */
export function wholeNumber(least: number, most: number, example: string): Parser<number> {
  return (text) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
    if (!(value >= least && value <= most)) {
      throw new InvalidSettingError(
        `is ${quoteForMessage(text)}; it must be a whole number from ${least} to ${most}`,
        `For example ${example}.`,
      );
    }
    return value;
  };
}

/** `off` becomes null. */
export function orOff<T>(parser: Parser<T>): Parser<T | null> {
  return (text) => {
    if (text.toLowerCase() === 'off') return null;
    try {
      return parser(text);
    } catch (error) {
      if (error instanceof InvalidSettingError) throw new InvalidSettingError(`${error.message}, or off`, error.remedy);
      throw error;
    }
  };
}

export const boolean: Parser<boolean> = (text) => {
  const lower = text.toLowerCase();
  if (['true', '1', 'yes', 'on'].includes(lower)) return true;
  if (['false', '0', 'no', 'off'].includes(lower)) return false;
  throw new InvalidSettingError(`is ${quoteForMessage(text)}; it must be true or false`, 'Use true or false.');
};

export function oneOf<const T extends string>(values: readonly T[]): Parser<T> {
  return (text) => {
    const found = values.find((value) => value === text.toLowerCase());
    if (found === undefined) {
      throw new InvalidSettingError(
        `is ${quoteForMessage(text)}; it must be one of ${values.join(', ')}`,
        'Use one of these names.',
      );
    }
    return found;
  };
}

/** A list separated by commas, without empty items and duplicates. */
export function list<T>(item: Parser<T>): Parser<readonly T[]> {
  return (text) => {
    const parts = text.split(',').map((part) => part.trim());
    const items = [...new Set(parts.filter((part) => part !== ''))];
    // A list without items is a mistake: an empty list of keys would let anyone search.
    if (items.length === 0) throw new InvalidSettingError('lists nothing', 'Fill the list or leave the variable out.');
    return items.map(item);
  };
}

/** A key for an `Authorization: Bearer` header (RFC 6750). An invalid key is never quoted, since it is a secret. */
export const secretKey: Parser<string> = (text) => {
  if (text.length < 16) {
    throw new InvalidSettingError(
      `holds a key of ${text.length} characters; a key needs at least 16`,
      'Make one with: node -p "crypto.randomBytes(32).toString(\'base64url\')"',
    );
  }
  if (text.length > 512 || !/^[A-Za-z0-9._~+/-]+=*$/.test(text)) {
    throw new InvalidSettingError(
      'holds a key that does not fit an Authorization header',
      'Use at most 512 letters, digits and the characters - . _ ~ + / (and = at the end).',
    );
  }
  return text;
};

/** `*`, or an origin as browsers send it: scheme, host and, if it is not the scheme's default, the port. */
export const origin: Parser<string> = (text) => {
  if (text === '*') return text;
  const parsed = URL.canParse(text) ? new URL(text) : null;
  if (parsed === null || (parsed.protocol !== 'https:' && parsed.protocol !== 'http:')) {
    throw new InvalidSettingError(
      `holds ${quoteForMessage(text)}; an origin is a scheme and a host, such as https://example.org`,
      'List origins separated by commas, or * for every site.',
    );
  }
  if (parsed.origin !== text.toLowerCase()) {
    throw new InvalidSettingError(
      `holds ${quoteForMessage(text)}, which browsers never send as an origin`,
      `Write ${parsed.origin} instead.`,
    );
  }
  return parsed.origin;
};

/** `''` for none, else `/x` or `/x/y` without a slash at the end. */
export const basePath: Parser<string> = (text) => {
  const bare = text.replace(/\/$/, '');
  const segments = bare.split('/').slice(1);
  const plain = segments.every((segment) => /^[A-Za-z0-9._~-]+$/.test(segment) && !/^\.+$/.test(segment));
  if ((bare !== '' && !bare.startsWith('/')) || !plain || bare.length > 200) {
    throw new InvalidSettingError(
      `is ${quoteForMessage(text)}; a base path starts with a slash and holds letters, digits and . _ ~ - between slashes`,
      'For example ASKDEX_BASE_PATH=/search.',
    );
  }
  return bare;
};
