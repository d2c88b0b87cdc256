import type { BitCoder } from './coder.js';
import { Mix } from './mixing.js';
import { NEIGHBOURS, type Kinship } from './neighbours.js';

/** How frequent a word is, by halves of documents: classes of the mixed contexts. */
export const RATES = 20;
/** Inputs of the presence mix from here on are forgotten with each word. */
const OWN = 3;

/** What is known of one document and the word that is coded, for both of its questions: is it there, and how often. */
export interface ListState {
  kinship: Kinship;
  /** Of each document, how often it has the word: of those before the one that is coded now; else 0. */
  readonly frequencies: Uint16Array;
  /** Where the word stands beside: bit 0 in the first field that was known before, bit 1 in others. */
  readonly beside: Uint8Array;
  /** Levels of `Weights`. */
  readonly levels: Uint8Array;
}

/** Predicts whether a document has a word, from its neighbours, the documents before it, its length and its kind. */
export class PresenceModel {
  readonly #mix = new Mix({
    tables: [2 * RATES * 128, 2 * RATES * 256, 2 * RATES * 16 * 16 * 8, 256, 128, 64],
    sets: 64,
    rate: 0.005,
    limit: 80,
  });

  constructor(private readonly state: ListState) {}

  /** Before each word: `share` of the documents have it. */
  begin(share: number): void {
    for (let table = OWN; table < OWN + 3; table += 1) this.#mix.reset(table, share * 65_536);
  }

  /** `rate`: class of the word; `full`: 1 where every document is asked, 0 where only likely ones are. */
  code(
    coder: BitCoder,
    document: number,
    bit: number,
    { rate, full }: { rate: number; full: number },
  ): number {
    const { frequencies, beside, levels } = this.state;
    const before =
      (document > 0 && (frequencies[document - 1] ?? 0) > 0 ? 1 : 0) |
      (document > 1 && (frequencies[document - 2] ?? 0) > 0 ? 2 : 0) |
      (document > 2 && (frequencies[document - 3] ?? 0) > 0 ? 4 : 0);
    const first = document * NEIGHBOURS;
    const near = this.#has(first) | (this.#has(first + 1) << 1) | (this.#has(first + 2) << 2);
    const far = this.#has(first + 3) | (this.#has(first + 4) << 1);
    const level = levels[document] ?? 0;
    const told = beside[document] ?? 0;
    const nearness = this.state.kinship.nearness[document] ?? 0;
    const mode = full * RATES + rate;
    const { at, base } = this.#mix;
    at[0] = ((mode * 8 + near) * 4 + nearness) * 4 + far;
    at[1] = (base[1] ?? 0) + (mode * 8 + before) * 32 + (near & 1) + told * 2;
    at[2] = (base[2] ?? 0) + ((mode * 16 + level) * 16 + told) * 8 + before;
    at[3] = (base[3] ?? 0) + ((before & 3) | ((near & 3) << 2) | (told << 4));
    at[4] = (base[4] ?? 0) + ((level >> 1) | (told << 3));
    at[5] = (base[5] ?? 0) + (this.state.kinship.kinds[document] ?? 0);
    return this.#mix.code(coder, (full * 4 + (near & 3)) * 8 + nearness * 2 + (rate > 7 ? 1 : 0), bit);
  }

  #has(place: number): number {
    const other = this.state.kinship.neighbours[place] ?? -1;
    return other >= 0 && (this.state.frequencies[other] ?? 0) > 0 ? 1 : 0;
  }
}
