import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AskdexError } from '../../../src/core/errors.js';
import { createDocumentSource, DEFAULT_MAPPING } from '../../../src/adapters/markdown/source.js';
import { mappingSchema } from '../../../src/adapters/markdown/mapping-schema.js';
import { cleanUp, folderOf, readAll, told } from './harness.js';

after(cleanUp);

const GOOD = '# Good\n\nText.';
const isRoot = process.getuid?.() === 0;

/** `file:code` of each problem, with `!` if the document is skipped. */
async function named(folder: string): Promise<string[]> {
  const { problems } = await readAll(folder);
  return problems.map(({ file, code, skipped }) => `${file}:${code}${skipped ? '!' : ''}`);
}

describe('a folder of Markdown files', () => {
  it('is listed by path in UTF-16 order, Markdown files only', async () => {
    const files = [
      'b.md',
      'a/z.md',
      'a.md',
      'a/b/c.markdown',
      'B.MD',
      'é.mdx',
      'a-b.md',
      'note.txt',
      '.hidden.md',
      '.git/x.md',
      'node_modules/p/README.md',
      'md',
    ];
    const { paths } = await readAll(folderOf(Object.fromEntries(files.map((file) => [file, GOOD]))));
    assert.deepEqual(paths, ['B.MD', 'a-b.md', 'a.md', 'a/b/c.markdown', 'a/z.md', 'b.md', 'é.mdx']);
  });

  it('has versions that change with each file', async () => {
    const folder = folderOf({ 'a.md': GOOD });
    const source = createDocumentSource({ path: folder, mapping: DEFAULT_MAPPING });
    const [first] = (await source.scan()).entries;
    assert.equal((await source.scan()).entries[0]?.version, first?.version);
    writeFileSync(join(folder, 'a.md'), `${GOOD}!`);
    assert.notEqual((await source.scan()).entries[0]?.version, first?.version);
  });

  it('is read with CRLF, CR and a byte order mark, without a warning', async () => {
    const text = '---\ntitle: T\nanswer: |\n  a\n\n  b\nurl: /a\n---\n';
    const { documents, problems } = await readAll(
      folderOf({
        'a.md': text.replaceAll('\n', '\r\n'),
        'b.md': `\uFEFF${text}`,
        'c.md': `\uFEFF${text.replaceAll('\n', '\r\n')}`,
        'd.md': text.replaceAll('\n', '\r'),
      }),
    );
    assert.deepEqual(problems, []);
    assert.deepEqual(
      documents.map(({ title, answer }) => `${title}:${answer.text}`),
      Array(4).fill('T:a\nb'),
    );
  });

  it('is read even if some files are bad, each of which is reported', async () => {
    const utf16 = (text: string, bom: boolean) => Buffer.from(`${bom ? '\uFEFF' : ''}${text}`, 'utf16le');
    const folder = folderOf({
      'good.md': GOOD,
      'binary.md': Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 0xff, 1, 2, 3, 4]),
      'broken.md': '---\ntitle: a: b\n---\n',
      'empty.md': '',
      'blank.md': ' \n\n',
      'js.md': '---js\n{}\n---\n',
      'latin1.md': Buffer.from('# Caf\u00e9\n\ntext', 'latin1'),
      'large.md': '',
      'utf16be.md': utf16(GOOD, true).swap16(),
      'utf16le.md': utf16(GOOD, true),
      'utf16nobom.md': utf16(GOOD, false),
      'utf32.md': Buffer.from([0xff, 0xfe, 0, 0, 0x41, 0, 0, 0]),
    });
    truncateSync(join(folder, 'large.md'), 50_000_000);
    const { documents, problems } = await readAll(folder);
    assert.deepEqual(
      documents.map(({ url }) => url),
      ['/good'],
    );
    assert.deepEqual(problems.map(({ file, code }) => `${file}:${code}`).sort(), [
      'binary.md:file_binary',
      'blank.md:file_empty',
      'broken.md:front_matter_invalid',
      'empty.md:file_empty',
      'js.md:front_matter_unsafe',
      'large.md:file_too_large',
      'latin1.md:file_encoding',
      'utf16be.md:file_encoding',
      'utf16le.md:file_encoding',
      'utf16nobom.md:file_encoding',
      'utf32.md:file_encoding',
    ]);
    for (const problem of problems) {
      assert.equal(problem.skipped, true);
      assert.match(problem.reason, /\w.*\.$/);
      assert.match(problem.remedy, /\w/);
    }
    const remedy = (file: string) => problems.find((problem) => problem.file === file)?.remedy ?? '';
    assert.match(remedy('latin1.md'), /Latin-1/);
    assert.match(remedy('utf16le.md'), /UTF-16 little-endian/);
    assert.match(remedy('utf16be.md'), /UTF-16 big-endian/);
    assert.match(remedy('utf16nobom.md'), /UTF-16 little-endian/);
    assert.equal(problems.find((problem) => problem.file === 'broken.md')?.line, 2);
  });

  it('is listed with links that stay inside the content, and no file twice', async () => {
    const outside = folderOf({ 'secret.md': '# Secret\n\nx', 'sub/s.md': '# S\n\nx' });
    const folder = folderOf({
      'a.md': GOOD,
      'real/b.md': GOOD,
      '..data/c.md': GOOD,
      '..data/sub/d.md': GOOD,
      'x/y/z.md': GOOD,
    });
    symlinkSync('..data/c.md', join(folder, 'c.md'));
    symlinkSync('..data/sub', join(folder, 'sub'));
    symlinkSync('a.md', join(folder, 'again.md'));
    symlinkSync('real', join(folder, 'alias'));
    symlinkSync(join(outside, 'secret.md'), join(folder, 'out.md'));
    symlinkSync(join(outside, 'sub'), join(folder, 'outfolder'));
    symlinkSync('/dev/zero', join(folder, 'zero.md'));
    symlinkSync('.', join(folder, 'self'));
    symlinkSync('../..', join(folder, 'x/y/up'));
    symlinkSync('loop.md', join(folder, 'loop.md'));
    symlinkSync('nowhere.md', join(folder, 'broken.md'));
    const { documents } = await readAll(folder);
    assert.deepEqual(
      documents.map(({ url }) => url),
      ['/a', '/c', '/real/b', '/sub/d', '/x/y/z'],
    );
    assert.deepEqual(await named(folder), [
      'broken.md:symlink_broken!',
      'loop.md:symlink_loop!',
      'out.md:symlink_outside!',
      'outfolder:symlink_outside!',
      'self:symlink_loop!',
      'x/y/up:symlink_loop!',
      'zero.md:symlink_outside!',
    ]);
  });

  it('may itself be reached through a link', async () => {
    const folder = folderOf({ 'a.md': GOOD });
    const link = join(folderOf({}), 'link');
    symlinkSync(folder, link);
    assert.equal((await readAll(link)).documents.length, 1);
  });

  it('is read without opening pipes', async function () {
    const folder = folderOf({ 'a.md': GOOD });
    if (process.platform === 'win32') this.skip();
    execFileSync('mkfifo', [join(folder, 'pipe.md')]);
    mkdirSync(join(folder, 'folder.md'));
    assert.deepEqual(await named(folder), ['pipe.md:file_not_regular!']);
  });

  it(`is read except for an unreadable file and folder, which are reported${isRoot ? ' — skipped: root reads every file' : ''}`, async function () {
    if (isRoot) this.skip();
    const folder = folderOf({ 'a.md': GOOD, 'b.md': GOOD, 'c/d.md': GOOD });
    chmodSync(join(folder, 'b.md'), 0);
    chmodSync(join(folder, 'c'), 0);
    assert.deepEqual((await named(folder)).sort(), ['b.md:file_unreadable!', 'c:folder_unreadable!']);
    chmodSync(join(folder, 'c'), 0o700);
  });

  it('reports files that vanish, change or become something else after the listing', async () => {
    const folder = folderOf({
      'gone.md': GOOD,
      'new.md': GOOD,
      'pipe.md': GOOD,
      'link.md': GOOD,
      'folder.md': GOOD,
      'grown.md': GOOD,
    });
    const secret = join(folderOf({ 'secret.md': '# Secret\n\nx' }), 'secret.md');
    const source = createDocumentSource({ path: folder, mapping: DEFAULT_MAPPING });
    const { entries } = await source.scan();
    for (const name of ['gone', 'pipe', 'link', 'folder']) rmSync(join(folder, `${name}.md`));
    writeFileSync(join(folder, 'new.md'), '# New\n\nOther text.');
    execFileSync('mkfifo', [join(folder, 'pipe.md')]);
    symlinkSync(secret, join(folder, 'link.md'));
    mkdirSync(join(folder, 'folder.md'));
    truncateSync(join(folder, 'grown.md'), 3 * 1024 * 1024);
    const found: Record<string, string[]> = {};
    for (const entry of entries) {
      for await (const item of source.read(entry)) {
        (found[entry.path] ??= []).push(
          item.kind === 'document' ? item.document.title : (told([item.problem])[0] ?? ''),
        );
      }
    }
    assert.deepEqual(found, {
      'gone.md': ['file_vanished!'],
      'new.md': ['file_changed', 'New'],
      'pipe.md': ['file_not_regular!'],
      'link.md': ['file_changed!'],
      'folder.md': ['file_not_regular!'],
      'grown.md': ['file_too_large!'],
    });
  });

  it('refuses to read a path outside the folder, whatever entry is passed', async () => {
    const folder = folderOf({ 'in/a.md': GOOD, 'secret.md': GOOD });
    const source = createDocumentSource({ path: join(folder, 'in'), mapping: DEFAULT_MAPPING });
    for await (const item of source.read({ path: '../secret.md', version: '' })) {
      assert.equal(item.kind, 'problem');
    }
  });

  it('can be read again after the folder was replaced', async () => {
    const folder = folderOf({ 'a/x.md': GOOD, 'b/y.md': GOOD });
    const source = createDocumentSource({ path: join(folder, 'a'), mapping: DEFAULT_MAPPING });
    assert.equal((await source.scan()).entries[0]?.path, 'x.md');
    renameSync(join(folder, 'a'), join(folder, 'c'));
    renameSync(join(folder, 'b'), join(folder, 'a'));
    assert.equal((await source.scan()).entries[0]?.path, 'y.md');
  });

  it('fails with content_unreadable, without a path, if it cannot be read', async () => {
    const folder = folderOf({ 'a.txt': 'x', 'c.md': GOOD });
    for (const path of ['missing', 'a.txt', 'c.md', 'a.txt/x']) {
      const source = createDocumentSource({ path: join(folder, path), mapping: DEFAULT_MAPPING });
      await assert.rejects(source.scan(), (error: unknown) => {
        assert.ok(error instanceof AskdexError);
        assert.equal(error.code, 'content_unreadable');
        assert.ok(!error.message.includes(folder));
        assert.ok(error.remedy);
        return true;
      });
    }
  });

  it('stops being read if the build is canceled', async () => {
    const source = createDocumentSource({ path: folderOf({ 'a.md': GOOD }), mapping: DEFAULT_MAPPING });
    await assert.rejects(source.scan({ aborted: true }), { code: 'build_canceled' });
  });

  it('has an id that names the mapping, the version and the accepted fields', () => {
    const id = (mapping: unknown, rest = {}) =>
      createDocumentSource({ path: '/x', mapping: mappingSchema.parse(mapping), ...rest }).id;
    const ids = [
      id({}),
      id({ title: 'name' }),
      id({ preset: 'site' }),
      id({ urlPrefix: '/d' }),
      id({}, { version: '2' }),
      id({}, { allowEmptyText: true }),
    ];
    assert.equal(new Set(ids).size, ids.length);
    assert.equal(id({}), id({ preset: 'auto' }));
    assert.equal(id({ title: 'a' }), id({ title: ['a'] }));
  });
});
