import { createGenerationStore } from '../../src/adapters/generations/store.js';
import type { ReindexDeps } from '../../src/app/reindex.js';
import type { Document } from '../../src/core/document.js';
import type { DocumentSource, GenerationStore, Problem, SourceItem } from '../../src/core/ports.js';
import type { BuildReport } from '../../src/core/report.js';
import { memoryDisk } from '../adapters/generations/memory-disk.js';
import { fakeProcess } from '../adapters/generations/support.js';

export function document(key: string, choices: Partial<Document> = {}): Document {
  return {
    key,
    url: key,
    title: `About ${key}`,
    answer: { text: `Answer of ${key}`, blocks: [{ kind: 'paragraph', start: 0, end: 9 }], atoms: [] },
    keywords: [],
    subject: null,
    date: null,
    language: null,
    description: null,
    boost: 1,
    related: [],
    ...choices,
  };
}

export function problem(file: string, choices: Partial<Problem> = {}): Problem {
  return {
    file,
    line: null,
    code: 'title_missing',
    reason: 'No title.',
    remedy: 'Give one.',
    skipped: true,
    ...choices,
  };
}

/** Files by path: documents, problems, or an error that reading throws. */
export type Files = Record<string, readonly (Document | Problem)[] | Error>;

export function sourceOf(files: Files, scanProblems: readonly Problem[] = []): DocumentSource {
  return {
    id: 'test',
    scan: () =>
      Promise.resolve({
        entries: Object.keys(files)
          .sort()
          .map((path) => ({ path, size: 1, version: '1' })),
        problems: scanProblems,
      }),
    async *read({ path }): AsyncIterable<SourceItem> {
      await Promise.resolve();
      const items = files[path] ?? [];
      if (items instanceof Error) throw items;
      for (const item of items) {
        if ('key' in item) yield { kind: 'document', document: item, line: null };
        else yield { kind: 'problem', problem: item };
      }
    },
  };
}

export function memoryStore(): GenerationStore {
  let time = Date.UTC(2025, 0, 1);
  return createGenerationStore('/index', {
    disk: memoryDisk(),
    now: () => (time += 1000),
    self: fakeProcess({ running: { 4242: 'a' } }),
    every: () => () => undefined,
    wait: () => Promise.resolve(),
  });
}

/** A build over files in memory: the writer puts the keys and titles in one file. */
export function depsOf(
  files: Files,
  choices: Partial<ReindexDeps> = {},
): ReindexDeps & { saved: BuildReport[] } {
  const saved: BuildReport[] = [];
  let time = 0;
  return {
    source: sourceOf(files),
    writer: {
      write: (documents, onProgress) => {
        documents.forEach((_, index) => onProgress?.(index + 1, documents.length));
        const lines = documents.map((one) => JSON.stringify([one.key, one.title, one.subject])).sort();
        const bytes = new TextEncoder().encode(lines.join('\n'));
        return Promise.resolve({
          analyzer: 'en',
          documents: documents.length,
          files: [{ name: 'index', bytes }],
        });
      },
    },
    store: memoryStore(),
    reports: {
      save: (report) => Promise.resolve(void saved.push(report)),
      load: () => Promise.resolve(saved.at(-1) ?? null),
    },
    canonicalSubjects: (documents) => documents,
    check: () => Promise.resolve(),
    now: () => (time += 250),
    saved,
    ...choices,
  };
}
