import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { seeded } from './measure.mjs';

/**
 * A corpus with the statistics of natural language. The frequency of the word of rank r falls as (r + 2.7)^-1.07 (Zipf and
 * Mandelbrot). The vocabulary grows with the text as 30·n^0.55 (Heaps). Answers have log-normal lengths, half of them
 * above 90 words. Each document repeats a few words of its own. A larger corpus begins with the documents of a smaller
 * one.
 */
const SHIFT = 2.7;
const STEEPNESS = 1.07;
const HEAPS = { factor: 30, exponent: 0.55 };
const MEDIAN_WORDS = 90;
const SPREAD = 0.8;
const MOST_WORDS = 4000;
const SUBJECTS = [
  'Biology',
  'Chemistry',
  'Economics',
  'Geography',
  'History',
  'Law',
  'Literature',
  'Mathematics',
  'Medicine',
  'Music',
  'Philosophy',
  'Physics',
];

const ONSETS = [
  'b',
  'br',
  'c',
  'ch',
  'd',
  'dr',
  'f',
  'g',
  'gr',
  'h',
  'l',
  'm',
  'n',
  'p',
  'pl',
  'qu',
  'r',
  's',
  'st',
  't',
  'tr',
  'v',
  'w',
  'z',
];
const VOWELS = ['a', 'e', 'i', 'o', 'u', 'ea'];
const SYLLABLES = ONSETS.flatMap((onset) => VOWELS.map((vowel) => onset + vowel));

/** The word of a rank. Frequent words are short; each rank has a different word. */
function spelled(rank) {
  let rest = rank;
  let length = 1;
  for (let room = SYLLABLES.length; rest >= room; room *= SYLLABLES.length) {
    rest -= room;
    length += 1;
  }
  let word = '';
  for (let left = length; left > 0; left -= 1) {
    // Words of neighbouring ranks begin differently.
    word += SYLLABLES[(rest * 89 + left * 31) % SYLLABLES.length];
    rest = Math.floor(rest / SYLLABLES.length);
  }
  return `${word}${'nrlst'[length]}`;
}

class Words {
  #random;
  #sums = new Float64Array(1024);
  #known = 0;
  #texts = [];
  #drawn = 0;

  constructor(random) {
    this.#random = random;
  }

  /** Draws one word by frequency. */
  next() {
    this.#drawn += 1;
    const size = Math.ceil(HEAPS.factor * this.#drawn ** HEAPS.exponent);
    while (this.#known < size) this.#learn();
    const wanted = this.#random() * this.#sums[this.#known - 1];
    let low = 0;
    let high = this.#known - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#sums[middle] < wanted) low = middle + 1;
      else high = middle;
    }
    return this.#texts[low];
  }

  #learn() {
    const rank = this.#known;
    if (rank === this.#sums.length) {
      const grown = new Float64Array(rank * 2);
      grown.set(this.#sums);
      this.#sums = grown;
    }
    this.#sums[rank] = (rank === 0 ? 0 : this.#sums[rank - 1]) + (rank + 1 + SHIFT) ** -STEEPNESS;
    this.#texts.push(spelled(rank));
    this.#known += 1;
  }
}

/** Yields the documents of a generated corpus. */
export function* generated(documents, seed = 1) {
  const random = seeded(seed);
  const words = new Words(random);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const logNormal = (median, spread, most) =>
    Math.min(most, Math.max(1, Math.round(median * Math.exp(spread * normal()))));
  const some = (count, own) =>
    Array.from({ length: count }, () => (random() < 0.15 ? own[Math.floor(random() * own.length)] : words.next()));
  for (let id = 0; id < documents; id += 1) {
    const own = Array.from({ length: 8 }, () => words.next());
    const title = `${some(logNormal(7, 0.4, 30), own).join(' ')}?`;
    const sentences = [];
    for (let left = logNormal(MEDIAN_WORDS, SPREAD, MOST_WORDS); left > 0;) {
      const length = Math.min(left, logNormal(16, 0.5, 60));
      const sentence = some(length, own).join(' ');
      sentences.push(`${sentence[0].toUpperCase()}${sentence.slice(1)}.`);
      left -= length;
    }
    const subject = SUBJECTS[Math.floor(random() * SUBJECTS.length)];
    yield { id, url: `/q/${id}`, title, answer: sentences.join(' '), keywords: own.slice(0, 3), subject };
  }
}

/** Writes a generated corpus. Returns queries for it: words of titles, the last one sometimes truncated or mistyped. */
export async function writeGenerated(path, documents, queries) {
  const random = seeded(7);
  const out = createWriteStream(path);
  const asked = [];
  const every = Math.max(1, Math.floor(documents / queries));
  for (const document of generated(documents)) {
    if (!out.write(`${JSON.stringify(document)}\n`)) await once(out, 'drain');
    if (document.id % every !== 0 || asked.length >= queries) continue;
    const words = document.title
      .slice(0, -1)
      .split(' ')
      .slice(0, 1 + Math.floor(random() * 4));
    const last = words.pop();
    const kind = random();
    words.push(kind < 0.2 && last.length > 4 ? last.slice(0, 4) : kind < 0.4 ? last.replace(/^(...)./, '$1') : last);
    asked.push(words.join(' '));
  }
  out.end();
  await once(out, 'finish');
  return asked;
}
