import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync, mkdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { z } from 'zod';
import { loadConfig, type Config, type ConfigOptions } from '../../src/config/config.js';
import { InvalidSettingError } from '../../src/config/problems.js';
import { CONFIG_KEYS } from '../../src/config/schema.js';
import { VARIABLES } from '../../src/config/variables.js';
import { AskdexError } from '../../src/core/errors.js';
import { DEFAULT_SETTINGS } from '../../src/core/model/settings.js';

const mappingSchema = z.strictObject({
  preset: z.enum(['auto', 'site']).default('auto'),
  title: z.string().optional(),
});

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'askdex-config-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function load(environment: Record<string, string>, more: Partial<ConfigOptions> = {}): Config {
  return loadConfig({ environment, folder, mappingSchema, ...more });
}

function loadFile(content: unknown): Config {
  writeFileSync(join(folder, 'askdex.config.json'), typeof content === 'string' ? content : JSON.stringify(content));
  return load({});
}

function failure(run: () => unknown): AskdexError {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof AskdexError, String(error));
    assert.equal(error.code, 'invalid_configuration');
    return error;
  }
  assert.fail('nothing was thrown');
}

describe('configuration', () => {
  it('has a default for every setting', () => {
    const config = load({});
    assert.deepEqual(
      { ...config },
      {
        host: '127.0.0.1',
        port: 7373,
        content: join(folder, 'content'),
        index: join(folder, 'index-data'),
        schedule: '*/15 * * * *',
        watch: false,
        adminKey: null,
        searchKeys: [],
        corsOrigins: [],
        rateLimit: 300,
        trustProxy: 0,
        basePath: '',
        logLevel: 'info',
        configFile: null,
        settings: DEFAULT_SETTINGS,
        mapping: {},
        goldenQueries: null,
        keepGenerations: 3,
        buildTimeoutMs: 3_600_000,
        logQueries: false,
        warnings: [],
      },
    );
  });

  it('treats an empty variable as unset', () => {
    const empty = Object.fromEntries(Object.values(VARIABLES).map(({ name }) => [name, ' ']));
    assert.deepEqual(load(empty), load({}));
  });

  it('is deeply frozen', () => {
    const config = loadFile({ synonyms: [['a', 'b']], mapping: { preset: 'site' } });
    const parts: unknown[] = [config, config.settings, config.settings.synonyms[0], config.mapping, config.searchKeys];
    for (const part of parts) assert.ok(Object.isFrozen(part));
  });

  const good: [name: string, text: string, member: keyof Config, value: unknown][] = [
    ['HOST', '0.0.0.0', 'host', '0.0.0.0'],
    ['HOST', '[::1]', 'host', '::1'],
    ['PORT', '0', 'port', 0],
    ['PORT', ' 65535 ', 'port', 65_535],
    ['ASKDEX_CONTENT', '/srv/x.jsonl.gz', 'content', '/srv/x.jsonl.gz'],
    ['ASKDEX_SCHEDULE', 'off', 'schedule', null],
    ['ASKDEX_SCHEDULE', '0 3 * * *', 'schedule', '0 3 * * *'],
    ['ASKDEX_WATCH', 'TRUE', 'watch', true],
    ['ASKDEX_WATCH', '0', 'watch', false],
    ['ASKDEX_ADMIN_KEY', 'sixteen-letters-', 'adminKey', 'sixteen-letters-'],
    [
      'ASKDEX_SEARCH_KEYS',
      'aaaaaaaaaaaaaaaa, bbbbbbbbbbbbbbbb,',
      'searchKeys',
      ['aaaaaaaaaaaaaaaa', 'bbbbbbbbbbbbbbbb'],
    ],
    [
      'ASKDEX_CORS_ORIGINS',
      'https://a.example,http://b.example:8080',
      'corsOrigins',
      ['https://a.example', 'http://b.example:8080'],
    ],
    ['ASKDEX_CORS_ORIGINS', '*', 'corsOrigins', ['*']],
    ['ASKDEX_RATE_LIMIT', 'off', 'rateLimit', null],
    ['ASKDEX_RATE_LIMIT', '5', 'rateLimit', 5],
    ['ASKDEX_TRUST_PROXY', '2', 'trustProxy', 2],
    ['ASKDEX_BASE_PATH', '/search/', 'basePath', '/search'],
    ['ASKDEX_BASE_PATH', '/a/b-c_d.e~f', 'basePath', '/a/b-c_d.e~f'],
    ['ASKDEX_BASE_PATH', '/', 'basePath', ''],
    ['ASKDEX_LOG_LEVEL', 'Debug', 'logLevel', 'debug'],
  ];
  for (const [name, text, member, value] of good) {
    it(`accepts ${name}=${text}`, () => assert.deepEqual(load({ [name]: text })[member], value));
  }

  const bad: [name: string, text: string, says: RegExp][] = [
    ['HOST', 'http://x', /"http:\/\/x".*host name/],
    ['PORT', 'abc', /"abc".*0 to 65535/],
    ['PORT', '65536', /"65536"/],
    ['PORT', '-1', /"-1"/],
    ['PORT', '80.5', /"80.5"/],
    ['ASKDEX_CONTENT', 'a\u0000b', /control character/],
    ['ASKDEX_WATCH', 'maybe', /"maybe".*true or false/],
    ['ASKDEX_ADMIN_KEY', 'short', /5 characters.*at least 16/],
    ['ASKDEX_ADMIN_KEY', 'with spaces inside it', /does not fit/],
    ['ASKDEX_SEARCH_KEYS', 'aaaaaaaaaaaaaaaa,short', /5 characters/],
    ['ASKDEX_SEARCH_KEYS', ',', /lists nothing/],
    ['ASKDEX_CORS_ORIGINS', 'example.org', /"example.org"/],
    ['ASKDEX_CORS_ORIGINS', 'https://example.org/', /https:\/\/example.org instead/],
    ['ASKDEX_CORS_ORIGINS', 'https://example.org:443', /https:\/\/example.org instead/],
    ['ASKDEX_CORS_ORIGINS', 'javascript:alert(1)', /origin is a scheme/],
    ['ASKDEX_CORS_ORIGINS', 'null', /"null"/],
    ['ASKDEX_RATE_LIMIT', '0', /"0".*or off/],
    ['ASKDEX_TRUST_PROXY', 'true', /trusting every proxy/],
    ['ASKDEX_TRUST_PROXY', '-1', /"-1"/],
    ['ASKDEX_BASE_PATH', 'search', /"search".*starts with a slash/],
    ['ASKDEX_BASE_PATH', '/a/../b', /"\/a\/..\/b"/],
    ['ASKDEX_BASE_PATH', '//evil.example', /"\/\/evil.example"/],
    ['ASKDEX_BASE_PATH', '/a?b', /"\/a\?b"/],
    ['ASKDEX_LOG_LEVEL', 'loud', /"loud".*info/],
    ['ASKDEX_CONFIG', 'missing.json', /missing.json does not exist/],
  ];
  for (const [name, text, says] of bad) {
    it(`refuses ${name}=${JSON.stringify(text)}`, () => {
      const error = failure(() => load({ [name]: text }));
      assert.match(`${error.message} ${error.remedy ?? ''}`, says);
      assert.ok((error.remedy ?? '').length > 0, 'it has a remedy');
    });
  }

  it('never quotes a secret in an error', () => {
    for (const name of ['ASKDEX_ADMIN_KEY', 'ASKDEX_SEARCH_KEYS']) {
      const error = failure(() => load({ [name]: 'hunter2 hunter2 hunter2' }));
      assert.doesNotMatch(error.message + (error.remedy ?? ''), /hunter2/);
    }
  });

  it('reports all problems at once, in the environment and in the file', () => {
    writeFileSync(join(folder, 'askdex.config.json'), JSON.stringify({ snipetLength: 3, boosts: { title: 0 } }));
    const error = failure(() => load({ PORT: 'x', ASKDEX_WATCH: 'y' }));
    for (const part of ['4 settings', 'PORT', 'ASKDEX_WATCH', 'snipetLength', 'snippetLength', 'boosts.title']) {
      assert.ok(error.message.includes(part), `${part} in ${error.message}`);
    }
  });

  it('names an option of the command line as the user wrote it', () => {
    const overrides = {
      [VARIABLES.port.name]: { option: '--port', value: 'x' },
      [VARIABLES.content.name]: { option: '--content', value: '' },
    };
    const error = failure(() => load({ PORT: '1' }, { overrides }));
    assert.match(error.message, /--port is "x"/);
    assert.match(error.message, /--content is empty/);
    assert.equal(load({ PORT: 'x' }, { overrides: { PORT: { option: '--port', value: '81' } } }).port, 81);
  });

  it("includes the scheduler's message about a schedule", () => {
    const checkSchedule = (schedule: string): void => {
      if (schedule !== '0 * * * *') throw new InvalidSettingError(`is "${schedule}"; no`, 'Write five fields.');
    };
    assert.match(
      failure(() => load({ ASKDEX_SCHEDULE: '* *' }, { checkSchedule })).message,
      /ASKDEX_SCHEDULE is "\* \*"; no/,
    );
    assert.equal(load({ ASKDEX_SCHEDULE: '0 * * * *' }, { checkSchedule }).schedule, '0 * * * *');
    assert.equal(load({ ASKDEX_SCHEDULE: 'off' }, { checkSchedule }).schedule, null);
  });

  it('warns of a misspelt variable and ignores those of container platforms', () => {
    const { warnings } = load({
      ASKDEX_CONTNET: 'x',
      ASKDEX_SERVICE_HOST: '10.0.0.1',
      ASKDEX_PORT_7373_TCP: 'tcp://x',
    });
    assert.deepEqual(warnings, ['ASKDEX_CONTNET is not a setting of Askdex. Did you mean ASKDEX_CONTENT?']);
  });

  it('has no settings for features that do not exist', () => {
    const environment = { ASKDEX_WORKERS: '4', ASKDEX_BACKEND: 'opensearch', OPENSEARCH_URL: 'x' };
    assert.deepEqual(load(environment), load({}));
  });

  it('accepts or refuses any text in any variable without crashing', () => {
    const names = Object.values(VARIABLES).map(({ name }) => name);
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), fc.string()), (environment) => {
        try {
          load(environment);
        } catch (error) {
          assert.ok(error instanceof AskdexError && error.code === 'invalid_configuration', String(error));
        }
      }),
    );
  });
});

describe('the configuration file', () => {
  it('sets every setting', () => {
    const config = loadFile({
      $schema: 'x',
      language: 'pt-BR',
      boosts: { title: 5 },
      ranking: 'bm25',
      weights: { feedback: 0 },
      synonyms: [['heart attack', 'myocardial infarction']],
      oneWaySynonyms: { js: ['javascript'] },
      protectedWords: ['Ω'],
      stopWords: [],
      snippetLength: 40,
      mapping: { preset: 'site', title: 'headline' },
      goldenQueries: 'golden.json',
      keepGenerations: 5,
      buildTimeoutMinutes: 0.5,
      logQueries: true,
    });
    assert.deepEqual(config.settings, {
      language: 'pt-br',
      boosts: { title: 5, answer: 1, keywords: 1 },
      ranking: 'bm25',
      weights: { ...DEFAULT_SETTINGS.weights, feedback: 0 },
      synonyms: [['heart attack', 'myocardial infarction']],
      oneWaySynonyms: { js: ['javascript'] },
      protectedWords: ['Ω'],
      stopWords: [],
      snippetLength: 40,
    });
    assert.deepEqual(config.mapping, { preset: 'site', title: 'headline' });
    assert.equal(config.goldenQueries, join(folder, 'golden.json'));
    assert.equal(config.buildTimeoutMs, 30_000);
    assert.equal(config.keepGenerations, 5);
    assert.equal(config.logQueries, true);
    assert.equal(config.configFile, join(folder, 'askdex.config.json'));
  });

  it('may list golden queries, start with a byte order mark, and name a file elsewhere', () => {
    mkdirSync(join(folder, 'sub'));
    const golden = [{ query: 'why is the sky blue', expect: '/sky' }];
    writeFileSync(join(folder, 'sub/my.json'), `\ufeff${JSON.stringify({ goldenQueries: golden })}`);
    assert.deepEqual(load({ ASKDEX_CONFIG: 'sub/my.json' }).goldenQueries, golden);
    writeFileSync(join(folder, 'sub/my.json'), '{"goldenQueries":"g.json"}');
    assert.equal(load({ ASKDEX_CONFIG: 'sub/my.json' }).goldenQueries, join(folder, 'sub/g.json'));
  });

  const bad: [what: string, content: unknown, says: RegExp][] = [
    ['an unknown key', { sinonyms: [] }, /"sinonyms" is not a key.*/],
    ['an unknown key inside boosts', { boosts: { titel: 2 } }, /boosts\."titel" is not a key/],
    ['an unknown key inside mapping', { mapping: { tilte: 'x' } }, /mapping\."tilte" is not a key/],
    ['a wrong value inside mapping', { mapping: { preset: 'hugo' } }, /mapping\.preset is "hugo"/],
    ['a mapping that is no object', { mapping: 7 }, /mapping is "7"/],
    ['a boost of 0', { boosts: { title: 0 } }, /boosts\.title is "0"; it must be above 0/],
    ['a boost as text', { boosts: { title: '2' } }, /boosts\.title is "2"; expected number/],
    ['a ranking that does not exist', { ranking: 'best' }, /ranking is "best".*"default"/],
    ['a language that is none', { language: 'no such language' }, /language is "no such language".*language tag/],
    ['a group of one synonym', { synonyms: [['a']] }, /synonyms\[0\].*at least two/],
    ['an empty word', { protectedWords: [' '] }, /protectedWords\[0\].*not be empty/],
    ['a control character', { protectedWords: ['a\u001bb'] }, /control character/],
    ['a snippet of 39 characters', { snippetLength: 39 }, /snippetLength is "39"/],
    ['a golden query without its url', { goldenQueries: [{ query: 'x' }] }, /goldenQueries/],
    ['a list at the top', [], /the file is "\[\]"/],
    ['broken JSON', '{\n  "language": "en",\n}', /not valid JSON near line 3/],
    ['an empty file', '', /not valid JSON near line 1/],
    ['a prototype in disguise', '{"__proto__": {"watch": true}}', /"__proto__" is not a key/],
  ];
  for (const [what, content, says] of bad) {
    it(`is refused with ${what}`, () => {
      const error = failure(() => loadFile(content));
      assert.match(error.message, says);
      assert.ok((error.remedy ?? '') !== '' || error.message.includes('settings are wrong'));
    });
  }

  it('suggests the key that was meant', () => {
    assert.equal(failure(() => loadFile({ sinonyms: [] })).remedy, 'Did you mean "synonyms"?');
    assert.equal(failure(() => loadFile({ boosts: { titel: 2 } })).remedy, 'Did you mean "title"?');
    assert.equal(failure(() => loadFile({ mapping: { tilte: 'x' } })).remedy, 'Did you mean "title"?');
  });

  it('is refused if it is a folder or not UTF-8', () => {
    mkdirSync(join(folder, 'askdex.config.json'));
    assert.match(failure(() => load({})).message, /not a file/);
    writeFileSync(join(folder, 'latin1.json'), Buffer.from('{"language":"\xe9"}', 'latin1'));
    assert.match(failure(() => load({ ASKDEX_CONFIG: 'latin1.json' })).message, /not UTF-8/);
  });

  it('is accepted or refused for any JSON without crashing', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        try {
          loadFile(value);
        } catch (error) {
          assert.ok(error instanceof AskdexError && error.code === 'invalid_configuration', String(error));
        }
      }),
    );
  });

  it('has a check for each key', () => {
    fc.assert(
      fc.property(fc.constantFrom(...CONFIG_KEYS.filter((key) => key !== 'mapping')), (key) => {
        assert.match(
          failure(() => loadFile({ [key]: { no: Symbol.name } })).message,
          new RegExp(key.replace('$', '\\$')),
        );
      }),
    );
  });
});

describe('docs/configuration.md', () => {
  const page = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');

  it('lists every environment variable with its default, and no other', () => {
    for (const { name, fallback } of Object.values(VARIABLES)) {
      const row = page.split('\n').find((line) => line.startsWith(`| \`${name}\` |`));
      assert.ok(row !== undefined, `a row for ${name}`);
      assert.ok(row.startsWith(`| \`${name}\` | ${fallback === '' ? '–' : `\`${fallback}\``} |`), row);
    }
    const named = [...page.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, name]) => name);
    assert.deepEqual(
      [...named].sort(),
      Object.values(VARIABLES)
        .map(({ name }) => name)
        .sort(),
    );
  });

  it('lists every key of the configuration file, and no other', () => {
    const named = [...page.matchAll(/^\| `([a-z]\w*)` \|/gm)].map(([, name]) => name);
    assert.deepEqual([...named].sort(), CONFIG_KEYS.filter((key) => key !== '$schema').sort());
  });

  it('shows a file that is accepted', () => {
    const example = /```json\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
    const config = loadFile(example);
    assert.ok(config.settings.synonyms.length > 0);
  });
});
