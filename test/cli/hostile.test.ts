import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, symlinkSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { askdex, Process, question, SKY, temporaryFolder, type TemporaryFolder } from './harness.js';

interface Report {
  readonly documents: number;
  readonly skipped: readonly {
    file: string;
    code: string;
    line: number | null;
    reason: string;
    remedy: string;
  }[];
  readonly warnings: readonly { file: string | null; code: string }[];
}

const ALIAS_BOMB = `---\ntitle: x\na: &a [1,1,1,1,1,1,1,1,1]\n${[...'bcdefgh']
  .map((name, at) => `${name}: &${name} [${`*${'abcdefgh'[at]},`.repeat(9).slice(0, -1)}]`)
  .join('\n')}\nanswer: x\n---\n`;
const utf16 = (text: string) => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);

/** Every kind of bad file, with the expected problem code. */
const BAD: Readonly<Record<string, { content: string | Uint8Array; code: RegExp }>> = {
  'alias-bomb.md': { content: ALIAS_BOMB, code: /^front_matter_/ },
  'binary.md': {
    content: Uint8Array.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2, 0, 0xff]),
    code: /^file_(?:binary|encoding)$/,
  },
  'broken-yaml.md': { content: '---\ntitle: "open\nanswer: [\n---\n', code: /^front_matter_invalid$/ },
  'duplicate.md': { content: question('Why is the sky blue?', 'Again.'), code: /^url_duplicate$/ },
  'js.md': { content: `---js\nprocess.exit(7)\n---\n`, code: /^front_matter_unsafe$/ },
  'json.md': { content: '---json\n{"title":"x","answer":"y"}\n---\n', code: /^front_matter_unsafe$/ },
  'latin1.md': {
    content: Buffer.from(question('Où est le café?', 'Là-bas, à côté.'), 'latin1'),
    code: /^file_encoding$/,
  },
  'list.md': { content: '---\n- a\n- b\n---\ntext\n', code: /^front_matter_/ },
  'no-answer.md': {
    content: '---\ntitle: Alone?\nurl: /q/alone\nanswer: ""\n---\n',
    code: /^answer_missing$/,
  },
  'no-title.md': { content: '---\nurl: /q/untitled\nanswer: Text.\n---\n', code: /^title_missing$/ },
  'script-url.md': {
    content: '---\ntitle: X?\nurl: "javascript:alert(1)"\nanswer: Y.\n---\n',
    code: /^url_invalid$/,
  },
  'unclosed.md': { content: '---\ntitle: X?\nanswer: Y.\n', code: /^front_matter_/ },
  'utf16.md': { content: utf16(question('Wide?', 'Very wide.')), code: /^file_encoding$/ },
  'wrong-types.md': {
    content: '---\ntitle: [a, b]\nurl: /q/types\nanswer: {a: 1}\n---\n',
    code: /^field_type$/,
  },
};

describe('a hostile content folder, end to end', () => {
  let folder: TemporaryFolder;
  const inContent = (name: string) => join(folder.path, 'content', name);
  const byFile = ({ skipped }: Report) => new Map(skipped.map((problem) => [problem.file, problem]));

  beforeEach(() => {
    folder = temporaryFolder({
      'content/a-sky.md': SKY,
      'content/crlf.md': question('Is CRLF fine?', 'Carriage returns are taken without a word.').replaceAll(
        '\n',
        '\r\n',
      ),
      'content/bom.md': `\ufeff${question('Is a BOM fine?', 'Byte order marks are taken without a word.')}`,
      'outside/secret.md': question('Secret?', 'Passwords.'),
    });
    for (const [name, { content }] of Object.entries(BAD)) folder.write(`content/${name}`, content);
    folder.write('content/huge.md', '');
    truncateSync(inContent('huge.md'), 50 * 1024 * 1024);
    symlinkSync('../outside/secret.md', inContent('out.md'));
    symlinkSync('.', inContent('loop'));
    symlinkSync('self.md', inContent('self.md'));
    symlinkSync('gone.md', inContent('dangling.md'));
  });
  afterEach(() => folder.remove());

  it('is indexed except for bad files, each reported with reason and remedy, and no code runs', async () => {
    const pipe = inContent('pipe.md');
    try {
      execFileSync('mkfifo', [pipe], { stdio: 'ignore' });
    } catch {
      // Not every file system allows this one. The others are still checked.
    }
    const { code, stdout, stderr } = await askdex(['index', '--json'], { folder: folder.path });
    assert.equal(code, 0, stderr);
    const report = JSON.parse(stdout) as Report;
    assert.equal(report.documents, 3);
    const found = byFile(report);
    for (const [name, { code: expected }] of Object.entries(BAD)) {
      const problem = found.get(name);
      assert.ok(problem !== undefined, `${name} is named`);
      assert.match(problem.code, expected, name);
      assert.ok(problem.reason.length > 0 && problem.remedy.length > 0, name);
    }
    assert.equal(found.get('huge.md')?.code, 'file_too_large');
    assert.equal(found.get('out.md')?.code, 'symlink_outside');
    assert.equal(found.get('loop')?.code, 'symlink_loop');
    for (const name of ['self.md', 'dangling.md']) assert.ok(found.has(name), `${name} is named`);
    assert.ok(!existsSync(pipe) || found.has('pipe.md'), 'the pipe is named');
    for (const name of ['a-sky.md', 'crlf.md', 'bom.md']) {
      assert.ok(!found.has(name) && !report.warnings.some(({ file }) => file === name), `${name}: not a word`);
    }
    for (const query of ['carriage returns', 'byte order marks', 'blue sky']) {
      const { stdout: hits } = await askdex(['search', query, '--json'], { folder: folder.path });
      assert.ok((JSON.parse(hits) as { totalHits: number }).totalHits > 0, query);
    }
    const { stdout: secret } = await askdex(['search', 'passwords', '--json'], { folder: folder.path });
    assert.equal((JSON.parse(secret) as { totalHits: number }).totalHits, 0);
  });

  it('is checked with the same findings, without writing anything', async () => {
    const { code, stdout } = await askdex(['check', '--json'], { folder: folder.path });
    assert.equal(code, 1);
    const { problems, documents } = JSON.parse(stdout) as { documents: number; problems: { file: string }[] };
    assert.equal(documents, 3);
    for (const name of [...Object.keys(BAD), 'huge.md', 'out.md', 'loop', 'self.md', 'dangling.md']) {
      assert.ok(
        problems.some(({ file }) => file === name),
        name,
      );
    }
    assert.ok(!existsSync(join(folder.path, 'index-data')));
  });

  it('is indexed except for an unreadable file, which is reported', async function () {
    if (process.getuid?.() === 0) {
      this.test!.title += ' — left out: root reads every file';
      this.skip();
    }
    chmodSync(inContent('a-sky.md'), 0);
    const { stdout } = await askdex(['index', '--json'], { folder: folder.path });
    assert.equal(byFile(JSON.parse(stdout) as Report).get('a-sky.md')?.code, 'file_unreadable');
  });

  it('does not stop a server', async () => {
    const environment = { PORT: '0', ASKDEX_SCHEDULE: 'off' };
    const server = new Process(['serve'], folder.path, environment);
    try {
      const [, url = ''] = await server.says('stdout', /serves (http:\/\/[^\s"]+)/);
      await server.says('stdout', /build published/);
      assert.equal((await fetch(`${url}/v1/search?q=sky`)).status, 200);
    } finally {
      server.child.kill('SIGTERM');
      await server.ended;
    }
  });
});
