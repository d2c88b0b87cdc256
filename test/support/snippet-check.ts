import type { Analyzer } from '../../src/core/analysis/analyzer.js';
import type { Block, TextRange } from '../../src/core/model/document.js';
import type { DocumentView, Hit, Snippet } from '../../src/core/model/search-response.js';
import type { IndexSearcher } from '../../src/core/search/index-searcher.js';
import type { Query } from '../../src/core/model/query.js';

// Nothing of src is run here: a benchmark checks the compiled product with it, and what is checked must not check itself.

/** What was checked, and what was wrong. */
export interface SnippetCounts {
  queries: number;
  hits: number;
  snippets: number;
  /** Highlights, those of titles included. */
  ranges: number;
  /** Keys of the documents whose hits were checked. */
  readonly documents: Set<string>;
  /** Each with its query and document. */
  readonly faults: string[];
}

/** Where the terms that the query explains begin and end in a text. */
interface Places {
  readonly starts: ReadonlySet<number>;
  readonly ends: ReadonlySet<number>;
}

/** Runs queries and checks every hit's highlights and snippets against the document's text. */
export class SnippetCheck {
  readonly counts: SnippetCounts = {
    queries: 0,
    hits: 0,
    snippets: 0,
    ranges: 0,
    documents: new Set(),
    faults: [],
  };

  constructor(
    private readonly searcher: IndexSearcher,
    private readonly analyzer: Analyzer,
  ) {}

  ask(query: Query): readonly Hit[] {
    const { counts } = this;
    const explained = this.#explained(query);
    const { hits } = this.searcher.search(query);
    counts.queries += 1;
    for (const hit of hits) {
      counts.hits += 1;
      counts.documents.add(hit.id);
      for (const fault of this.#faultsOf(hit, explained))
        counts.faults.push(`${JSON.stringify(query.text)} ${hit.id}: ${fault}`);
    }
    return hits;
  }

  /** The terms of texts that match a word of the query. */
  #explained(query: Query): ReadonlySet<string> {
    const { engine, index } = this.searcher;
    // A variant of several words, such as the halves of a joined one, names them all.
    const variants = engine.find(query).clauses.flatMap((clause) => clause.variants);
    const words = variants.flatMap(({ word, phrase }) => [word, ...(phrase ?? []).flat()]);
    return new Set(words.map((word) => index.words.get(word)));
  }

  #faultsOf({ id, title, titleHighlights, snippets }: Hit, explained: ReadonlySet<string>): string[] {
    const { counts } = this;
    counts.ranges += titleHighlights.length;
    const document = this.searcher.document(id);
    if (document === null) return ['it is not in the index'];
    const faults = rangeFaults(title, titleHighlights, { places: this.#places(title, explained), at: 0 });
    const found = faults.map((fault) => `in the title: ${fault}`);
    if (snippets.length > 3) found.push(`${snippets.length} snippets`);
    const texts = new Map<string, Places>();
    for (const snippet of snippets) {
      counts.snippets += 1;
      counts.ranges += snippet.highlights.length;
      const text = textOf(snippet, document);
      const places = texts.get(text) ?? this.#places(text, explained);
      texts.set(text, places);
      found.push(...snippetFaults(snippet, { text, places, blocks: blocksOf(snippet, document) }));
    }
    return found;
  }

  #places(text: string, explained: ReadonlySet<string>): Places {
    const starts = new Set<number>();
    const ends = new Set<number>();
    this.analyzer.tokenize(text, (term, start, end) => {
      if (!explained.has(term)) return;
      starts.add(start);
      ends.add(end);
    });
    return { starts, ends };
  }
}

/** The text that contains a snippet. */
function textOf({ field }: Snippet, { answer, description }: DocumentView): string {
  return (field === 'description' ? description : answer) ?? '';
}

function blocksOf({ field }: Snippet, { blocks }: DocumentView): readonly Block[] {
  return field === 'description' ? [] : (blocks ?? []);
}

interface Whole {
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly places: Places;
}

/** The faults of a snippet, at the best-fitting of the positions where its text occurs. */
export function snippetFaults(snippet: Snippet, whole: Whole): string[] {
  let best: string[] | null = null;
  let at = whole.text.indexOf(snippet.text);
  for (; at >= 0 && best?.length !== 0; at = whole.text.indexOf(snippet.text, at + 1)) {
    const faults = faultsAt(snippet, whole, at);
    if (best === null || faults.length < best.length) best = faults;
  }
  return best ?? [`${JSON.stringify(snippet.text)} is no piece of its text`];
}

function faultsAt({ text, highlights, html, heading }: Snippet, whole: Whole, at: number): string[] {
  const end = at + text.length;
  const faults = rangeFaults(text, highlights, { places: whole.places, at });
  if (text.length === 0) faults.push('it is empty');
  for (const cut of [at, end])
    if (splitsCharacter(whole.text, cut)) faults.push(`the cut at ${cut} splits a character`);
  const cutBy = (cut: number): boolean => whole.blocks.some((block) => block.start < cut && cut < block.end);
  const expected = `${cutBy(at) ? '… ' : ''}${marked(text, highlights)}${cutBy(end) ? ' …' : ''}`;
  if (html !== expected) faults.push(`the html is ${JSON.stringify(html)}, not ${JSON.stringify(expected)}`);
  const above = whole.blocks.filter(({ kind, start }) => kind === 'heading' && start <= at).at(-1);
  const named = above === undefined ? null : whole.text.slice(above.start, above.end);
  if (heading !== named) faults.push(`the heading is ${String(heading)}, not ${String(named)}`);
  return faults;
}

/** The faults of ranges in a text that begins at offset `at` of the text that `places` belong to. */
function rangeFaults(
  text: string,
  ranges: readonly TextRange[],
  { places, at }: { readonly places: Places; readonly at: number },
): string[] {
  const faults: string[] = [];
  let last = 0;
  for (const [start, end] of ranges) {
    const shown = JSON.stringify(text.slice(start, end));
    if (!(last <= start && start < end && end <= text.length)) faults.push(`[${start}, ${end}] is no range`);
    if (!places.starts.has(at + start) || !places.ends.has(at + end))
      faults.push(`${shown} is no word that the query explains`);
    if (splitsCharacter(text, start) || splitsCharacter(text, end)) faults.push(`${shown} splits a character`);
    last = end;
  }
  return faults;
}

/** Whether a cut before the unit at `at` splits a surrogate pair, or a mark from its letter. */
export function splitsCharacter(text: string, at: number): boolean {
  if (at <= 0 || at >= text.length) return false;
  const pair = /[\ud800-\udbff]/.test(text.charAt(at - 1)) && /[\udc00-\udfff]/.test(text.charAt(at));
  return pair || /^\p{M}/u.test(text.slice(at, at + 2));
}

/** The expected html of a text with highlights. */
function marked(text: string, ranges: readonly TextRange[]): string {
  const escaped = (from: number, to: number): string =>
    text
      .slice(from, to)
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      .replaceAll("'", '&#39;');
  let html = '';
  let at = 0;
  for (const [start, end] of ranges) {
    html += `${escaped(at, start)}<mark>${escaped(start, end)}</mark>`;
    at = end;
  }
  return html + escaped(at, text.length);
}
