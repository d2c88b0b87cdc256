// How often the first hit is right if a known title is searched with a typo, by its beginning, or in other words.
// usage: node bench/known-item.mjs CORPUS
import { readCorpus } from './lib/corpus.mjs';
import { product, readArguments, withGeneration } from './lib/generation.mjs';
import { machine, seeded } from './lib/measure.mjs';
import { miniSearchOf, TOLERANT } from './lib/peers.mjs';
import { count, printTable } from './lib/table.mjs';

const { positionals, values } = readArguments(
  'node bench/known-item.mjs CORPUS.jsonl[.gz] [--index FOLDER] [--queries N] [--seed N] [--misses]',
  {
    options: {
      queries: { type: 'string', default: '500' },
      seed: { type: 'string', default: '1' },
      misses: { type: 'boolean', default: false },
    },
  },
);
const [corpus] = positionals;
const wanted = Number(values.queries);
const random = seeded(Number(values.seed));
const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

const pick = (list) => list[Math.floor(random() * list.length)];

/** A title without case and punctuation. */
const plain = (title) => (title.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).join(' ');

/** A title with one letter replaced, removed, inserted or swapped with its neighbour. */
function withTypo(title) {
  const letters = [...title.matchAll(/\p{L}/gu)].map(({ index }) => index);
  for (;;) {
    const at = pick(letters);
    const letter = LETTERS[Math.floor(random() * 26)];
    const changed = pick([
      title.slice(0, at) + letter + title.slice(at + 1),
      title.slice(0, at) + title.slice(at + 1),
      title.slice(0, at) + letter + title.slice(at),
      title.slice(0, at) + title.slice(at + 1, at + 2) + title.slice(at, at + 1) + title.slice(at + 2),
    ]);
    if (plain(changed) !== plain(title)) return changed;
  }
}

/** The shortest prefix, from 60 % of the characters, that only this title has; null if there is none. */
function beginningOf(title, all) {
  const lower = title.toLowerCase();
  for (let length = Math.ceil(title.length * 0.6); length < title.length; length += 1) {
    const beginning = lower.slice(0, length);
    if (!all.some((other) => other !== lower && other.startsWith(beginning))) return title.slice(0, length);
  }
  return null;
}

/** Words that carry little meaning: a question stays the same without one of them. */
const FRAME = new Set('a an the is are what which who how of for to do does i in on with by can be and or'.split(' '));

/** A title without one word (any word if `any` is set, else one of `FRAME`), and with two neighbours swapped. */
function inOtherWords(title, any) {
  const words = title.split(/\s+/).filter((word) => word !== '');
  const places = [...words.keys()].filter((at) => any || FRAME.has(plain(words[at])));
  if (places.length > 0 && words.length > 2) words.splice(pick(places), 1);
  const at = Math.floor(random() * (words.length - 1));
  if (words.length > 1) [words[at], words[at + 1]] = [words[at + 1], words[at]];
  return words.join(' ');
}

await withGeneration(corpus, values.index, async (generation) => {
  const { openSnapshot } = await product.client();
  const snapshot = await openSnapshot(generation);
  const questions = await readCorpus(corpus);
  const titles = [...new Set(questions.map(({ title }) => title))].filter((title) => /\p{L}{3}/u.test(title));
  const lower = [...new Set(titles.map((title) => title.toLowerCase()))];
  const miniSearch = await miniSearchOf(questions);
  const kinds = [
    ['one typo', (title) => withTypo(title)],
    ['beginning', (title) => beginningOf(title, lower)],
    ['other words', (title) => inOtherWords(title, false)],
    ['any word removed', (title) => inOtherWords(title, true), ''],
  ];
  const rows = [];
  for (const [kind, change, least = '0.950'] of kinds) {
    const right = { ours: 0, theirs: 0 };
    for (let asked = 0; asked < wanted;) {
      const title = pick(titles);
      const query = change(title);
      if (query === null) continue;
      asked += 1;
      const { hits } = await snapshot.search(query, { limit: 1 });
      const [best] = miniSearch.search(query, TOLERANT);
      const found = hits.length > 0 && plain(hits[0].title) === plain(title);
      if (found) right.ours += 1;
      else if (values.misses) console.error(`${kind}: ${query}\n  wanted ${title}\n  got    ${hits[0]?.title}`);
      if (best !== undefined && plain(best.title) === plain(title)) right.theirs += 1;
    }
    rows.push([kind, (right.ours / wanted).toFixed(3), (right.theirs / wanted).toFixed(3), least]);
  }
  console.log(
    `## Known questions\n\n${count(questions.length)} questions, ${wanted} of each kind, seed ${values.seed}; ` +
      `${machine()}.\n`,
  );
  printTable([['success at the first hit', 'Askdex', 'MiniSearch, prefix and fuzzy', 'wanted'], ...rows]);
});
