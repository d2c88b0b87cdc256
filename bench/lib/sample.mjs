// Writes the questions of a folder of Markdown files as a corpus.
// usage: node bench/lib/sample.mjs FOLDER NUMBER OUT.jsonl
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import matter from 'gray-matter';

const [folder, number, out] = process.argv.slice(2);
const files = readdirSync(folder, { recursive: true })
  .filter((name) => name.endsWith('.md'))
  .sort();
const lines = files.slice(0, Number(number)).map((name) => {
  const { question, answer, subject, url } = matter(readFileSync(join(folder, name), 'utf8')).data;
  return JSON.stringify({ title: question, answer, subject, url });
});
writeFileSync(out, `${lines.join('\n')}\n`);
