import MiniSearch, { type SearchResult } from 'minisearch';
import type { Analyzer, Stem } from '../../core/analysis/analyzer.js';
import type { Document, RelatedLink } from '../../core/document.js';
import { AskdexError } from '../../core/errors.js';
import { countFacets, filterTest } from '../../core/facet.js';
import type { DocumentView, Hit, RelatedHit, SearchAnswer, Suggestion } from '../../core/hit.js';
import type { Manifest } from '../../core/manifest.js';
import type { Backend, OpenBackend, StoredGeneration } from '../../core/ports.js';
import { QUERY_LIMITS, type Query } from '../../core/query.js';
import { mergeRelated, RELATED_COUNT, type IndexedLink } from '../../core/related.js';
import type { SearchSettings } from '../../core/settings.js';
import type { Explain } from '../../core/snippet/highlight.js';
import { hitText } from '../../core/snippet/hit-text.js';
import { stemmedOptions } from './options.js';
import { analyzerOf, DOCUMENTS_FILE, INDEX_FILE } from './writer.js';

/** Opens a generation that `createIndexWriter` wrote. */
export function openBackend(settings: SearchSettings, stem: Stem): OpenBackend {
  const analyzer = analyzerOf(settings, stem);
  return async (generation) => {
    const { manifest } = generation;
    if (manifest.analyzer !== analyzer.id) {
      const remedy = 'Build the index again with `askdex index --full`.';
      const message = `Generation ${manifest.generation} was written with the analyzer ${manifest.analyzer}, this configuration asks for ${analyzer.id}.`;
      throw new AskdexError('index_damaged', message, { remedy });
    }
    const documents = await readDocuments(generation);
    const json = new TextDecoder().decode(await generation.read(INDEX_FILE));
    const index = MiniSearch.loadJSON<Document>(json, stemmedOptions(analyzer));
    if (documents.length !== manifest.documents || index.documentCount !== manifest.documents) {
      throw new AskdexError(
        'index_damaged',
        `Generation ${manifest.generation} holds ${documents.length} documents, its manifest says ${manifest.documents}.`,
      );
    }
    return new MiniSearchBackend(manifest, index, documents, { analyzer, settings });
  };
}

async function readDocuments(generation: StoredGeneration): Promise<Document[]> {
  // The store has checked the file's checksum against the manifest: it is what `createIndexWriter` wrote.
  const parsed: unknown = JSON.parse(new TextDecoder().decode(await generation.read(DOCUMENTS_FILE)));
  const isDocument = (value: unknown): value is Document =>
    typeof value === 'object' && value !== null && 'key' in value && 'answer' in value;
  if (Array.isArray(parsed) && parsed.every(isDocument)) return parsed;
  throw new AskdexError(
    'index_damaged',
    `${DOCUMENTS_FILE} of ${generation.manifest.generation} holds no documents.`,
  );
}

/** A typo is looked for in words of this length and more, and only where no document has the word. */
const FUZZY_FROM = 5;
const PREFIX_FROM = 3;

class MiniSearchBackend implements Backend {
  readonly name = 'minisearch';
  readonly #byKey: ReadonlyMap<string, Document>;
  readonly #analyzer: Analyzer;
  readonly #settings: SearchSettings;

  constructor(
    readonly manifest: Manifest,
    private readonly index: MiniSearch<Document>,
    private readonly documents: readonly Document[],
    tools: { analyzer: Analyzer; settings: SearchSettings },
  ) {
    this.#byKey = new Map(documents.map((document) => [document.key, document]));
    this.#analyzer = tools.analyzer;
    this.#settings = tools.settings;
  }

  search(query: Query): Promise<SearchAnswer> {
    const { terms, dropped } = this.#queryTerms(query.text);
    const keep = filterTest(query.filters);
    const found = query.text.trim() === '' ? this.#everything() : this.#find(terms);
    const kept = found.flatMap(({ id, score, match }) => {
      const document = this.#byKey.get(id);
      return document !== undefined && keep(document) ? [{ document, score, matched: match }] : [];
    });
    if (query.sort !== null) kept.sort((a, b) => byDate(a.document, b.document, query.sort?.order ?? 'desc'));
    const page = kept.slice(query.offset, query.offset + query.limit);
    const hits = page.map(({ document, score, matched }) =>
      this.#hit(document, score, explainBy(matched, terms)(this.#analyzer)),
    );
    return Promise.resolve({
      query: query.text,
      hits,
      totalHits: kept.length,
      totalHitsExact: true,
      droppedTerms: dropped,
      limit: query.limit,
      offset: query.offset,
      ...(query.facets.length > 0
        ? {
            facets: countFacets(
              kept.map((hit) => hit.document),
              query.facets,
            ),
          }
        : {}),
      generation: this.manifest.generation,
    });
  }

  suggest(text: string, limit: number): Promise<readonly Suggestion[]> {
    const terms = this.#queryTerms(text).terms;
    if (terms.length === 0) return Promise.resolve([]);
    const found = this.index.search(terms.join(' '), {
      ...this.#options(terms),
      fields: ['title'],
      combineWith: 'AND',
    });
    const documents = found.slice(0, limit).flatMap(({ id }) => this.#byKey.get(String(id)) ?? []);
    return Promise.resolve(documents.map((document) => ({ text: document.title, url: document.url })));
  }

  document(key: string): Promise<DocumentView | null> {
    const document = this.#byKey.get(key);
    if (document === undefined) return Promise.resolve(null);
    const { title, url, subject, date, language, keywords, description, answer } = document;
    return Promise.resolve({
      id: key,
      title,
      url,
      subject,
      date,
      language,
      keywords,
      description,
      answer: answer.text,
      blocks: answer.blocks,
      atoms: answer.atoms,
    });
  }

  related(key: string, limit: number): Promise<readonly RelatedHit[] | null> {
    const document = this.#byKey.get(key);
    return Promise.resolve(document === undefined ? null : this.#related(document, limit));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** The distinct stems of a text; stop words count only where nothing else is asked. */
  #queryTerms(text: string): { terms: string[]; dropped: string[] } {
    const stems = new Map<string, string>();
    for (const term of this.#analyzer.terms(text)) stems.set(this.#analyzer.stem(term), term);
    const words = [...stems].filter(([, term]) => !this.#analyzer.isStopWord(term));
    const counted = words.length > 0 ? words : [...stems];
    const dropped = counted.slice(QUERY_LIMITS.terms).map(([, term]) => term);
    return { terms: counted.slice(0, QUERY_LIMITS.terms).map(([stem]) => stem), dropped };
  }

  #options(terms: readonly string[]): Parameters<MiniSearch<Document>['search']>[1] {
    const expandable = new Set(terms.slice(0, QUERY_LIMITS.expandedTerms));
    const last = terms.at(-1);
    return {
      tokenize: (text: string) => text.split(' '),
      processTerm: (term: string) => term,
      boost: { ...this.#settings.boosts },
      prefix: (term: string) => term === last && expandable.has(term) && term.length >= PREFIX_FROM,
      fuzzy: (term: string) =>
        expandable.has(term) && term.length >= FUZZY_FROM && this.index.search(term, EXACT).length === 0
          ? term.length >= 9
            ? 2
            : 1
          : false,
    };
  }

  #find(terms: readonly string[]): FoundDocument[] {
    return this.index
      .search(terms.join(' '), this.#options(terms))
      .map((result: SearchResult) => ({ id: String(result.id), score: result.score, match: result.match }))
      .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
  }

  #everything(): FoundDocument[] {
    return this.documents.map((document) => ({ id: document.key, score: 1, match: {} }));
  }

  #hit(document: Document, score: number, explain: Explain): Hit {
    const { titleHighlights, snippets } = hitText(
      { ...document, description: () => document.description },
      {
        analyzer: this.#analyzer,
        explanation: { explain, wanted: null },
        length: this.#settings.snippetLength,
        count: 1,
      },
    );
    const { key: id, title, url, subject, date } = document;
    const related = this.#related(document, RELATED_COUNT);
    return { id, title, url, subject, date, score, titleHighlights, snippets, related };
  }

  #related(document: Document, count: number): RelatedHit[] {
    const neighbours = document.related.length < count ? this.#neighbours(document, count) : [];
    const marked = (link: RelatedLink): IndexedLink => ({ ...link, indexed: this.#byKey.has(link.url) });
    return mergeRelated(document.related.map(marked), neighbours.map(marked), { self: document.url, count });
  }

  /** Documents that share the words of this one's title and keywords. */
  #neighbours(document: Document, count: number): RelatedLink[] {
    const text = `${document.title} ${document.keywords.slice(0, 3).join(' ')}`;
    const terms = this.#queryTerms(text).terms.slice(0, QUERY_LIMITS.expandedTerms);
    const found = this.index.search(terms.join(' '), { ...EXACT, fields: ['title', 'keywords'] });
    return found.slice(0, count + 1).flatMap(({ id }) => this.#byKey.get(String(id)) ?? []);
  }
}

const EXACT = {
  tokenize: (text: string) => text.split(' '),
  processTerm: (term: string) => term,
  prefix: false,
  fuzzy: false,
};

interface FoundDocument {
  readonly id: string;
  readonly score: number;
  /** Term of the index → fields. */
  readonly match: Readonly<Record<string, readonly string[]>>;
}

function byDate(a: Document, b: Document, order: 'asc' | 'desc'): number {
  // Documents without a date come last in either order.
  if (a.date === null || b.date === null) return Number(a.date === null) - Number(b.date === null);
  const ascending = a.date < b.date ? -1 : a.date > b.date ? 1 : 0;
  return order === 'asc' ? ascending : -ascending;
}

/** Explains a term of the text by the stems that matched in the document. */
function explainBy(match: FoundDocument['match'], terms: readonly string[]): (analyzer: Analyzer) => Explain {
  const matched = new Set(Object.keys(match));
  return (analyzer) => (term) => {
    const stem = analyzer.stem(term);
    if (!matched.has(stem)) return undefined;
    const word = terms.indexOf(stem);
    return word >= 0 ? { word, weight: 1 } : { word: terms.length, weight: 0.8 };
  };
}
