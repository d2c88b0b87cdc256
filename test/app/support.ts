import assert from 'node:assert/strict';
import { createGenerationStore } from '../../src/adapters/generations/generation-store.js';
import type { ReindexDeps } from '../../src/app/build/reindex.js';
import type { Document } from '../../src/core/model/document.js';
import type {
  BuildCache,
  BuildState,
  DocumentSource,
  GenerationStore,
  IndexWriter,
  Problem,
  SourceItem,
} from '../../src/core/model/ports.js';
import type { StoredReport } from '../../src/core/model/build-report.js';
import { memoryDisk } from '../adapters/generations/memory-file-system.js';
import { fakeProcess } from '../adapters/generations/support.js';
import { documentOf } from '../support/documents.js';

export function document(key: string, choices: Partial<Document> = {}): Document {
  return documentOf({ key, title: `About ${key}`, answer: `Answer of ${key}`, ...choices });
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
          .map((path) => ({ path, size: 1, version: JSON.stringify(files[path]) })),
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

/** Files with versions that change with their content, and a record of the files that were read. */
export interface ChangingSource extends DocumentSource {
  /** Paths in the order of reading. Empty it to start again. */
  readonly reads: string[];
  change(path: string, items: Files[string] | null): void;
}

export function changingSource(files: Files, id = 'test'): ChangingSource {
  const now = new Map(Object.entries(files));
  const versions = new Map([...now.keys()].map((path) => [path, 1]));
  const reads: string[] = [];
  return {
    id,
    reads,
    change(path, items) {
      if (items === null) now.delete(path);
      else now.set(path, items);
      versions.set(path, (versions.get(path) ?? 0) + 1);
    },
    scan: () => {
      const paths = [...now.keys()].sort();
      const entries = paths.map((path) => ({ path, size: 1, version: String(versions.get(path)) }));
      return Promise.resolve({ entries, problems: [] });
    },
    read: (entry) => {
      reads.push(entry.path);
      return sourceOf(Object.fromEntries(now)).read(entry);
    },
  };
}

export interface MemoryCache extends BuildCache {
  build: BuildState | null;
  readonly segments: Map<string, Uint8Array>;
}

export function memoryCache(): MemoryCache {
  const segments = new Map<string, Uint8Array>();
  return {
    build: null,
    segments,
    load() {
      return this.build;
    },
    save(build) {
      this.build = build;
    },
    names: () => new Set(segments.keys()),
    segment: (name) => segments.get(name) ?? null,
    saveSegment: (name, bytes) => void segments.set(name, bytes),
    retainSegments(kept) {
      for (const name of segments.keys()) if (!kept.has(name)) segments.delete(name);
    },
  };
}

type Line = readonly [key: string, title: string, subject: string | null, hash: string];

function readLines(bytes: Uint8Array): { id: unknown; lines: Line[] } {
  const parsed: unknown = JSON.parse(new TextDecoder().decode(bytes));
  assert.ok(Array.isArray(parsed));
  const [id, lines] = parsed as unknown[];
  assert.ok(Array.isArray(lines));
  return {
    id,
    lines: lines.map((line: unknown): Line => {
      assert.ok(Array.isArray(line));
      const [key, title, subject, hash] = line as unknown[];
      return [String(key), String(title), typeof subject === 'string' ? subject : null, String(hash)];
    }),
  };
}

/** Writes the documents' keys, titles and subjects as lines, in segments and in the index. */
export function lineWriter(id = 'lines'): IndexWriter & { built: string[][] } {
  const built: string[][] = [];
  return {
    id,
    built,
    segment(documents) {
      built.push(documents.map(({ document }) => document.key).sort());
      const lines = documents.map(({ document: { key, title, subject }, hash }): Line => [key, title, subject, hash]);
      return new TextEncoder().encode(JSON.stringify([id, lines]));
    },
    contents(segment) {
      const read = readLines(segment);
      if (read.id !== id) return null;
      return { keys: read.lines.map(([key]) => key), hashes: read.lines.map((line) => line[3]) };
    },
    merge(segments, spelling) {
      const lines = segments.flatMap(({ bytes, live }) =>
        readLines(bytes)
          .lines.filter((_line, at) => live === null || live[at] === 1)
          .map(([key, title, subject]) => JSON.stringify([key, title, subject === null ? null : spelling(subject)])),
      );
      const bytes = new TextEncoder().encode(lines.sort().join('\n'));
      return {
        analyzer: 'en',
        documents: lines.length,
        files: [{ name: 'index', bytes }],
      };
    },
  };
}

/** A build over files in memory: the writer puts the keys, titles and subjects in one file. */
export function depsOf(files: Files, choices: Partial<ReindexDeps> = {}): ReindexDeps & { saved: StoredReport[] } {
  const saved: StoredReport[] = [];
  let time = 0;
  return {
    source: sourceOf(files),
    writer: lineWriter(),
    cache: memoryCache(),
    store: memoryStore(),
    reports: {
      save: (report) => Promise.resolve(void saved.push(report)),
      load: () => Promise.resolve(saved.at(-1) ?? null),
    },
    check: () => Promise.resolve(),
    hasGoldenQueries: false,
    now: () => (time += 250),
    saved,
    ...choices,
  };
}
