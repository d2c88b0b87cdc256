import {
  basePath,
  hostName,
  list,
  LOG_LEVELS,
  oneOf,
  origin,
  orOff,
  plainText,
  secretKey,
  boolean,
  wholeNumber,
  type Parser,
} from './parsers.js';
import { InvalidSettingError } from './problems.js';

/** An environment variable with its default, help text and parser. */
export interface Variable<T> {
  readonly name: string;
  /** The default as a user would write it; `''` if there is none. */
  readonly fallback: string;
  /** The value when the variable is not set. */
  readonly unset: () => T;
  readonly help: string;
  readonly parse: Parser<T>;
}

function withDefault<T>(name: string, fallback: string, help: string, parse: Parser<T>): Variable<T> {
  return { name, fallback, unset: () => parse(fallback), help, parse };
}

function optional<T>(name: string, value: T, help: string, parse: Parser<T>): Variable<T> {
  return { name, fallback: '', unset: () => value, help, parse };
}

const proxyHops: Parser<number> = (text) => {
  if (/^(true|yes|on)$/i.test(text)) {
    throw new InvalidSettingError(
      `is ${JSON.stringify(text)}; trusting every proxy lets anyone pretend to be another address`,
      'Give the number of proxies in front of the server, for example ASKDEX_TRUST_PROXY=1.',
    );
  }
  return wholeNumber(0, 10, 'ASKDEX_TRUST_PROXY=1 behind one proxy')(text);
};

/** Every environment variable that Askdex reads, in the order of the help. */
export const VARIABLES = {
  host: withDefault('HOST', '127.0.0.1', 'address to listen on (0.0.0.0: every interface)', hostName),
  port: withDefault('PORT', '7373', 'port to listen on (0: any free one)', wholeNumber(0, 65_535, 'PORT=7373')),
  content: withDefault(
    'ASKDEX_CONTENT',
    'content',
    'folder of Markdown files, or a .jsonl or .jsonl.gz file',
    plainText,
  ),
  index: withDefault('ASKDEX_INDEX', 'index-data', 'folder of the index; safe to delete, it is rebuilt', plainText),
  schedule: withDefault(
    'ASKDEX_SCHEDULE',
    '*/15 * * * *',
    'when to reindex: five cron fields in UTC, or off',
    orOff(plainText),
  ),
  watch: withDefault('ASKDEX_WATCH', 'false', 'reindex when a file of the content changes', boolean),
  adminKey: optional<string | null>(
    'ASKDEX_ADMIN_KEY',
    null,
    'key of the admin API, 16 characters or more; without it the first start creates one and shows it once',
    secretKey,
  ),
  searchKeys: optional<readonly string[]>(
    'ASKDEX_SEARCH_KEYS',
    [],
    'comma-separated keys that searches must carry; without it anyone may search',
    list(secretKey),
  ),
  corsOrigins: optional<readonly string[]>(
    'ASKDEX_CORS_ORIGINS',
    [],
    'comma-separated origins whose pages may call the API, such as https://example.org; * for all',
    list(origin),
  ),
  rateLimit: withDefault(
    'ASKDEX_RATE_LIMIT',
    '300',
    'requests a minute from one address, or off',
    orOff(wholeNumber(1, 1_000_000, 'ASKDEX_RATE_LIMIT=300')),
  ),
  trustProxy: withDefault('ASKDEX_TRUST_PROXY', '0', 'number of proxies in front of the server', proxyHops),
  basePath: optional('ASKDEX_BASE_PATH', '', 'prefix of every route and link, such as /search', basePath),
  logLevel: withDefault('ASKDEX_LOG_LEVEL', 'info', LOG_LEVELS.join(', '), oneOf(LOG_LEVELS)),
  configFile: withDefault(
    'ASKDEX_CONFIG',
    'askdex.config.json',
    'configuration file: ranking, synonyms, mapping and more',
    plainText,
  ),
} as const;
