import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { askdex, SKY, temporaryFolder, TIDES, type TemporaryFolder } from './harness.js';

const jsonl = (...lines: unknown[]) => lines.map((line) => `${JSON.stringify(line)}\n`).join('');

const CORPUS = jsonl(
  { _id: 'sky', title: 'Why is the sky blue?', text: 'Air scatters short waves.', keywords: 'optics' },
  { _id: 'tides', title: 'What causes the tides?', text: 'The pull of the moon.' },
  { _id: 'sea', title: '', text: 'The sea looks blue as it mirrors the sky.' },
  { _id: 'empty', title: 'Nothing said', text: '' },
);
const QUERIES = jsonl({ _id: 'q1', text: 'looks mirrors waves' }, { _id: 'q2', text: 'moon' });
// q1 finds sea before sky. DCG = 1/log2(2) + 2/log2(3) = 2.2618595, IDCG = 2/log2(2) + 1/log2(3) = 2.6309298, and their
// ratio is 0.8597186; q2 ranks its relevant document first. The mean is (0.8597186 + 1) / 2 = 0.9298593.
const QRELS = 'q1\tsea\t1\nq1\tsky\t2\nq2\ttides\t1\n';
const NDCG = 0.929859;

describe('askdex eval', () => {
  let folder: TemporaryFolder;
  beforeEach(() => {
    folder = temporaryFolder({ 'c.jsonl': CORPUS, 'q.jsonl': QUERIES, 'r.tsv': QRELS });
  });
  afterEach(() => folder.remove());
  const names = { corpus: 'c.jsonl', queries: 'q.jsonl', qrels: 'r.tsv' };
  const run = (files: Partial<typeof names> = {}, ...more: string[]) => {
    const all = { ...names, ...files };
    const { corpus, queries, qrels } = all;
    const args = ['eval', '--corpus', corpus, '--queries', queries, '--qrels', qrels, ...more];
    return askdex(args, { folder: folder.path });
  };
  const json = (text: string) => JSON.parse(text) as Record<string, number>;

  for (const ranking of ['default', 'bm25', 'minisearch']) {
    it(`prints one object of measures with --json: ${ranking}`, async () => {
      const { code, stdout, stderr } = await run({}, '--ranking', ranking, '--json');
      assert.deepEqual([code, stderr], [0, '']);
      const { meanMs = -1, p95Ms = -1, ...measures } = json(stdout);
      assert.deepEqual(measures, { queries: 2, ndcg10: NDCG, mrr10: 1, recall100: 1 });
      assert.ok(meanMs >= 0 && p95Ms >= meanMs);
    });
  }

  it('prints a table and leaves no files behind', async () => {
    const { code, stdout, stderr } = await run();
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout, /^ranking +default\ndocuments +4\nqueries +2\nnDCG@10 +0\.9299\nMRR@10 +1\.0000\n/);
    assert.match(stdout, /\nrecall@100 +1\.0000\nmean time +[\d.]+ ms\n95 % within +[\d.]+ ms\n$/);
    assert.deepEqual(readdirSync(folder.path).sort(), ['c.jsonl', 'q.jsonl', 'r.tsv']);
  });

  it('reads gzip files', async () => {
    folder.write('c.jsonl.gz', gzipSync(CORPUS));
    folder.write('q.jsonl.gz', gzipSync(QUERIES));
    folder.write('r.tsv.gz', gzipSync(QRELS));
    const packed = { corpus: 'c.jsonl.gz', queries: 'q.jsonl.gz', qrels: 'r.tsv.gz' };
    const { code, stdout } = await run(packed, '--json');
    assert.deepEqual([code, json(stdout)['ndcg10']], [0, NDCG]);
  });

  it('measures a content folder, whose documents are identified by url', async () => {
    folder.write('content/sky.md', SKY);
    folder.write('content/tides.md', TIDES);
    folder.write('r.tsv', 'q2 0 /q/what-causes-the-tides 1\nq1 0 /q/why-is-the-sky-blue 1\n');
    const { code, stdout, stderr } = await run({ corpus: 'content' }, '--json');
    assert.deepEqual([code, stderr, json(stdout)['ndcg10']], [0, '', 1]);
  });

  it('uses the configured ranking and language by default', async () => {
    folder.write('askdex.config.json', '{"ranking": "bm25"}');
    assert.match((await run()).stdout, /^ranking +bm25\n/);
    assert.match((await run({}, '--ranking', 'default')).stdout, /^ranking +default\n/);
  });

  it('draws a progress bar on a terminal and clears it', async () => {
    const { corpus, queries, qrels } = names;
    const args = ['eval', '--corpus', corpus, '--queries', queries, '--qrels', qrels];
    const { stdout, stderr } = await askdex(args, { folder: folder.path, stderrIsTty: true });
    assert.match(stderr, /\r\u001b\[K[█░]+ +\d+ % {2}measuring/);
    assert.ok(stderr.endsWith('\r\u001b[K'));
    assert.match(stdout, /nDCG@10/);
  });

  it('reports skipped lines on standard error', async () => {
    folder.write('c.jsonl', CORPUS + jsonl({ _id: 'sky', title: 'Twin', text: 'x' }));
    folder.write(
      'q.jsonl',
      QUERIES + jsonl({ _id: 'q3', text: 'x' }, { _id: 'q4', text: 'y' }, { _id: 'q5', text: 'z' }),
    );
    folder.write('r.tsv', `${QRELS}q2 gone 0\nq1 lost -1\nq5 sky 0\nq9 sky 1\n`);
    const { code, stdout, stderr } = await run({}, '--json');
    assert.deepEqual([code, json(stdout)['queries'], json(stdout)['ndcg10']], [0, 2, NDCG]);
    for (const line of [
      'warning: 2 queries without any judgement left out.',
      'warning: 1 query without a relevant document left out.',
      'warning: r.tsv judges 1 query missing from q.jsonl.',
      'warning: r.tsv names 2 documents missing from c.jsonl; a relevant one counts as not found.',
      'warning: 1 document of the corpus left out.',
    ])
      assert.ok(stderr.split('\n').includes(line), `${line}\n${stderr}`);
    assert.match(stderr, /c\.jsonl:5 {2}.*\[url_duplicate\]/);
  });

  it('finds nothing for an empty query', async () => {
    folder.write('q.jsonl', jsonl({ _id: 'q1', text: ' ' }));
    const { stdout } = await run({}, '--json');
    assert.deepEqual([json(stdout)['queries'], json(stdout)['ndcg10']], [1, 0]);
  });

  const wrong: [name: string, files: Record<string, string | Uint8Array>, says: RegExp][] = [
    ['a corpus line that is no JSON', { 'c.jsonl': `${CORPUS}{"_id"\n` }, /"c\.jsonl", line 5: .*not JSON/],
    ['an empty corpus', { 'c.jsonl': '' }, /"c\.jsonl": it contains no documents/],
    ['a corpus without ids', { 'c.jsonl': '{"title":"x"}\n' }, /"c\.jsonl", line 1: .*nor an id/],
    ['a query line that is no JSON', { 'q.jsonl': `${QUERIES}{"_id"\n` }, /"q\.jsonl", line 3: it is not JSON/],
    ['a broken grade', { 'r.tsv': 'q1\tsky\t1\nq1\tsea\t0.5\n' }, /"r\.tsv", line 2: the grade "0\.5"/],
    ['columns that lack', { 'r.tsv': 'q1\tsky\n' }, /"r\.tsv", line 1: it has 2 columns/],
    [
      'files that do not belong together',
      { 'r.tsv': 'other sky 1\n' },
      /no query of "q\.jsonl" has a relevant document/,
    ],
    ['no relevant document', { 'r.tsv': 'q1 sky 0\n' }, /no query of "q\.jsonl" has a relevant document/],
    ['an empty qrels file', { 'r.tsv': '' }, /no query of/],
    ['a file that is not UTF-8', { 'r.tsv': Uint8Array.of(0x71, 0xff) }, /"r\.tsv": it is not UTF-8/],
  ];
  for (const [name, files, says] of wrong) {
    it(`refuses ${name}, with file, line and remedy`, async () => {
      for (const [file, content] of Object.entries(files)) folder.write(file, content);
      const { code, stdout, stderr } = await run({}, '--json');
      assert.equal(code, 1);
      assert.match(stderr, says);
      assert.match(stderr, /error: .*\n {2}\S/);
      const { error } = JSON.parse(stdout) as { error: { code: string; remedy: string } };
      assert.equal(error.code, 'evaluation_invalid');
    });
  }

  for (const [option, name] of Object.entries({ corpus: 'no.jsonl', queries: 'no.jsonl', qrels: 'no.tsv' })) {
    it(`names the missing file of --${option}`, async () => {
      const { code, stdout, stderr } = await run({ [option]: name });
      assert.deepEqual([code, stdout], [1, '']);
      assert.ok(stderr.startsWith(`error: "${name}": `), stderr);
    });
  }

  it('refuses a gzip file that is not gzip', async () => {
    folder.write('q.jsonl.gz', 'no gzip');
    folder.write('c.jsonl.gz', gzipSync(CORPUS).subarray(0, 60));
    assert.match((await run({ queries: 'q.jsonl.gz' })).stderr, /"q\.jsonl\.gz": it cannot be decompressed/);
    assert.match((await run({ corpus: 'c.jsonl.gz' })).stderr, /"c\.jsonl\.gz".*decompressed/);
  });

  it('escapes control characters in files', async () => {
    folder.write('r.tsv', 'q1 sky \u001b[2J\n');
    const { stderr } = await run();
    assert.match(stderr, /grade "\\u001b\[2J"/);
    assert.doesNotMatch(stderr, /\u001b/);
  });
});
