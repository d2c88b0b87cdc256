import { cutTokens, isWordUnit } from '../vocabulary.js';

/** Texts cut into tokens that are numbered as they first come. */
export interface CutTexts {
  /** The tokens of a text, by number; only for texts that were counted. */
  readonly cut: (text: string) => readonly number[];
  readonly texts: readonly string[];
  /** How often each token comes. */
  readonly counts: readonly number[];
}

export function cutTexts(counted: Iterable<readonly [text: string, times: number]>): CutTexts {
  const numbers = new Map<string, number>();
  const counts: number[] = [];
  const known = new Map<string, readonly number[]>();
  const cut = (text: string): readonly number[] => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const tokens = tokensOf(text).map((token) => {
      const number = numbers.get(token) ?? numbers.size;
      numbers.set(token, number);
      return number;
    });
    known.set(text, tokens);
    return tokens;
  };
  for (const [text, times] of counted) {
    for (const token of cut(text)) counts[token] = (counts[token] ?? 0) + times;
  }
  return { cut, texts: [...numbers.keys()], counts };
}

export function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  cutTokens(text, (start, end) => tokens.push(text.slice(start, end)));
  return tokens;
}

/** The text of tokens: a space stands where two words meet. */
export function joinTokens(tokens: readonly string[]): string {
  let text = '';
  let afterWord = false;
  for (const token of tokens) {
    const word = token !== '' && isWordUnit(token.charCodeAt(0));
    text += word && afterWord ? ` ${token}` : token;
    afterWord = word;
  }
  return text;
}
