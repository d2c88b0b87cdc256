import type { Analyzer } from '../analysis/analyzer.js';
import type { PackedIndex } from '../packed/packed-index.js';
import type { Clause } from '../packed/query-terms.js';
import { inverseDocumentFrequency } from '../packed/score.js';
import { asStopWord, NO_GROUP, type TermGroups } from '../packed/term-groups.js';
import type { Candidate } from './candidate.js';
import { beginningShare, lettersOf } from './title.js';

/** What a title that asks the same counts at most, in shares of what the query's words weigh. */
const SAME_TITLE = 1;
/** The same where every word counts alike, those without a topic too: what tells one question's frame from another's. */
const SAME_WORDS = 1;
/** A title that begins as the query does. */
const SAME_BEGINNING = 3;
/** Words of a query that are compared with titles. */
const MOST_WORDS = 250;

/** What a query asks, as its titles are compared with. */
interface Asked {
  readonly letters: string;
  /** Idf of each clause, and all of them. */
  readonly weights: readonly number[];
  readonly weight: number;
  /** Distinct words, stop words among them. */
  readonly words: number;
}

/** Tells how far titles ask what a query asks. */
export class TitleLikeness {
  /** By group: the number of the query's word that it answers, clauses first, from 1; 0 between two queries. */
  readonly #slots: Uint8Array;
  /** Groups with a slot. */
  readonly #entered: number[] = [];
  /** By slot: whether the title at hand has it. */
  readonly #seen = new Uint8Array(MOST_WORDS + 1);

  constructor(
    private readonly index: PackedIndex,
    private readonly terms: TermGroups,
    private readonly analyzer: Analyzer,
  ) {
    this.#slots = new Uint8Array(index.words.size);
  }

  /** What the title of each candidate adds to its score. */
  parts(candidates: readonly Candidate[], text: string, clauses: readonly Clause[]): number[] {
    const weights = clauses.map(({ documents }) => inverseDocumentFrequency(documents, this.index.size));
    const asked: Asked = {
      letters: lettersOf(text),
      weights,
      weight: weights.reduce((sum, weight) => sum + weight, 0),
      words: this.#enterWords(text, clauses),
    };
    const parts = candidates.map((candidate) => asked.weight * this.#likeness(candidate, asked));
    for (const group of this.#entered) this.#slots[group] = 0;
    this.#entered.length = 0;
    return parts;
  }

  /** Gives the groups of each word of the query a number, clauses first; returns how many words there are. */
  #enterWords(text: string, clauses: readonly Clause[]): number {
    const known = new Set<string>();
    for (const [number, { term, variants }] of clauses.entries()) {
      known.add(term);
      for (const { word } of variants) this.#enter(this.terms.groups[word] ?? word, number + 1);
    }
    let words = clauses.length;
    for (const term of this.analyzer.terms(text)) {
      if (known.has(term) || words >= MOST_WORDS) continue;
      known.add(term);
      const group = this.terms.groupOf(term);
      if (group !== NO_GROUP && (this.#slots[group] ?? 0) > 0) continue;
      words += 1;
      if (group !== NO_GROUP) this.#enter(group, words);
    }
    return words;
  }

  #enter(group: number, slot: number): void {
    if (this.#slots[group] === 0) this.#entered.push(group);
    this.#slots[group] = slot;
  }

  #likeness(
    { document, groups, answerStart }: Candidate,
    { letters, weights, weight, words }: Asked,
  ): number {
    const seen = this.#seen.fill(0, 0, words + 1);
    let shared = 0;
    let sharedWeight = 0;
    let others = 0;
    let othersWeight = 0;
    for (let at = 0; at < answerStart; at += 1) {
      const told = groups[at] ?? 0;
      const group = told < 0 ? asStopWord(told) : told;
      const slot = this.#slots[group] ?? 0;
      if (slot === 0 || seen[slot] === 0) {
        if (slot === 0) others += 1;
        else shared += 1;
        if (slot > 0 && slot <= weights.length) sharedWeight += weights[slot - 1] ?? 0;
        else if (told >= 0) othersWeight += this.terms.idf[group] ?? 0;
      }
      seen[slot] = 1;
    }
    const title = sharedWeight === 0 ? 0 : sharedWeight / (weight + othersWeight);
    const plain = shared === 0 ? 0 : shared / (words + others);
    const begins = beginningShare(this.index.documents.head(document).title, letters);
    return (
      SAME_TITLE * title * title * title * title +
      SAME_WORDS * plain * plain * plain +
      SAME_BEGINNING * begins * begins
    );
  }
}
