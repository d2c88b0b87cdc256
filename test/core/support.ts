import type { LiveSegment } from '../../src/core/model/ports.js';
import { slugify } from '../../src/core/index/documents/stored-fields-format.js';
import fc from 'fast-check';
import { createIndexWriter } from '../../src/adapters/minisearch/index-writer.js';
import { hashDocument } from '../../src/app/build/parsed-files.js';
import { createAnalyzer, type Analyzer } from '../../src/core/analysis/analyzer.js';
import type { Document } from '../../src/core/model/document.js';
import { mergeSegments } from '../../src/core/build/segment-merger.js';
import { writeIndex } from '../../src/core/build/index-writer.js';
import { openIndex, type PackedIndex } from '../../src/core/index/index-reader.js';
import { isWellFormed } from '../support/texts.js';
import { answerOf, documentOf, type BlockParts } from '../support/documents.js';

/** An analyzer without a stemmer to load. It only removes a plural s. */
export const ANALYZER: Analyzer = createAnalyzer({
  language: 'en',
  stem: (term) => term.replace(/s$/, ''),
  stopWords: ['the'],
  protectedWords: [],
});

const WRITER = createIndexWriter(ANALYZER);

/** One segment. A merge omits its documents in `dead`. */
export function segmentOf(documents: readonly Document[], dead: readonly Document[] = []): LiveSegment {
  const hashed = [...documents, ...dead].map((document) => ({ document, hash: hashDocument(document) }));
  const bytes = WRITER.segment(hashed);
  const live = new Set(documents.map(({ key }) => key));
  const keys = WRITER.contents(bytes)?.keys ?? [];
  return { bytes, live: Uint8Array.from(keys, (key) => (live.has(key) ? 1 : 0)) };
}

/** Builds an index from documents as one segment, or from the given segments. */
export function packed(
  documents: readonly Document[],
  segments: readonly LiveSegment[] = [segmentOf(documents)],
): Uint8Array<ArrayBuffer> {
  return writeIndex(mergeSegments(segments), ANALYZER.id);
}

export function opened(documents: readonly Document[]): PackedIndex {
  return openIndex(packed(documents), { verify: true });
}

/** Replaces each lone surrogate by U+FFFD, as UTF-8 encoders do. */
export function asWritten(text: string): string {
  return text.replace(/\p{Cs}/gu, '\ufffd');
}

/** Any text without lone surrogates, as readers return it. */
export const wellFormedText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.string({
    unit: fc.constantFrom('a', 'b', '  ', ' ', '\n', '.', 'é', '漢', '👍', 'Word', '-'),
    maxLength: 20,
  }),
  // Longer than the longest token, so that it is split; a surrogate pair may be at the border.
  fc
    .tuple(
      fc.constantFrom('x', 'é', '👍', '-', ' '),
      fc.integer({ min: 60, max: 140 }),
      fc.constantFrom('', 'y', '👍', ' '),
    )
    .map(([unit, count, end]) => end + unit.repeat(count) + end),
);

const title = fc.oneof(fc.constantFrom('What is DNA?', 'Why is the sky blue?', '漢字', ''), wellFormedText);
const subject = fc.option(fc.oneof(fc.constantFrom('Medicine', 'Physics'), wellFormedText), { nil: null });

const block: fc.Arbitrary<BlockParts> = fc
  .tuple(
    fc.constantFrom('heading', 'paragraph', 'item', 'row', 'code', 'math'),
    fc.array(
      fc.oneof(
        wellFormedText,
        wellFormedText.map((atom) => ({ atom })),
      ),
      { maxLength: 4 },
    ),
  )
  .map(([kind, pieces]): BlockParts => [kind, ...pieces]);

const date = fc.integer({ min: 0, max: 20_000 }).map((day) => new Date(day * 86_400_000).toISOString().slice(0, 10));

interface Draft {
  readonly document: Omit<Document, 'related'>;
  readonly links: readonly {
    to: number;
    title: string;
    url: string;
    subject: string | null;
  }[];
}

const draft: fc.Arbitrary<Draft> = fc
  .record({
    prefix: fc.constantFrom('/q/', 'https://example.org/a/b/', '', '/'),
    own: fc.oneof(fc.constantFrom('', '-2', '.html', '/'), wellFormedText),
    slug: fc.boolean(),
    key: fc.option(wellFormedText, { nil: null }),
    title,
    answer: fc.array(block, { maxLength: 4 }).map(answerOf),
    keywords: fc.array(fc.oneof(fc.constantFrom('DNA', 'dna', 'sky blue', ''), wellFormedText), {
      maxLength: 4,
    }),
    subject,
    date: fc.option(date, { nil: null }),
    language: fc.option(fc.constantFrom('en', 'de', 'zh-hant'), { nil: null }),
    description: fc.oneof(fc.constant(null), fc.integer({ min: 1, max: 200 }), wellFormedText),
    boost: fc.oneof(
      fc.constant(1),
      fc.integer({ min: 1, max: 10_000 }).map((n) => n / 1000),
    ),
    links: fc.array(
      fc.record({
        to: fc.nat(20),
        title: fc.oneof(fc.constant('same'), title),
        url: wellFormedText,
        subject: fc.oneof(fc.constant('same'), subject),
      }),
      { maxLength: 5 },
    ),
  })
  .map(({ prefix, own, slug, key, description, links, ...rest }) => {
    const url = prefix + (slug ? slugify(rest.title) : '') + own;
    const shown = rest.answer.text.replace(/\s+/g, ' ').trim();
    const cut = typeof description === 'number' ? shown.slice(0, description) : description;
    return { document: { ...rest, url, key: key ?? url, description: cut === '' ? null : cut }, links };
  })
  // Readers never return half of a surrogate pair.
  .filter(({ document }) => document.description === null || isWellFormed(document.description));

/** Documents with all members, linked to each other and elsewhere. Keys and urls are distinct. */
export const anyDocuments: fc.Arbitrary<Document[]> = fc
  .array(draft, { minLength: 1, maxLength: 12 })
  .map((drafts) => {
    const keys = new Set<string>();
    const urls = new Set<string>();
    return drafts.filter(({ document: { key, url } }) => {
      if (keys.has(key) || urls.has(url)) return false;
      keys.add(key);
      urls.add(url);
      return true;
    });
  })
  .map((drafts) =>
    drafts.map(({ document, links }) => ({
      ...document,
      related: links.map((link) => {
        const target = drafts[link.to]?.document;
        return {
          title: link.title === 'same' ? (target?.title ?? '') : link.title,
          url: target?.url ?? link.url,
          subject: link.subject === 'same' ? (target?.subject ?? null) : link.subject,
        };
      }),
    })),
  );

/** Words that are prefixes and near misses of each other. */
export const WORDS: readonly string[] = [
  ...['a', 'b', 'ab', 'ba', 'abc', 'abd', 'abcd', 'abce', 'acd', 'bcd', 'abcde', 'abcdef', 'abdcef', 'babc'],
  ...['hepatitis', 'hepatitus', 'hepatic', 'hepat', 'treatment', 'treatments', 'traetment', 'treat'],
  ...['é', 'été', 'étés', 'etes', 'straße', 'strasse', '漢字', '漢', '𝒷𝒷', 'zoo', 'zoom', '1', '12', '123'],
];

export const word: fc.Arbitrary<string> = fc.constantFrom(...WORDS);
const words = (most: number): fc.Arbitrary<string> => fc.array(word, { maxLength: most }).map((list) => list.join(' '));

/** Documents over a small vocabulary, with many ties, prefixes and near misses. */
export const smallCorpus: fc.Arbitrary<Document[]> = fc
  .array(
    fc.record({
      title: words(4),
      answer: words(25),
      keywords: fc.array(fc.constantFrom('abc', 'Zoo', 'straße', 'hepatitis b'), { maxLength: 3 }),
      subject: fc.constantFrom(null, 'Medicine', 'Physics', 'Été'),
      language: fc.constantFrom(null, 'en', 'de'),
      date: fc.constantFrom(null, '2020-01-01', '2021-06-30', '2024-02-29'),
    }),
    { minLength: 1, maxLength: 40 },
  )
  .map((parts) => parts.map((part, at) => documentOf({ ...part, url: `/${at}` })));
