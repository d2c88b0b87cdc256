// Size of the downloads of a client, beside the peers' indexes, all at brotli 11.
// usage: node bench/downloads.mjs CORPUS [--index FOLDER]
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';
import { plain, readCorpus } from './lib/corpus.mjs';
import { peer, readArguments, withExports } from './lib/generation.mjs';
import { miniSearchOf } from './lib/peers.mjs';
import { count, mb, percent, printTable } from './lib/table.mjs';

const compress = promisify(brotliCompress);

/** Raw bytes and bytes at brotli 11. Asynchronous, so that several run at once. */
async function brotli(text) {
  const bytes = Buffer.from(text);
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: 11,
    [constants.BROTLI_PARAM_LGWIN]: 24,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  return { raw: bytes.length, packed: (await compress(bytes, { params })).length };
}

/** Lunr over a corpus, with its own pipeline and defaults. It stores only keys. */
async function lunrOf(questions) {
  const lunr = await peer('lunr');
  return lunr(function build() {
    this.ref('url');
    this.field('title');
    this.field('answer');
    this.field('keywords');
    for (const question of questions) this.add(plain(question));
  });
}

/** Orama over a corpus, set up as in its documentation. It stores the inserted documents. */
async function oramaOf(questions) {
  const { create, insertMultiple, save } = await import('@orama/orama');
  const schema = { title: 'string', answer: 'string', keywords: 'string', url: 'string', subject: 'string' };
  const database = await create({ schema });
  const documents = questions.map((question) => ({
    ...plain(question),
    subject: plain(question).subject ?? '',
  }));
  await insertMultiple(database, documents, 500);
  return save(database);
}

const { positionals, values } = readArguments('node bench/downloads.mjs CORPUS.jsonl[.gz] [--index FOLDER]');
const [content] = positionals;

const texts = ['none', 'full'];
await withExports(content, values.index, { texts }, async (folder) => {
  const ours = {};
  for (const text of texts) {
    ours[text] = {
      raw: readFileSync(join(folder, text, 'index.askdex')).length,
      packed: readFileSync(join(folder, text, 'index.askdex.br')).length,
    };
  }
  const questions = await readCorpus(content);
  console.log(`## Downloads\n\n${count(questions.length)} questions.\n`);
  const [miniSearch, lunr, orama] = await Promise.all([
    brotli(JSON.stringify(await miniSearchOf(questions))),
    brotli(JSON.stringify(await lunrOf(questions))),
    brotli(JSON.stringify(await oramaOf(questions))),
  ]);
  const row = (name, { raw, packed }, wanted = '') => [
    name,
    mb(raw),
    mb(packed),
    percent(ours.none.packed / packed),
    wanted,
  ];
  printTable([
    ['what', 'raw', 'brotli 11', 'text=none is', 'at most'],
    row('Askdex, text=none (with descriptions)', ours.none),
    row('Askdex, text=full (with answers)', ours.full),
    row('MiniSearch, without answers', miniSearch, '60 %'),
    row('Lunr, keys only', lunr, '30 %'),
    row('Orama, with answers', orama, '12 %'),
  ]);
});
