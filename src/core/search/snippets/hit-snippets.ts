import type { Analyzer } from '../../analysis/analyzer.js';
import type { AnswerView, TextRange, TextView } from '../../model/document.js';
import type { Snippet } from '../../model/search-response.js';
import { holdsWholeCharacters } from './text-boundaries.js';
import { findHighlights, markHtml, rangesOf, type HighlightQuery, type Highlight } from './highlight.js';
import type { PassageScorer } from './passage-scorer.js';
import { choosePassages } from './passages.js';

export interface HitSnippetsSource {
  readonly title: string;
  /** null: the snapshot has no texts. */
  readonly answer: AnswerView | null;
  /** The query's matches in the answer's text. */
  readonly marks: readonly Highlight[];
  /** Read only if there is no passage to show. */
  readonly description: () => string | null;
}

export interface HitSnippetsOptions {
  readonly analyzer: Analyzer;
  readonly highlight: HighlightQuery;
  /** UTF-16 units of a snippet. */
  readonly length: number;
  /** Snippets at most. */
  readonly count: number;
  /** Reused for each hit. */
  readonly passages?: PassageScorer | undefined;
}

/** Returns the highlights of a hit's title, and its best passages, or its description if it has none. */
export function hitSnippets(
  source: HitSnippetsSource,
  options: HitSnippetsOptions,
): { titleHighlights: TextRange[]; snippets: Snippet[] } {
  const { analyzer, highlight } = options;
  const titleHighlights = highlightsOf(source.title, highlight);
  if (source.answer === null || source.answer.text.length === 0) {
    return { titleHighlights, snippets: descriptionSnippet(source.description(), options) };
  }
  const snippets = choosePassages(source.answer, source.marks, {
    length: options.length,
    count: options.count,
    repeatsTitle: titleRepeats(source.title, source.answer.text, analyzer),
    passages: options.passages,
  });
  if (snippets.length === 0) return { titleHighlights, snippets: descriptionSnippet(source.description(), options) };
  return { titleHighlights, snippets };
}

function highlightsOf(text: string, highlight: HighlightQuery): TextRange[] {
  return rangesOf(findHighlights(text, highlight)).filter((range) => holdsWholeCharacters(text, range));
}

function descriptionSnippet(description: string | null, { highlight }: HitSnippetsOptions): Snippet[] {
  if (description === null || description === '') return [];
  const highlights = highlightsOf(description, highlight);
  const html = markHtml(description, highlights);
  return [{ field: 'description', heading: null, text: description, highlights, html }];
}

/**
 * Returns a function that gives how much a passage repeats the title: 0 (half of its words or less) to 1 (all of them).
 */
function titleRepeats(title: string, text: TextView, analyzer: Analyzer): (start: number, end: number) => number {
  let titleWords: Set<string> | undefined;
  return (start, end) => {
    // A much longer passage says more than the title.
    if (end - start > title.length * 1.5 + 20) return 0;
    titleWords ??= new Set(analyzer.terms(title).map((term) => analyzer.stem(term)));
    let words = 0;
    let repeated = 0;
    for (const term of analyzer.terms(text.slice(start, end))) {
      if (analyzer.isStopWord(term)) continue;
      words += 1;
      if (titleWords.has(analyzer.stem(term))) repeated += 1;
    }
    return words === 0 ? 0 : Math.max(0, repeated / words - 0.5) * 2;
  };
}
