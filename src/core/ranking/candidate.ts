/** One of the first stage's best hits with its words, as the second stage reads them. */
export interface Candidate {
  readonly document: number;
  /** Of the first stage, above 0. */
  readonly score: number;
  /**
   * Groups of the words of title and answer, in order: `end` of them, the answer's from `answerStart` on. The title's stop
   * words are told by numbers below 0.
   */
  readonly groups: Int32Array;
  readonly answerStart: number;
  readonly end: number;
}

/** Words read of a title and of an answer's beginning: what bounds the work for a candidate. */
export const TITLE_REACH = 64;
export const ANSWER_REACH = 128;
/** The best hits of the first stage that the second puts in order. */
export const CANDIDATES = 20;
