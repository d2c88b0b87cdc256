import assert from 'node:assert/strict';
import type { Analyzer } from '../../src/core/analysis/analyzer.js';
import type { Answer, TextRange } from '../../src/core/model/document.js';
import type { Snippet } from '../../src/core/model/search-response.js';
import { splitsPair } from './texts.js';

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', '#39': "'", amp: '&' };

/** The text that a browser would show of a snippet's html. */
export function shownText(html: string): string {
  return html.replace(/<\/?mark>/g, '').replace(/&(lt|gt|quot|#39|amp);/g, (_, name: string) => ENTITIES[name] ?? '');
}

/** The highlighted parts of a snippet's html. */
export function markedTexts(html: string): string[] {
  return [...html.matchAll(/<mark>(.*?)<\/mark>/gs)].map((found) => shownText(found[1] ?? ''));
}

/** Asserts that ranges are inside a text, in order, disjoint, not empty, and split no surrogate pair. */
export function assertRanges(text: string, ranges: readonly TextRange[]): void {
  let last = 0;
  for (const [start, end] of ranges) {
    assert.ok(last <= start && start < end && end <= text.length, `[${start}, ${end}] in ${JSON.stringify(text)}`);
    assert.ok(!splitsPair(text, start) && !splitsPair(text, end));
    last = end;
  }
}

/** Asserts for any snippet that its html matches its text and highlights. */
export function assertSnippet(snippet: Snippet): void {
  const { text, highlights, html } = snippet;
  assertRanges(text, highlights);
  assert.equal(shownText(html).replace(/^… (?=.)|(?<=.) …$/gs, ''), text.replace(/^… (?=.)|(?<=.) …$/gs, ''));
  assert.deepEqual(
    markedTexts(html),
    highlights.map(([start, end]) => text.slice(start, end)),
  );
  assert.doesNotMatch(html.replace(/<\/?mark>/g, ''), /[<>"']/);
}

/** The positions of a text in an answer. */
export function placesOf(answer: Answer, text: string): TextRange[] {
  const places: TextRange[] = [];
  for (let at = answer.text.indexOf(text); at >= 0; at = answer.text.indexOf(text, at + 1))
    places.push([at, at + text.length]);
  return places;
}

/** Whether every highlight begins at the start of an accepted term and ends at the end of one. */
export function liesOnTerms(
  text: string,
  highlights: readonly TextRange[],
  { analyzer, accepts }: { readonly analyzer: Analyzer; readonly accepts: (term: string) => boolean },
): boolean {
  const starts = new Set<number>();
  const ends = new Set<number>();
  analyzer.tokenize(text, (term, start, end) => {
    if (!accepts(term)) return;
    starts.add(start);
    ends.add(end);
  });
  return highlights.every(([start, end]) => starts.has(start) && ends.has(end));
}
