/** One of the first stage's best hits with its words, as the second stage reads them. */
export interface Candidate {
  readonly document: number;
  /** Of the first stage, above 0. */
  readonly score: number;
  /**
   * Words of titles and answers by their numbers in `CandidateWords`, this candidate's from `start` to `end`, in order, the
   * answer's from `answerStart` on. The title's stop words are told by numbers below 0.
   */
  readonly words: Int32Array;
  readonly start: number;
  readonly answerStart: number;
  readonly end: number;
}

/** Words read of a title and of an answer's beginning: what bounds the work for a candidate. */
export const MAX_TITLE_BYTES = 64;
export const MAX_ANSWER_BYTES = 128;
/** The best hits of the first stage that the second puts in order. */
export const MAX_CANDIDATES = 20;
/** Words of all candidates. */
export const MAX_WORDS_READ = MAX_CANDIDATES * (MAX_TITLE_BYTES + MAX_ANSWER_BYTES);
