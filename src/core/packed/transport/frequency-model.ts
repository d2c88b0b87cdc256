import { codePlain, type BitCoder } from './coder.js';
import { Mix } from './mixing.js';
import { NEIGHBOURS } from './neighbours.js';
import type { ListState } from './presence-model.js';

/** Further occurrences that are told one decision each; what is beyond is told as a plain number. */
const STEPS = 20;
/** Decisions from here on share their places. */
const LAST = 11;
/** A frequency in the index is at most 65,535, so what goes beyond the steps fits this many bits. */
const BITS = 16;
const BORDERS = bordersOf();

/** Fifteen borders of the mean of further occurrences, 2.2 a doubling, from 0.05 on. */
function bordersOf(): Float64Array {
  const borders = new Float64Array(15);
  let border = 0.05;
  for (let at = 0; at < borders.length; at += 1) {
    borders[at] = border;
    border *= 1.37;
  }
  return borders;
}

function classOf(sum: number, count: number): number {
  let at = 0;
  while (at < 15 && sum >= (BORDERS[at] ?? 0) * count) at += 1;
  return at;
}

/** Predicts how often a document has a word that it has: as often as the word and the document are wont to. */
export class FrequencyModel {
  readonly #mix = new Mix({
    tables: [12 * 256, 12 * 128, 12 * 256, 64, 12 * 16],
    sets: 12 * 8,
    rate: 0.013,
    limit: 60,
  });
  /** Further occurrences of words in each document, and of how many words. */
  readonly #further: Float64Array;
  readonly #words: Float64Array;
  #sum = 0;
  #count = 0;
  #last = 0;

  constructor(private readonly state: ListState) {
    this.#further = new Float64Array(state.frequencies.length);
    this.#words = new Float64Array(state.frequencies.length);
  }

  /** Before each word. */
  begin(): void {
    this.#mix.reset(3, 0.3 * 65_536);
    this.#mix.reset(4, 0.3 * 65_536);
    this.#sum = 0.3;
    this.#count = 1;
    this.#last = 0;
  }

  code(coder: BitCoder, document: number, frequency: number): number {
    const { at, base } = this.#mix;
    const { frequencies, beside } = this.state;
    const neighbour = this.state.kinship.neighbours[document * NEIGHBOURS] ?? -1;
    const near = neighbour < 0 ? 0 : Math.min(7, frequencies[neighbour] ?? 0);
    const nearness = this.state.kinship.nearness[document] ?? 0;
    const previous = document === 0 ? 0 : Math.min(3, frequencies[document - 1] ?? 0);
    const ofWord = classOf(this.#sum, this.#count);
    const words = this.#words[document] ?? 0;
    const ofDocument = words < 4 ? 5 : classOf(this.#further[document] ?? 0, words);
    const told = (beside[document] ?? 0) === 0 ? 0 : 1;
    let step = 0;
    for (; step < STEPS; step += 1) {
      const place = Math.min(step, LAST);
      at[0] = (place * 16 + ofWord) * 16 + ofDocument;
      at[1] = (base[1] ?? 0) + ((place * 8 + near) * 4 + nearness) * 4 + this.#last;
      at[2] = (base[2] ?? 0) + ((place * 16 + ofDocument) * 4 + previous) * 4 + told * 2 + (near > 1 ? 1 : 0);
      at[3] = (base[3] ?? 0) + place * 4 + this.#last;
      at[4] = (base[4] ?? 0) + place * 16 + ofDocument;
      if (this.#mix.code(coder, place * 8 + near, frequency - 1 > step ? 1 : 0) === 0) break;
    }
    let further = step;
    if (step === STEPS) further = STEPS + codePlain(coder, Math.max(0, frequency - 1 - STEPS), BITS);
    this.#sum += further;
    this.#count += 1;
    this.#last = Math.min(3, further);
    this.#further[document] = (this.#further[document] ?? 0) + further;
    this.#words[document] = words + 1;
    return Math.min(65_535, further + 1);
  }
}
