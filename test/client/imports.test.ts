import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { importsOf } from '../support/imports.js';

const SRC = join(import.meta.dirname, '..', '..', 'src');

/** All modules that a file loads, directly or indirectly, without types. Does not follow `without`. */
function loaded(from: string, without: readonly string[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  const open = [from];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (found.has(path) || without.includes(path)) continue;
    const imports = importsOf(path, readFileSync(join(SRC, path), 'utf8')).filter(({ type }) => !type);
    const names = imports.map(({ specifier }) => specifier ?? '(computed)');
    found.set(
      path,
      names.filter((name) => !name.startsWith('.')),
    );
    for (const name of names.filter((name) => name.startsWith('.')))
      open.push(posix.join(posix.dirname(path), name).replace(/\.js$/, '.ts'));
  }
  return found;
}

describe('the modules that askdex/client loads', () => {
  it('include no Node module for a URL source, and no packages but the stemmers', () => {
    const files = loaded('client/index.ts', ['client/open-folder.ts']);
    assert.ok(files.has('client/open-remote.ts') && files.has('core/delta/apply-delta.ts'));
    const packages = new Set([...files.values()].flat());
    for (const name of packages) assert.match(name, /^(?:stemmer|@orama\/stemmers\/[a-z]+)$/);
  });
});
