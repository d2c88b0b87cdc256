import { titleKey } from '../analysis/character-classes.js';
import type { Suggestion } from '../model/search-response.js';
import type { QueryEngine } from './query-engine.js';
import { mapCollectingMissing } from '../index/format/availability.js';

/** Word completions among the suggestions: at most this number, and at most a third of all. */
const MAX_COMPLETED_WORDS = 3;
const SHARE_OF_WORDS = 3;
/** UTF-16 units from which a word is completed. */
const MIN_WORD_LENGTH = 2;
const MAX_COMPLETIONS_SCANNED = 500;
const LAST_WORD = /[\p{L}\p{N}]+$/u;

/**
 * Returns at most `limit` completions of a text: titles that begin with it, then titles that have its words (with
 * prefix and typo tolerance), then the text with its last word completed by frequent words of the index.
 */
export function suggest(engine: QueryEngine, text: string, limit: number): Suggestion[] {
  const words = completedWords(engine, text, Math.min(MAX_COMPLETED_WORDS, Math.floor(limit / SHARE_OF_WORDS)));
  const titles = new Map<string, Suggestion>();
  const { documents } = engine.index;
  const wanted = limit - words.length;
  const add = (found: readonly number[]): void => {
    for (const { title, url } of mapCollectingMissing(found, (document) => documents.head(document)))
      if (titles.size < wanted && !titles.has(title)) titles.set(title, { text: title, url });
  };
  const letters = titleKey(text);
  if (letters !== '') add(documents.titleOrder.withPrefix(letters, limit * 2));
  if (titles.size < wanted) add(engine.findTitles(text, limit * 2).map(({ document }) => document));
  return [...titles.values(), ...words.filter((word) => !titles.has(word.text))];
}

/** Returns the text with its last word completed, the completion with the most documents first. */
function completedWords({ index, analyzer }: QueryEngine, text: string, count: number): Suggestion[] {
  const typed = LAST_WORD.exec(text);
  const [term] = typed === null ? [] : analyzer.terms(typed[0]);
  if (typed === null || term === undefined || term.length < MIN_WORD_LENGTH || count === 0) return [];
  const [from, to] = index.words.prefixRange(term);
  const found: { word: number; documents: number }[] = [];
  index.lists.eachCount(from, Math.min(to, from + MAX_COMPLETIONS_SCANNED), (word, documents) => {
    found.push({ word, documents });
  });
  found.sort((a, b) => b.documents - a.documents || a.word - b.word);
  const before = text.slice(0, typed.index);
  return found
    .slice(0, count + 1)
    .map(({ word }) => index.words.get(word))
    .filter((word) => word !== term)
    .slice(0, count)
    .map((word) => ({ text: before + word }));
}
