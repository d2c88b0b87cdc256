import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { askdex, question, SKY, temporaryFolder, TIDES, type TemporaryFolder } from './harness.js';

interface IndexJson {
  generation: string;
  documents: number;
  added: number;
  changed: number;
  removed: number;
  unchanged: number;
  skipped: { file: string; reason: string; line: number | null; code: string; remedy: string }[];
  warnings: unknown[];
  durationMs: number;
  bytes: number;
}
const NO_TITLE = '---\nurl: /q/none\nanswer: Text.\n---\n';
/** Asserts that a text has no control characters except line feeds. */
const PLAIN = /^[^\p{Cc}]*$/u;
const isPlain = (text: string) => assert.match(text.replaceAll('\n', ''), PLAIN);

describe('askdex commands', () => {
  let folder: TemporaryFolder;
  beforeEach(() => {
    folder = temporaryFolder({ 'content/sky.md': SKY, 'content/tides.md': TIDES });
  });
  afterEach(() => folder.remove());
  const run = (...args: string[]) => askdex(args, { folder: folder.path });
  const json = async <T>(...args: string[]): Promise<T> => JSON.parse((await run(...args, '--json')).stdout) as T;

  describe('index', () => {
    it('builds and reports it, and reports the second time that nothing changed', async () => {
      const first = await run('index');
      assert.equal(first.code, 0, first.stderr);
      assert.match(
        first.stdout,
        /^Published generation \S+: 2 documents \(.*\)\.\n2 added, 0 changed, 0 removed, 0 unchanged\.\n$/,
      );
      assert.equal(first.stderr, 'scanning …\nparsing …\nindexing …\npublishing …\n');
      isPlain(first.stdout + first.stderr);
      const second = await run('index');
      assert.match(second.stdout, /^Nothing to publish: generation \S+ stays current, 2 documents/);
      assert.match(second.stdout, /0 added, 0 changed, 0 removed, 2 unchanged/);
      assert.equal(second.code, 0);
    });

    it('prints exactly one object with --json, and nothing else', async () => {
      folder.write('content/bad.md', NO_TITLE);
      const { code, stdout, stderr } = await run('index', '--json');
      assert.equal(code, 0);
      assert.equal(stderr, '');
      const report = JSON.parse(stdout) as IndexJson;
      assert.deepEqual(
        [report.documents, report.added, report.changed, report.removed, report.unchanged],
        [2, 2, 0, 0, 0],
      );
      assert.ok(report.generation.length > 0 && report.bytes > 0 && report.durationMs >= 0);
      assert.ok(Array.isArray(report.warnings));
      assert.deepEqual(
        report.skipped.map(({ file, code: problem }) => [file, problem]),
        [['bad.md', 'title_missing']],
      );
      assert.ok(report.skipped.every(({ reason, remedy }) => reason.length > 0 && remedy.length > 0));
    });

    it('counts what was added, changed and removed', async () => {
      await run('index');
      folder.write('content/sky.md', SKY.replace('Air', 'The air'));
      folder.write('content/rain.md', question('Why does it rain?', 'Drops grow until they fall.'));
      rmSync(join(folder.path, 'content/tides.md'));
      const report = await json<IndexJson>('index');
      assert.deepEqual([report.added, report.changed, report.removed, report.unchanged], [1, 1, 1, 0]);
    });

    it('lists the first 20 skipped files with path, reason and remedy, then counts the rest', async () => {
      for (let at = 0; at < 23; at++) folder.write(`content/bad-${at}.md`, NO_TITLE);
      const { code, stdout } = await run('index');
      assert.equal(code, 0);
      assert.match(stdout, /Left out \(23\):\n {2}bad-0\.md.*\[title_missing\]\n {6}\S/);
      assert.equal([...stdout.matchAll(/\[title_missing\]/g)].length, 20);
      assert.match(stdout, /… and 3 more; "askdex check" lists them all\./);
    });

    it('prints nothing with --quiet', async () => {
      assert.deepEqual(await run('index', '--quiet'), { code: 0, stdout: '', stderr: '' });
    });

    it('lets --content, --index and --full override the environment variables', async () => {
      const { stdout } = await run('index', '--content', 'content', '--index', 'elsewhere', '--full', '--json');
      assert.equal((JSON.parse(stdout) as IndexJson).documents, 2);
      assert.ok(existsSync(join(folder.path, 'elsewhere/CURRENT')));
      assert.ok(!existsSync(join(folder.path, 'index-data')));
    });

    it('draws a progress bar on a terminal and clears it', async () => {
      const { stdout, stderr } = await askdex(['index'], { folder: folder.path, stderrIsTty: true });
      assert.match(stderr, /\r\u001b\[K[█░]+ +\d+ % {2}scanning/);
      assert.ok(stderr.endsWith('\r\u001b[K'));
      isPlain(stdout);
    });

    it('never replaces a good index by an empty one, and lists the bad files', async () => {
      await run('index');
      const current = readFileSync(join(folder.path, 'index-data/CURRENT'), 'utf8');
      for (const name of readdirSync(join(folder.path, 'content')))
        writeFileSync(join(folder.path, 'content', name), NO_TITLE);
      const { code, stdout, stderr } = await run('index');
      assert.deepEqual([code, stdout], [1, '']);
      assert.match(stderr, /sky\.md.*\[title_missing\][\s\S]*error: The content contains no document/);
      assert.equal(readFileSync(join(folder.path, 'index-data/CURRENT'), 'utf8'), current);
    });

    it('fails if the content is missing, with --json as one object too', async () => {
      const { code, stdout, stderr } = await run('index', '--content', 'nowhere', '--json');
      assert.equal(code, 1);
      const { error } = JSON.parse(stdout) as { error: { code: string; message: string } };
      assert.equal(error.code, 'content_unreadable');
      assert.match(stderr, /^error: /);
    });
  });

  describe('check', () => {
    it('finds no problem in good content, exits with 0 and writes nothing', async () => {
      const { code, stdout, stderr } = await run('check');
      assert.deepEqual([code, stderr], [0, '']);
      assert.match(stdout, /2 documents can be indexed, 0 left out, 0 warnings\./);
      assert.deepEqual(readdirSync(folder.path), ['content']);
    });

    it('lists every problem with file, line and remedy, and exits with 1', async () => {
      folder.write('content/yaml.md', '---\ntitle: "open\nanswer: [\n---\n');
      for (let at = 0; at < 25; at++) folder.write(`content/bad-${at}.md`, NO_TITLE);
      folder.write('content/twin.md', TIDES);
      const { code, stdout } = await run('check');
      assert.equal(code, 1);
      assert.equal([...stdout.matchAll(/\[title_missing\]/g)].length, 25);
      assert.match(stdout, /yaml\.md:\d+ {2}.*\[front_matter_invalid\]/);
      assert.match(stdout, /twin\.md.*\[url_duplicate\]/);
      assert.deepEqual(readdirSync(folder.path), ['content']);
      const report = await json<{
        documents: number;
        skipped: number;
        warnings: number;
        problems: unknown[];
      }>('check');
      assert.deepEqual([report.documents, report.skipped, report.problems.length], [2, 27, 27 + report.warnings]);
    });

    it('exits with 1 if there is nothing to index', async () => {
      for (const name of readdirSync(join(folder.path, 'content'))) rmSync(join(folder.path, 'content', name));
      const { code, stdout } = await run('check');
      assert.equal(code, 1);
      assert.match(stdout, /No document can be indexed/);
      assert.equal((await run('check', '--content', 'nowhere')).code, 1);
    });

    it('escapes control characters in file names and values', async () => {
      folder.write('content/\u001b[2Jevil.md', '---\ntitle: 7\nurl: "javascript:\\e]0;x\\a"\nanswer: x\n---\n');
      const { code, stdout } = await run('check');
      assert.equal(code, 1);
      assert.match(stdout, /\\u001b\[2Jevil\.md/);
      isPlain(stdout);
    });
  });

  describe('search', () => {
    it('prints a remedy if there is no index', async () => {
      const { code, stdout, stderr } = await run('search', 'sky');
      assert.deepEqual([code, stdout], [1, '']);
      assert.equal(stderr, 'error: There is no index to search yet.\n  Run "askdex index" first.\n');
    });

    it('finds a question by other words, several words without quotes', async () => {
      await run('index', '--quiet');
      const { code, stdout, stderr } = await run('search', 'blue', 'sky', 'scattering');
      assert.deepEqual([code, stderr], [0, '']);
      assert.match(
        stdout,
        /1 hit for "blue sky scattering" in [\d.]+ ms\n\n 1\. Why is the sky blue\?\n {4}\/q\/why-is-the-sky-blue · Tests\n/,
      );
      isPlain(stdout);
    });

    it('shows up to three passages of a hit, each under its heading, truncated ones with an ellipsis', async () => {
      const long = `${'Much is said of it here. '.repeat(12)}Rods of iron see it at night. ${'And more. '.repeat(30)}`;
      const text = `Cones see colour.\n\n## Why iron?\n\n${long}\n\n## Why iron?\n\nA zebra sees it too.`;
      folder.write('content/eye.md', question('How do we see?', text));
      await run('index', '--quiet');
      const { stdout } = await run('search', 'cones', 'iron', 'zebra');
      const passages = stdout.split('\n').filter((line) => /^ {4}\S/.test(line) && !line.includes('/q/'));
      assert.equal(passages.length, 3);
      for (const passage of [
        /^ {4}Cones see colour\.$/,
        /^ {4}(Why iron\? )?… .* iron .* …$/,
        /A zebra sees it too\.$/,
      ])
        assert.ok(
          passages.some((line) => passage.test(line)),
          stdout,
        );
      assert.equal([...stdout.matchAll(/Why iron\? /g)].length, 1);
    });

    it('highlights words on a terminal', async () => {
      await run('index', '--quiet');
      const { stdout } = await askdex(['search', 'blue'], { folder: folder.path, colors: true });
      assert.match(stdout, /\u001b\[33mblue\u001b\[39m/);
    });

    it("prints the API's answer with --json, members in the same order", async () => {
      await run('index', '--quiet');
      const answer = await json<Record<string, unknown>>('search', 'moon', '--limit', '1');
      const names = Object.keys(answer);
      assert.deepEqual(names.slice(0, 4), ['query', 'hits', 'totalHits', 'totalHitsExact']);
      assert.deepEqual(names.slice(-2), ['processingTimeMs', 'generation']);
      assert.equal(answer['limit'], 1);
      assert.equal((answer['hits'] as { url: string }[])[0]?.url, '/q/what-causes-the-tides');
    });

    it('handles 0 hits, no hits, hostile words and a query that begins with a dash', async () => {
      await run('index', '--quiet');
      assert.match(
        (await run('search', 'xyzzyplugh')).stdout,
        /^No hits for "xyzzyplugh"\.\nDid not count: xyzzyplugh\n$/,
      );
      assert.equal((await json<{ hits: unknown[] }>('search', 'sky', '--limit', '0')).hits.length, 0);
      assert.equal((await run('search', '--', '--sky')).code, 0);
      const { code, stdout } = await run('search', '\u001b[31m\u0000 sky');
      assert.equal(code, 0);
      isPlain(stdout);
      const long = await run('search', 'x'.repeat(2001));
      assert.equal(long.code, 1);
      assert.match(long.stderr, /2001 characters; at most 2000 are allowed/);
    });

    it('escapes control characters in documents', async () => {
      folder.write(
        'content/evil.md',
        question('Evil \u001b[31m title \u009b2J', 'Evil \u001b]0;pwned\u0007 answer \u202e.'),
      );
      await run('index', '--quiet');
      for (const colors of [false, true]) {
        const { stdout } = await askdex(['search', 'evil'], { folder: folder.path, colors });
        assert.match(stdout, /Evil/);
        isPlain(colors ? stdout.replace(/\u001b\[\d+m/g, '') : stdout);
        assert.doesNotMatch(stdout, /\u001b\[31m/);
      }
    });

    it('skips a damaged generation and reports it', async () => {
      await run('index', '--quiet');
      folder.write('content/rain.md', question('Why does it rain?', 'Drops grow until they fall.'));
      const { generation } = await json<IndexJson>('index');
      const damaged = join(folder.path, 'index-data/generations', generation);
      for (const name of readdirSync(damaged)) writeFileSync(join(damaged, name), 'damaged');
      const { code, stdout, stderr } = await run('search', 'tides');
      assert.equal(code, 0, stderr);
      assert.match(stdout, /What causes the tides/);
      assert.match(stderr, new RegExp(`^warning: passed over generation .*${generation}`));
    });
  });

  describe('rollback', () => {
    it('goes back to the previous generation, and forward to a named one', async () => {
      const first = await json<IndexJson>('index');
      folder.write('content/rain.md', question('Why does it rain?', 'Drops grow until they fall.'));
      const second = await json<IndexJson>('index');
      assert.equal((await json<{ hits: unknown[] }>('search', 'rain drops')).hits.length, 1);
      const back = await run('rollback');
      assert.equal(back.code, 0, back.stderr);
      assert.match(
        back.stdout,
        new RegExp(`^Generation ${first.generation} of .* with 2 documents is current again\\.\n$`),
      );
      assert.equal((await json<{ hits: unknown[] }>('search', 'rain drops')).hits.length, 0);
      assert.equal((await json<{ generation: string }>('rollback', second.generation)).generation, second.generation);
      assert.equal((await json<{ hits: unknown[] }>('search', 'rain drops')).hits.length, 1);
    });

    it('fails if there is no earlier generation, none of that name, or the name is a path', async () => {
      assert.equal((await run('rollback')).code, 1);
      await run('index', '--quiet');
      for (const name of ['20250101T000000Z-000000000000', '../../etc', '/etc/passwd', '..', '']) {
        const { code, stderr } = await run('rollback', name);
        assert.equal(code, 1, name);
        assert.match(stderr, /^error: /);
      }
      assert.match((await run('rollback')).stderr, /^error: /);
    });
  });
});
