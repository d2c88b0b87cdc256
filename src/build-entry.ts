import { createReportStore } from './adapters/generations/generation.js';
import { performance } from 'node:perf_hooks';
import { createBuildCache } from './adapters/build-cache/build-cache.js';
import { createGenerationStore } from './adapters/generations/generation-store.js';
import { isFrontMatterMapping } from './adapters/markdown/field-mapping.js';
import { createDocumentSource } from './adapters/markdown/source.js';
import { createIndexWriter } from './adapters/minisearch/index-writer.js';
import { withStemmers, loadAnalyzer } from './adapters/stemmers/with-stemmers.js';
import { checkGoldenQueries, type GoldenQuery } from './app/build/golden-queries.js';
import { reindex, type BuildHooks, type BuildOptions } from './app/build/reindex.js';
import type { StoredGeneration } from './core/model/ports.js';
import type { BuildReport } from './core/model/build-report.js';

// The module of the build thread. It loads only what a build needs: no server, and no schemas, because its options are
// already validated.

/** Runs one build, see `reindex`. Blocks its thread, so use `createBuilder` outside of a build thread. */
export async function runBuild(options: BuildOptions, hooks: BuildHooks): Promise<BuildReport> {
  const { settings, version, mapping } = options;
  if (!isFrontMatterMapping(mapping)) throw new TypeError('The mapping was not validated by its schema.');
  const analyzer = await loadAnalyzer(settings);
  const golden = await loadGoldenQueries(options);
  const check = async (generation: StoredGeneration): Promise<void> => {
    const { openPackedBackend } = await import('./adapters/backend/index-backend.js');
    const backend = await openPackedBackend(settings, analyzer, { warmUp: false })(generation);
    try {
      await checkGoldenQueries(backend, golden, hooks.signal);
    } finally {
      await backend.close();
    }
  };
  return reindex(
    {
      source: withStemmers(createDocumentSource({ path: options.content, mapping, version }), analyzer),
      writer: createIndexWriter(analyzer),
      cache: createBuildCache(options.index),
      store: createGenerationStore(options.index, { version }),
      reports: createReportStore(options.index),
      check,
      hasGoldenQueries: golden.length > 0,
      now: () => performance.now(),
    },
    { keep: options.keep, force: options.force, full: options.full },
    hooks,
  );
}

async function loadGoldenQueries({ goldenQueries }: BuildOptions): Promise<readonly GoldenQuery[]> {
  if (typeof goldenQueries !== 'string') return goldenQueries;
  // The file may have changed since the start, so it is validated again.
  const { readGoldenQueries } = await import('./config/config-file.js');
  return readGoldenQueries(goldenQueries);
}
