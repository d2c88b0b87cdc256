import assert from 'node:assert/strict';
import { createIndexWriter } from '../../src/adapters/minisearch/index-writer.js';
import { evaluate, type EvaluateProgress } from '../../src/app/evaluate.js';
import type { DocumentSource } from '../../src/core/model/ports.js';
import { DEFAULT_SETTINGS } from '../../src/core/model/settings.js';
import { documentOf } from '../support/documents.js';
import { ANALYZER } from '../core/support.js';

const source: DocumentSource = {
  id: 'test',
  scan: () => Promise.resolve({ entries: [{ path: 'c', size: 1, version: '1' }], problems: [] }),
  // eslint-disable-next-line @typescript-eslint/require-await -- a port that others wait for
  async *read() {
    for (const key of ['a', 'b', 'c'])
      yield { kind: 'document', document: documentOf({ url: key, title: key }), line: null };
  },
};

describe('evaluate', () => {
  it("measures the engine's time for each query by the given clock, and reports progress", async () => {
    const count = 40;
    const ids = Array.from({ length: count }, (_, at) => `${at}`);
    const texts: Record<string, string> = {
      queries: ids.map((id) => JSON.stringify({ _id: id, text: 'a' })).join('\n'),
      qrels: ids.map((id) => `${id} a 1`).join('\n'),
    };
    // Each query takes one millisecond longer than the previous one.
    let calls = 0;
    const now = () => {
      calls += 1;
      return calls % 2 === 0 ? calls / 2 : 0;
    };
    const progress: EvaluateProgress[] = [];
    const warnings: string[] = [];
    const found = await evaluate(
      {
        source,
        writer: createIndexWriter(ANALYZER),
        analyzer: ANALYZER,
        settings: DEFAULT_SETTINGS,
        readText: (name) => Promise.resolve({ name, text: texts[name] ?? '' }),
        now,
      },
      { corpus: 'corpus', queries: 'queries', qrels: 'qrels' },
      {
        onProgress: (step) => progress.push(step),
        onWarning: (text) => warnings.push(text),
        onSkipped: () => assert.fail('nothing is left out'),
      },
    );
    assert.deepEqual(found, {
      queries: count,
      ndcg10: 1,
      mrr10: 1,
      recall100: 1,
      meanMs: (count + 1) / 2,
      p95Ms: 38,
      documents: 3,
    });
    assert.deepEqual(warnings, []);
    const percents = progress.map(({ percent }) => percent);
    assert.deepEqual(
      percents,
      [...percents].sort((a, b) => a - b),
    );
    assert.deepEqual([...new Set(progress.map(({ stage }) => stage))], ['reading', 'indexing', 'measuring']);
  });
});
