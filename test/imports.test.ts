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
    assert.ok(files.has('core/document.ts') && files.size > 30, 'the sources were found');
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
    'core/packed/c.ts': "import type { A } from '../a.js';",
    'core/ranking/a.ts': "import { c } from '../packed/c.js'; import { d } from '../analysis/d.js';",
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
    ['core/packed/a.ts', "import { a } from '../../adapters/one/a.js';", 'core/packed imports adapters/one'],
    ['core/a.ts', "import type { C } from './packed/c.js';", 'core imports core/packed'],
    ['core/analysis/a.ts', "import { c } from '../packed/c.js';", 'core/analysis imports core/packed'],
    ['core/packed/a.ts', "import { d } from './delta/d.js';", 'core/packed imports core/packed/delta'],
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
  /** Circles that stand until the file named is gone; nothing may be added. */
  const KNOWN_FILE_CIRCLES: readonly string[] = [
    // Until deltas are written anew.
    'core/packed/delta/added.ts ↔ core/packed/delta/edited-terms.ts',
  ];
  /** Arrows that close circles of folders, with what will cut them; nothing may be added. */
  const KNOWN_FOLDER_ARROWS: Readonly<Record<string, string>> = {
    'core → core/packed/patch': 'ports.ts names types of patch, which goes',
    'core/packed → core/ranking': 'engine.ts and rules.ts, which search, lie among what they search in',
    'http → http/routes': 'app.ts puts the routes together beside what they share',
    'http → http/openapi': 'docs-page.ts lies apart from the description that it shows',
  };

  it('has no circle between files, types included', () => assert.deepEqual(fileCircles(sources()), KNOWN_FILE_CIRCLES));

  it('has no circle between folders', () =>
    assert.deepEqual(folderCircles(sources(), Object.keys(KNOWN_FOLDER_ARROWS)), []));

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

  it('lets an exception pass only as long as it is one', () => {
    assert.deepEqual(folderCircles(folders, ['y → x']), []);
    assert.deepEqual(folderCircles(folders, ['x → y', 'x → z']), ['x → z is no exception any more']);
    folders.delete('x/a.ts');
    assert.deepEqual(folderCircles(folders, ['y → x']), ['y → x is no exception any more']);
  });
});

describe('the size of folders', () => {
  /** Folders that are still to be cut, with their number of files, which may only fall. */
  const KNOWN_LARGE_FOLDERS: Readonly<Record<string, number>> = {
    'adapters/markdown': 29,
    app: 27,
    client: 34,
    core: 21,
    'core/packed': 63,
    'core/packed/transport': 25,
    http: 21,
  };
  /** A list of files that is longer cannot be looked over. */
  const MAX_FILES = 20;

  it('stays at 20 source files', () => {
    const large = largeFolders(sources(), MAX_FILES);
    const grown = Object.entries(large).filter(([folder, count]) => count > (KNOWN_LARGE_FOLDERS[folder] ?? 0));
    assert.deepEqual(grown, [], 'too many files');
    const small = Object.keys(KNOWN_LARGE_FOLDERS).filter((folder) => large[folder] === undefined);
    assert.deepEqual(small, [], 'no longer large: off the list');
  });

  it('counts the files of each folder by itself', () => {
    const files = new Map(['a/1.ts', 'a/2.ts', 'a/b/1.ts', 'c.ts'].map((path) => [path, '']));
    assert.deepEqual(largeFolders(files, 1), { a: 2 });
  });
});
