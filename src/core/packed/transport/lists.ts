import type { BitCoder } from './coder.js';
import type { FieldLists } from './field-lists.js';
import { FrequencyModel } from './frequency-model.js';
import { damaged } from '../layout.js';
import { Marks } from './marks.js';
import { Mix } from './mixing.js';
import { refined, type Kinship } from './neighbours.js';
import { PresenceModel, RATES, type ListState } from './presence-model.js';
import { Weights } from './weights.js';

/** A word that one document in so many has is coded document by document; a rarer one by leaps and likely documents. */
const FULL = 16;
/** Classes of rate that words coded in full may have. */
const FULL_RATES = 8;
/** The field of descriptions among those that are known before. */
const DESCRIBED = 2;
/** Neighbours are found anew when all words are known that so many documents have. */
const REFINED: readonly number[] = [128, 32, 8];
/** Words with as many documents as this are likely in the second document after one, too. */
const FAR = 32;

export interface KnownBefore {
  readonly documents: number;
  readonly kinship: Kinship;
  /** Fields whose lists are known already. */
  readonly known: readonly FieldLists[];
}

/**
 * Codes the lists of one field. The number of documents of each word is known (`lists.starts`); a reader fills the rest.
 * The most frequent words come first: what they tell of the documents helps with all others.
 */
export function codeLists(coder: BitCoder, lists: FieldLists, before: KnownBefore): void {
  const words = lists.starts.length - 1;
  const count = (word: number): number => (lists.starts[word + 1] ?? 0) - (lists.starts[word] ?? 0);
  const order = Uint32Array.from({ length: words }, (_, word) => word).sort(
    (a, b) => count(b) - count(a) || a - b,
  );
  const list = new ListCoder(coder, lists, before);
  for (const word of order) {
    if (count(word) === 0) break;
    list.code(word);
  }
}

class ListCoder {
  readonly #state: ListState;
  readonly #weights: Weights;
  readonly #presence: PresenceModel;
  readonly #frequency: FrequencyModel;
  readonly #marks: Marks;
  readonly #leaps = new Mix({ tables: [1024, 8 * 64], sets: 8, limit: 200 });
  /** The next posting of the word, and where its postings end. */
  #at = 0;
  #end = 0;
  #rate = 0;
  #refined = 0;

  constructor(
    private readonly coder: BitCoder,
    private readonly lists: FieldLists,
    private readonly before: KnownBefore,
  ) {
    const { documents, kinship } = before;
    this.#weights = new Weights(documents);
    this.#state = {
      kinship,
      frequencies: new Uint16Array(documents),
      beside: new Uint8Array(documents),
      levels: this.#weights.levels,
    };
    this.#presence = new PresenceModel(this.#state);
    this.#frequency = new FrequencyModel(this.#state);
    this.#marks = new Marks(documents);
  }

  code(word: number): void {
    const { documents, known } = this.before;
    this.#at = this.lists.starts[word] ?? 0;
    this.#end = this.lists.starts[word + 1] ?? 0;
    const count = this.#end - this.#at;
    this.#refine(count);
    this.#beside(word, true);
    this.#weights.refresh();
    this.#presence.begin(count / documents);
    this.#frequency.begin();
    // Four classes in three doublings, about.
    this.#rate = Math.min(RATES - 1, rateOf(documents / count));
    if (count * FULL >= documents) this.#each();
    else this.#leap(known.length > 0 ? word : -1);
    const coded = this.lists.documents.subarray(this.#end - count, this.#end);
    for (const document of coded) this.#state.frequencies[document] = 0;
    this.#weights.add(coded);
    this.#beside(word, false);
  }

  /** Finds neighbours anew, by the words that are known meanwhile. */
  #refine(count: number): void {
    const from = REFINED[this.#refined] ?? -1;
    if (count >= from) return;
    while (count < (REFINED[this.#refined] ?? -1)) this.#refined += 1;
    const at = REFINED[this.#refined - 1] ?? 0;
    this.#state.kinship = refined(this.#state.kinship, this.before.known, { lists: this.lists, from: at });
  }

  /** Asks every document. */
  #each(): void {
    const { documents } = this.before;
    const question = { rate: Math.min(FULL_RATES - 1, this.#rate), full: 1 };
    for (let document = 0; document < documents; document += 1) {
      const wanted = this.#at < this.#end && this.lists.documents[this.#at] === document ? 1 : 0;
      if (this.#presence.code(this.coder, document, wanted, question) === 0) continue;
      if (this.#at === this.#end) throw damaged('a list is longer than it says');
      this.#found(document);
    }
    if (this.#at !== this.#end) throw damaged('a list is shorter than it says');
  }

  /** Asks the documents that are likely, and leaps over the others to those that have the word nevertheless. */
  #leap(word: number): void {
    const { documents, known } = this.before;
    const marks = this.#marks;
    if (word >= 0) {
      for (const { starts, documents: others } of known) {
        for (let at = starts[word] ?? 0; at < (starts[word + 1] ?? 0); at += 1) marks.add(others[at] ?? 0);
      }
    }
    const count = this.#end - this.#at;
    const question = { rate: this.#rate, full: 0 };
    let from = 0;
    let surprise = this.#surprise(0);
    while (this.#at < this.#end) {
      const likely = marks.next(from);
      const document = Math.min(likely, surprise);
      if (document >= documents) throw damaged('a list is shorter than it says');
      from = document + 1;
      if (document < surprise) {
        const wanted = this.lists.documents[this.#at] === document ? 1 : 0;
        if (this.#presence.code(this.coder, document, wanted, question) === 0) continue;
      }
      this.#found(document);
      this.#expect(document, count);
      if (document === surprise && this.#at < this.#end) surprise = this.#surprise(from);
    }
    marks.clear();
  }

  /** Where a word stands, it is likely to stand again: next to it, and in documents about the same. */
  #expect(document: number, count: number): void {
    const marks = this.#marks;
    marks.add(document + 1);
    if (count >= FAR) marks.add(document + 2);
    const { starts, words } = this.#state.kinship.followers;
    const end = starts[document + 1] ?? 0;
    for (let at = starts[document] ?? 0; at < end; at += 1) marks.add(words[at] ?? 0);
  }

  /** Codes the next document that has the word without being likely to; the number of documents where there is none. */
  #surprise(from: number): number {
    const { documents } = this.before;
    const { cumulated } = this.#weights;
    const target = this.coder.writing ? this.#unmarked() : 0;
    const left = this.#end - this.#at;
    const start = cumulated[from] ?? 0;
    const total = cumulated[documents] ?? 0;
    const stride = Math.max(1, Math.floor((total - start) / left));
    let low = from;
    for (let leap = 0; low < documents; leap += 1) {
      const high = firstAt(cumulated, start + (leap + 1) * stride, low, documents);
      const { at, base } = this.#leaps;
      const size = Math.min(15, 31 - Math.clz32(left));
      at[0] = Math.min(7, leap) * 64 + size;
      at[1] = (base[1] ?? 0) + Math.min(7, leap) * 32 + this.#rate;
      if (this.#leaps.code(this.coder, Math.min(7, leap), target >= high ? 1 : 0) === 0) {
        return this.#place(target, low, high);
      }
      low = high;
    }
    return documents;
  }

  /** Halves the documents from `low` up to `high`, by weight, until one is left. */
  #place(target: number, low: number, high: number): number {
    const { cumulated } = this.#weights;
    let [from, to] = [low, high];
    if (from >= to) throw damaged('a leap leads nowhere');
    while (to - from > 1) {
      const middle = (from + to) >>> 1;
      const first = cumulated[from] ?? 0;
      const upper = ((cumulated[to] ?? 0) - (cumulated[middle] ?? 0)) / ((cumulated[to] ?? 0) - first);
      const one = Math.max(1, Math.min(65_535, Math.floor(upper * 65_536)));
      if (this.coder.code(target >= middle ? 1 : 0, one) === 1) from = middle;
      else to = middle;
    }
    return from;
  }

  #unmarked(): number {
    for (let at = this.#at; at < this.#end; at += 1) {
      const document = this.lists.documents[at] ?? 0;
      if (!this.#marks.has(document)) return document;
    }
    return this.before.documents;
  }

  #found(document: number): void {
    const frequency = this.#frequency.code(this.coder, document, this.lists.frequencies[this.#at] ?? 1);
    this.lists.documents[this.#at] = document;
    this.lists.frequencies[this.#at] = frequency;
    this.#state.frequencies[document] = frequency;
    this.#at += 1;
  }

  /** Sets or clears what is known of the word from other fields. */
  #beside(word: number, set: boolean): void {
    const { beside } = this.#state;
    for (const [field, { starts, documents, frequencies }] of this.before.known.entries()) {
      const end = starts[word + 1] ?? 0;
      for (let at = starts[word] ?? 0; at < end; at += 1) {
        const document = documents[at] ?? 0;
        const told = field === DESCRIBED ? Math.min(3, frequencies[at] ?? 0) << 2 : field === 0 ? 1 : 2;
        beside[document] = set ? (beside[document] ?? 0) | told : 0;
      }
    }
  }
}

/** Documents for each that has the word, as 1.2 classes a doubling. */
function rateOf(rarity: number): number {
  let rate = 0;
  for (let border = 1.3; rate < RATES && rarity >= border; border *= 1.78) rate += 1;
  return rate;
}

/** The first document from `low` on whose weights begin at `sum` or beyond. */
function firstAt(cumulated: Float64Array, sum: number, low: number, documents: number): number {
  let [from, to] = [low, documents];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((cumulated[middle] ?? 0) < sum) from = middle + 1;
    else to = middle;
  }
  return from;
}
