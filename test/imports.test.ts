import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { importsOf, PARTS, wrongImports } from './support/imports.js';

const SRC = join(import.meta.dirname, '..', 'src');

/** Every source file: path under `src/`, with `/` → text. */
function sources(): Map<string, string> {
  const paths = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.ts'),
  );
  return new Map(
    paths.sort().map((path) => [path.split(sep).join('/'), readFileSync(join(SRC, path), 'utf8')]),
  );
}

describe('the direction of imports', () => {
  it('holds in every source file', () => {
    const files = sources();
    assert.ok(files.has('core/document.ts') && files.size > 30, 'the sources were found');
    assert.deepEqual(wrongImports(files), []);
  });

  it('has a rule for each part that the sources have, and for none besides', () => {
    const parts = [...sources().keys()].map((path) => {
      const [first = ''] = path.split('/');
      return first === 'adapters' ? 'adapters/*' : first.replace(/\.ts$/, '');
    });
    assert.deepEqual([...new Set(parts)].sort(), Object.keys(PARTS).sort());
  });

  const right: Readonly<Record<string, string>> = {
    'core/a.ts': "import { b } from './b.js'; import { c } from './packed/c.js';",
    'core/packed/c.ts': "import type { A } from '../a.js';",
    'app/a.ts': "import { a } from '../core/a.js'; import { createHash } from 'node:crypto';",
    'adapters/one/a.ts':
      "import x from 'minisearch'; import { a } from '../../core/a.js'; import './b.js'; import 'node:fs';",
    'http/a.ts': "import { a } from '../app/a.js'; import express from 'express';",
    'http/routes/a.ts': "import { b } from '../b.js';",
    'page/a.ts': "import type { A } from '../core/a.js'; import { b } from './b.js';",
    'wiring.ts': "const a = await import('./adapters/one/a.js'); export * from './core/a.js';",
    'cli/a.ts': "import { w } from '../wiring.js';",
    'cli.ts': "import './cli/a.js';",
    'indexer/a.ts': 'await import(name);',
    'client/a.ts': "import { a } from '../core/a.js'; import { readFile } from 'node:fs/promises';",
  };
  it('allows what it should: a tree of right imports', () =>
    assert.deepEqual(wrongImports(new Map(Object.entries(right))), []));

  const wrong: readonly (readonly [path: string, text: string, complaint: string])[] = [
    ['core/a.ts', "import { a } from '../app/a.js';", 'core imports app'],
    ['core/packed/a.ts', "import { a } from '../../adapters/one/a.js';", 'core imports adapters/one'],
    ['core/a.ts', "import type { A } from '../http/a.js';", 'core imports http'],
    ['core/a.ts', "import { readFile } from 'node:fs/promises';", 'core imports node:fs/promises'],
    ['core/a.ts', "import MiniSearch from 'minisearch';", 'core imports minisearch'],
    ['core/a.ts', "export { a } from '../app/a.js';", 'core imports app'],
    ['core/a.ts', "export * from '../app/a.js';", 'core imports app'],
    ['core/a.ts', "const a = await import('../app/a.js');", 'core imports app'],
    ['core/a.ts', 'const a = await import(`../app/a.js`);', 'core imports app'],
    ['core/a.ts', 'const a = await import(name);', 'core imports something computed'],
    ['core/a.ts', "let a: import('../app/a.js').A;", 'core imports app'],
    ['core/a.ts', "const a = require('../app/a.js');", 'core imports app'],
    ['core/a.ts', "import a = require('node:fs');", 'core imports node:fs'],
    [
      'core/a.ts',
      "import data from '../../package.json';",
      'core imports ../../package.json from outside src',
    ],
    ['app/a.ts', "import { a } from '../adapters/one/a.js';", 'app imports adapters/one'],
    ['app/a.ts', "import { a } from '../http/a.js';", 'app imports http'],
    ['app/a.ts', "import { a } from '../wiring.js';", 'app imports wiring'],
    ['app/a.ts', "import express from 'express';", 'app imports express'],
    ['app/a.ts', "import { readFile } from 'node:fs';", 'app imports node:fs'],
    ['adapters/one/a.ts', "import { a } from '../two/a.js';", 'adapters/one imports adapters/two'],
    ['adapters/one/a.ts', "import type { A } from '../../app/a.js';", 'adapters/one imports app'],
    ['http/a.ts', "import { a } from '../adapters/one/a.js';", 'http imports adapters/one'],
    ['http/a.ts', "import { a } from '../indexer/a.js';", 'http imports indexer'],
    ['indexer/a.ts', "import { a } from '../http/a.js';", 'indexer imports http'],
    ['cli/a.ts', "import { a } from '../adapters/one/a.js';", 'cli imports adapters/one'],
    ['server/a.ts', "import { a } from '../adapters/one/a.js';", 'server imports adapters/one'],
    ['client/a.ts', "import { a } from '../app/a.js';", 'client imports app'],
    ['client/a.ts', "import { a } from '../adapters/one/a.js';", 'client imports adapters/one'],
    ['client/a.ts', "import { z } from 'zod';", 'client imports zod'],
    ['page/a.ts', "import { a } from '../core/a.js';", 'page imports core'],
    ['page/a.ts', "import { type A } from '../core/a.js';", 'page imports core'],
    ['page/a.ts', "import type { A } from '../http/a.js';", 'page imports http'],
    ['page/a.ts', "import React from 'react';", 'page imports react'],
    ['new-part/a.ts', "import './b.js';", 'the part new-part has no rule'],
  ];
  for (const [path, text, complaint] of wrong) {
    it(`catches a wrong arrow: ${path} with ${text}`, () => {
      const files = new Map([...Object.entries(right), [path, text]]);
      assert.deepEqual(wrongImports(files), [`${path}: ${complaint}`]);
    });
  }

  it('reads no import in a comment or a text', () => {
    const text =
      '// import a from "express";\n/* import("express") */ const a = "import b from \'express\'";';
    assert.deepEqual(importsOf('core/a.ts', text), []);
  });
});
