/** One of the first stage's best hits, with the words that the second stage reads. */
export interface Candidate {
  readonly document: number;
  /** The first stage's score, above 0. */
  readonly score: number;
  /**
   * The words of all candidates, by number in `CandidateVocabulary`. This candidate's title is from `start` to
   * `answerStart`, the beginning of its answer from there to `end`. Stop words of the title are encoded as numbers
   * below 0.
   */
  readonly words: Int32Array;
  readonly start: number;
  readonly answerStart: number;
  readonly end: number;
}

/** Tokens that are read of a title and of an answer. */
export const MAX_TITLE_TOKENS = 64;
export const MAX_ANSWER_TOKENS = 128;
/** Hits of the first stage that are reranked. */
export const MAX_CANDIDATES = 20;
/** Words of all candidates together, at most. */
export const MAX_WORDS_READ = MAX_CANDIDATES * (MAX_TITLE_TOKENS + MAX_ANSWER_TOKENS);
