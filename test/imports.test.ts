import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileCircles, folderCircles, importsOf, largeFolders, PARTS, partOf, wrongImports } from './support/imports.js';

const SRC = join(import.meta.dirname, '..', 'src');

/** Every source file: path under `src/`, with `/` → text. */
function sources(): Map<string, string> {
  const paths = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));
  return new Map(paths.sort().map((path) => [path.split(sep).join('/'), readFileSync(join(SRC, path), 'utf8')]));
}

describe('the direction of imports', () => {
  it('holds in every source file', () => {
    const files = sources();
    assert.ok(files.has('core/model/document.ts') && files.size > 30, 'the sources were found');
    assert.deepEqual(wrongImports(files), []);
  });

  it('has a rule for each part that the sources have, and for none besides', () => {
    const parts = [...sources().keys()].map((path) =>
      (partOf(path) ?? `none for ${path}`).replace(/^adapters\/.*/, 'adapters/*'),
    );
    assert.deepEqual([...new Set(parts)].sort(), Object.keys(PARTS).sort());
  });

  const right: Readonly<Record<string, string>> = {
    'core/a.ts': "import { b } from './b.js';",
    'core/model/c.ts': "import type { A } from '../a.js';",
    'core/index/terms/a.ts': "import { c } from '../../model/c.js'; import { d } from '../format/d.js';",
    'core/search/rerank/a.ts': "import { c } from '../scoring/c.js'; import { d } from '../../index/d.js';",
    'core/delta/a.ts': "import { c } from '../build/c.js';",
    'app/a.ts': "import { a } from '../core/a.js'; import { createHash } from 'node:crypto';",
    'adapters/one/a.ts':
      "import x from 'minisearch'; import { a } from '../../core/a.js'; import './b.js'; import 'node:fs';",
    'http/a.ts': "import { a } from '../app/a.js'; import express from 'express';",
    'http/routes/a.ts': "import { b } from '../b.js';",
    'page/a.ts': "import type { A } from '../core/a.js'; import { b } from './b.js';",
    'wiring.ts': "const a = await import('./adapters/one/a.js'); export * from './core/a.js';",
    'cli/a.ts': "import { w } from '../wiring.js';",
    'cli.ts': "import './cli/a.js';",
    'workers/a.ts': 'await import(name);',
    'client/a.ts': "import { a } from '../core/a.js'; import { readFile } from 'node:fs/promises';",
  };
  it('allows what it should: a tree of right imports', () =>
    assert.deepEqual(wrongImports(new Map(Object.entries(right))), []));

  const wrong: readonly (readonly [path: string, text: string, complaint: string])[] = [
    ['core/a.ts', "import { a } from '../app/a.js';", 'core imports app'],
    ['core/build/a.ts', "import { a } from '../../adapters/one/a.js';", 'core/build imports adapters/one'],
    ['core/a.ts', "import type { C } from './model/c.js';", 'core imports core/model'],
    ['core/analysis/a.ts', "import { c } from '../index/c.js';", 'core/analysis imports core/index'],
    ['core/index/a.ts', "import type { C } from '../build/c.js';", 'core/index imports core/build'],
    [
      'core/index/terms/a.ts',
      "import { d } from '../documents/d.js';",
      'core/index/terms imports core/index/documents',
    ],
    ['core/build/a.ts', "import { d } from '../search/d.js';", 'core/build imports core/search'],
    [
      'core/search/scoring/a.ts',
      "import { d } from '../rerank/d.js';",
      'core/search/scoring imports core/search/rerank',
    ],
    ['core/search/a.ts', "import { d } from '../delta/d.js';", 'core/search imports core/delta'],
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
    ['core/a.ts', "import data from '../../package.json';", 'core imports ../../package.json from outside src'],
    ['app/a.ts', "import { a } from '../adapters/one/a.js';", 'app imports adapters/one'],
    ['app/a.ts', "import { a } from '../http/a.js';", 'app imports http'],
    ['app/a.ts', "import { a } from '../wiring.js';", 'app imports wiring'],
    ['app/a.ts', "import express from 'express';", 'app imports express'],
    ['app/a.ts', "import { readFile } from 'node:fs';", 'app imports node:fs'],
    ['adapters/one/a.ts', "import { a } from '../two/a.js';", 'adapters/one imports adapters/two'],
    ['adapters/one/a.ts', "import type { A } from '../../app/a.js';", 'adapters/one imports app'],
    ['http/a.ts', "import { a } from '../adapters/one/a.js';", 'http imports adapters/one'],
    ['http/a.ts', "import { a } from '../workers/a.js';", 'http imports workers'],
    ['workers/a.ts', "import { a } from '../http/a.js';", 'workers imports http'],
    ['cli/a.ts', "import { a } from '../adapters/one/a.js';", 'cli imports adapters/one'],
    ['server/a.ts', "import { a } from '../adapters/one/a.js';", 'server imports adapters/one'],
    ['client/a.ts', "import { a } from '../app/a.js';", 'client imports app'],
    ['client/a.ts', "import { a } from '../adapters/one/a.js';", 'client imports adapters/one'],
    ['client/a.ts', "import { z } from 'zod';", 'client imports zod'],
    ['page/a.ts', "import { a } from '../core/a.js';", 'page imports core'],
    ['page/a.ts', "import { type A } from '../core/a.js';", 'page imports core'],
    ['page/a.ts', "import type { A } from '../http/a.js';", 'page imports http'],
    ['page/a.ts', "import React from 'react';", 'page imports react'],
    ['sha256.ts', "import { a } from './core/a.js';", 'sha256 imports core'],
    ['new-part/a.ts', "import './b.js';", 'the part new-part has no rule'],
  ];
  for (const [path, text, complaint] of wrong) {
    it(`catches a wrong arrow: ${path} with ${text}`, () => {
      const files = new Map([...Object.entries(right), [path, text]]);
      assert.deepEqual(wrongImports(files), [`${path}: ${complaint}`]);
    });
  }

  it('takes the longest name that fits a path for its part', () => {
    const rule = { parts: [], packages: [] };
    const parts = {
      core: rule,
      'core/index': rule,
      'core/index/format': rule,
      'adapters/*': rule,
      wiring: rule,
    };
    const expected = {
      'core/errors.ts': 'core',
      'core/index/reader.ts': 'core/index',
      'core/index/terms/fuzzy.ts': 'core/index',
      'core/index/format/layout.ts': 'core/index/format',
      'core/indexes/a.ts': 'core',
      'adapters/one/two/a.ts': 'adapters/one',
      'wiring.ts': 'wiring',
      'other/a.ts': null,
    };
    const found = Object.keys(expected).map((path) => [path, partOf(path, parts)]);
    assert.deepEqual(Object.fromEntries(found), expected);
  });

  it('reads no import in a comment or a text', () => {
    const text = '// import a from "express";\n/* import("express") */ const a = "import b from \'express\'";';
    assert.deepEqual(importsOf('core/a.ts', text), []);
  });
});

describe('import circles', () => {
  it('has no circle between files, types included', () => assert.deepEqual(fileCircles(sources()), []));

  it('has no circle between folders', () => assert.deepEqual(folderCircles(sources()), []));

  const CIRCLES: readonly (readonly [what: string, files: Record<string, string>, found: readonly string[]])[] = [
    ['none in a tree', { 'a.ts': "import { b } from './b.js';", 'b.ts': '' }, []],
    ['two files', { 'a.ts': "import { b } from './b.js';", 'b.ts': "export { a } from './a.js';" }, ['a.ts ↔ b.ts']],
    [
      'of types alone',
      { 'a.ts': "import type { B } from './b.js';", 'b.ts': "type A = import('./a.js').A;" },
      ['a.ts ↔ b.ts'],
    ],
    [
      'of three, one loaded on demand, with a file beside it',
      {
        'x/a.ts': "import '../y/b.js';",
        'y/b.ts': "await import('./c.js');",
        'y/c.ts': "import type { A } from '../x/a.js';",
        'y/d.ts': "import './c.js';",
      },
      ['x/a.ts ↔ y/b.ts ↔ y/c.ts'],
    ],
    ['a file with itself', { 'a.ts': "import type { A } from './a.js';" }, ['a.ts']],
  ];
  for (const [what, files, found] of CIRCLES) {
    it(`finds those of files: ${what}`, () => assert.deepEqual(fileCircles(new Map(Object.entries(files))), found));
  }

  /** Folders that import each other by different files. */
  const folders = new Map([
    ['x/a.ts', "import type { B } from '../y/b.js';"],
    ['x/c.ts', ''],
    ['y/b.ts', ''],
    ['y/d.ts', "import { c } from '../x/c.js';"],
  ]);

  it('finds those of folders where no file is in one', () => {
    assert.deepEqual(fileCircles(folders), []);
    assert.deepEqual(folderCircles(folders), ['x ↔ y']);
  });
});

describe('the size of folders', () => {
  /** A list of files that is longer cannot be looked over. */
  const MAX_FILES = 20;

  it('stays at 20 source files', () => {
    assert.deepEqual(largeFolders(sources(), MAX_FILES), {});
  });

  it('counts the files of each folder by itself', () => {
    const files = new Map(['a/1.ts', 'a/2.ts', 'a/b/1.ts', 'c.ts'].map((path) => [path, '']));
    assert.deepEqual(largeFolders(files, 1), { a: 2 });
  });
});
