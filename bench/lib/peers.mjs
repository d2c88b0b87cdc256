import { plain } from './corpus.mjs';
import { peer } from './generation.mjs';

export const MINISEARCH_OPTIONS = {
  idField: 'id',
  fields: ['title', 'answer', 'keywords'],
  storeFields: ['title', 'url', 'subject'],
};
/** The same with stored answers, so that a page can show passages. */
export const MINISEARCH_WITH_ANSWERS = {
  ...MINISEARCH_OPTIONS,
  storeFields: [...MINISEARCH_OPTIONS.storeFields, 'answer'],
};
export const TOLERANT = { prefix: true, fuzzy: 0.2 };

/** MiniSearch over a corpus, with its own tokenizer and defaults. */
export async function miniSearchOf(questions, options = MINISEARCH_OPTIONS) {
  const MiniSearch = await peer('minisearch');
  const index = new MiniSearch(options);
  index.addAll(questions.map((question, id) => ({ id, ...plain(question) })));
  return index;
}

/** Fills SQLite FTS5 in memory. Returns a function from a query to ten rows with snippets. */
export async function sqliteOf(questions) {
  const Database = await peer('better-sqlite3');
  let database;
  try {
    database = new Database(':memory:');
  } catch (error) {
    throw new Error('better-sqlite3 has no binary for this machine: run "npm rebuild better-sqlite3 --prefix bench".', {
      cause: error,
    });
  }
  database.exec(
    `CREATE VIRTUAL TABLE questions USING fts5(title, answer, keywords, url UNINDEXED, subject UNINDEXED, tokenize = 'porter unicode61')`,
  );
  const insert = database.prepare('INSERT INTO questions VALUES (@title, @answer, @keywords, @url, @subject)');
  database.transaction((all) => all.forEach((question) => insert.run(plain(question))))(questions);
  database.exec(`INSERT INTO questions(questions) VALUES ('optimize')`);
  const select = database.prepare(
    `SELECT title, url, subject, snippet(questions, 1, '<mark>', '</mark>', '…', 32) AS snippet, bm25(questions) AS score
     FROM questions WHERE questions MATCH ? ORDER BY rank LIMIT 10`,
  );
  const words = (text) => text.match(/[\p{L}\p{N}]+/gu) ?? [];
  return (query) =>
    select.all(
      words(query)
        .map((word) => `"${word}"`)
        .join(' OR '),
    );
}

const escaped = (text) => text.replace(/[&<>]/g, (letter) => `&#${letter.charCodeAt(0)};`);

/** Writes Pagefind's files to a folder, with one page for each question. */
export async function pagefindOf(questions, outputPath) {
  const { createIndex, close } = await import('pagefind');
  const { index } = await createIndex();
  for (const [at, question] of questions.entries()) {
    const { title, answer, keywords, url } = plain(question);
    const paragraphs = answer.split(/\n+/).map((line) => `<p>${escaped(line)}</p>`);
    const heading = escaped(title);
    const body = `<h1>${heading}</h1>${paragraphs.join('')}<p>${escaped(keywords)}</p>`;
    const head = `<!doctype html><html lang="en"><head><title>${heading}</title></head>`;
    const content = `${head}<body><main data-pagefind-body>${body}</main></body></html>`;
    await index.addHTMLFile({ url: url ?? `/${at}`, content });
  }
  await index.writeFiles({ outputPath });
  await close();
}
