import { createReadStream } from 'node:fs';
import { cp, mkdir, stat, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';

/** Reads the questions of a `.jsonl` or `.jsonl.gz` file. */
export async function readCorpus(path, limit = Infinity) {
  const file = createReadStream(path);
  const lines = createInterface({ input: path.endsWith('.gz') ? file.pipe(createGunzip()) : file });
  const questions = [];
  for await (const line of lines) {
    if (questions.length >= limit) break;
    if (line.trim() !== '') questions.push(JSON.parse(line));
  }
  return questions;
}

/** The indexed fields of a question. */
export function plain({ title, answer, text, keywords = [], url, subject = null }) {
  return { title, answer: answer ?? text ?? '', keywords: keywords.join('\n'), url, subject };
}

/** Writes a folder of Markdown files from a corpus, or copies a folder, so that the caller may change files. */
export async function contentFolder(source, folder) {
  if ((await stat(source)).isDirectory()) {
    await cp(source, folder, { recursive: true });
    return;
  }
  for (const [number, question] of (await readCorpus(source)).entries()) {
    const { title, answer, keywords, url, subject, related = [] } = question;
    const front = { title, answer, keywords, url, subject, date: '2024-12-20' };
    for (const [at, link] of related.entries()) front[`related_article${at + 1}`] = link;
    // JSON is YAML.
    const lines = Object.entries(front)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
    const subfolder = join(folder, String(number % 100).padStart(2, '0'));
    await mkdir(subfolder, { recursive: true });
    await writeFile(join(subfolder, `question-${number}.md`), `---\n${lines.join('\n')}\n---\n&nbsp;\n`);
  }
}
